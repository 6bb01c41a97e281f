"""Coming in while others act: what was read goes out with the answer, all after it follows, without a gap."""

from __future__ import annotations

import json

import pytest
from tests.gateway.conftest import House
from tests.gateway.wire import Guest

from paddock.domain.commands import Say
from paddock.domain.ids import PlayerId, RoomId
from paddock.service.rooms import Rooms
from paddock.stores.contract import Stored

LATE = 3


@pytest.fixture
def overtaken(monkeypatch: pytest.MonkeyPatch) -> list[PlayerId]:
    """Have the store's answers overtaken by the feed, some times: whoever is put in here has just said something."""
    speakers: list[PlayerId] = []
    load = Rooms.load

    async def late(rooms: Rooms, room: RoomId) -> Stored | None:
        stored = await load(rooms, room)
        if speakers:
            await rooms.submit(room, Say(speakers.pop(), "meanwhile"))
        return stored

    monkeypatch.setattr(Rooms, "load", late)
    return speakers


def told(guest: Guest) -> list[int]:
    """Give the versions that a guest was told, in their order: of an answer's view or entries, and of each entry."""
    versions: list[int] = []
    for text in guest.traffic:
        if text.startswith('42["entry"'):
            versions.append(json.loads(text[2:])[1]["version"])
        elif text.startswith("43") and '"ok":true' in text:
            answer = json.loads(text[text.index("[") :])[0]
            versions += [entry["version"] for entry in answer.get("entries") or ()]
            versions += [answer["view"]["room"]["version"]] if answer.get("view") else []
    return versions


async def test_the_feed_may_be_quicker_than_the_store(house: House, overtaken: list[PlayerId]) -> None:
    """An entry left before the answer to a newcomer, whose view did not have it: on busy servers, once in a while."""
    mina, jun = await house.party("Mina", "Jun")
    sora = await house.guest()
    overtaken += [PlayerId(mina.player)] * LATE
    await sora.joins(mina.code, "Sora")
    assert overtaken == []
    await mina.asks("say", text="over")
    await sora.hears("entry", lambda entry: "over" in str(entry))
    versions = told(sora)
    assert versions == list(range(versions[0], versions[0] + len(versions)))

    await jun.leaves()
    back = await house.guest()
    overtaken += [PlayerId(mina.player)] * LATE
    back.traffic.clear()
    await back.asks("resume_room", room=jun.code, token=jun.token, version=3)
    await mina.asks("say", text="over again")
    await back.hears("entry", lambda entry: "over again" in str(entry))
    assert overtaken == []
    versions = told(back)
    assert versions == list(range(4, 4 + len(versions)))

    overtaken += [PlayerId(mina.player)] * LATE
    back.traffic.clear()
    await back.asks("catch_up", version=versions[-1])
    await mina.asks("say", text="the end")
    await back.hears("entry", lambda entry: "the end" in str(entry))
    assert told(back) == list(range(versions[-1] + 1, versions[-1] + 1 + len(told(back))))
