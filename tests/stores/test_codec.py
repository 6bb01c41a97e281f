"""Bytes and back: nothing changes on the way, damage is told, and old snapshots are led here step by step."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain import heats
from tests.domain.plays import JUN, MINA, Play, level
from tests.stores.builders import ANNA, NOON, code, entry, finished, line, race, ready, room

from paddock.domain.chat import ChatMessage
from paddock.domain.events import Entry, RaceFinished, RacerPicked, Said
from paddock.domain.finished import unattributed
from paddock.domain.ids import CommandKey, Millis, PlayerId
from paddock.domain.room import Closed, ClosedReason, Countdown, Pick, Podium, Racing, Result, RunOff
from paddock.stores.codec import (
    Undecodable,
    decode_entry,
    decode_finished,
    decode_message,
    decode_record,
    decode_room,
    decode_session,
    decode_summary,
    encode,
)
from paddock.stores.contract import Session
from paddock.stores.upgrades import SCHEMA, upgrade

TEXT = st.text(max_size=30)


@given(title=TEXT, text=TEXT)
def test_any_text_comes_back(title: str, text: str) -> None:
    snapshot = room(title=title)
    message = ChatMessage(3, ANNA, title, text, (ANNA,), NOON)

    assert decode_room(encode(snapshot), SCHEMA) == snapshot
    assert decode_message(encode(message)) == message
    assert decode_entry(encode(entry(3, Said(message)))) == entry(3, Said(message))


def test_everything_kept_comes_back() -> None:
    record = race(1)
    result = Result(record.card, record.names, NOON, record.finish, record.order, record.payers, heats.seed(1))
    finished = Entry(9, NOON, (RaceFinished(result, record, Millis(NOON + 1)), ready(True)), CommandKey("command-1"))
    session = Session(code(1), ANNA, "node-a")

    assert decode_entry(encode(finished)) == finished
    assert decode_record(encode(record)) == record
    assert decode_summary(encode(line())) == line()
    assert decode_session(encode(session)) == session
    picked = entry(2, RacerPicked(ANNA, Pick(0, blind=True)))
    assert decode_entry(encode(picked)) == picked


def test_a_phase_comes_back_as_its_type() -> None:
    closed = msgspec.structs.replace(room(), phase=Closed(ClosedReason.EMPTY, NOON), host=None, members={})

    assert decode_room(encode(closed), SCHEMA) == closed


def test_the_order_of_joining_survives() -> None:
    crowd = room(members=40)
    back = decode_room(encode(crowd), SCHEMA)

    assert list(back.members) == list(crowd.members)
    assert list(back.members)[2] == PlayerId("player0002")


@pytest.mark.parametrize(
    "body", ["", "nonsense", "[]", '{"room": 17}', '{"room": "AAAAA"}', b"\xff\xfe", '{"room": "AAAAA", "phase": {}}']
)
def test_damage_is_told(body: str | bytes) -> None:
    with pytest.raises(Undecodable):
        decode_room(body, SCHEMA)
    with pytest.raises(Undecodable):
        decode_entry(body)


def test_a_snapshot_from_the_future_is_told() -> None:
    with pytest.raises(Undecodable, match="newer"):
        decode_room(encode(room()), SCHEMA + 1)


def test_a_snapshot_nobody_can_upgrade_is_told() -> None:
    with pytest.raises(Undecodable, match="no upgrade leads on"):
        decode_room(encode(room()), SCHEMA - 1, {})


def test_an_upgrade_that_fails_is_told() -> None:
    def broken(snapshot: dict[str, object]) -> dict[str, object]:
        raise KeyError("not in there")

    with pytest.raises(Undecodable, match="not in there"):
        decode_room(encode(room()), SCHEMA - 1, {SCHEMA - 1: broken})


def test_upgrades_are_made_in_order() -> None:
    taken: list[int] = []

    def first(snapshot: dict[str, object]) -> dict[str, object]:
        taken.append(SCHEMA - 2)
        return snapshot

    def second(snapshot: dict[str, object]) -> dict[str, object]:
        taken.append(SCHEMA - 1)
        return {**snapshot, "upgraded": True}

    assert upgrade({}, SCHEMA - 2, {SCHEMA - 1: second, SCHEMA - 2: first}) == {"upgraded": True}
    assert taken == [SCHEMA - 2, SCHEMA - 1]
    assert upgrade({"as": "it is"}, SCHEMA) == {"as": "it is"}


def test_what_is_owed_comes_back_also_as_the_first_version_kept_it() -> None:
    assert decode_finished(encode(finished(1))) == finished(1)
    assert decode_finished(encode(race(1))) == unattributed(race(1))
    with pytest.raises(Undecodable):
        decode_finished("{}")


@pytest.mark.parametrize("phase", [Countdown, Racing, Podium, RunOff])
def test_a_snapshot_of_schema_1_learns_whose_devices_are_racing(
    phase: type[Countdown | Racing | Podium | RunOff],
) -> None:
    play = Play.opened("Mina", "Jun", races=level())
    play.all_pick(Mina=0, Jun=0)
    play.starts()
    play.until(phase)
    old = msgspec.json.decode(encode(play.room), type=dict[str, object])
    old_phase = old["phase"]
    assert isinstance(old_phase, dict)
    holder = old_phase.get("heat", old_phase)
    devices = holder.pop("devices")
    del holder["first"]
    old.pop("changes")

    back = decode_room(msgspec.json.encode(old), 1).phase

    assert isinstance(back, phase)
    kept = back if isinstance(back, Podium) else back.heat
    assert kept.devices == devices == {MINA: "device of Mina", JUN: "device of Jun"}
    assert kept.first is None


def test_a_snapshot_of_schema_1_in_another_phase_stays_as_it_is() -> None:
    old = msgspec.json.decode(encode(room()), type=dict[str, object])
    old.pop("changes")

    assert decode_room(msgspec.json.encode(old), 1) == room()
