"""Doors of two servers that share a Redis: limits, blocks and the one-device rule are the same at both."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from tests.cluster.conftest import sharing
from tests.cluster.door import Door, somewhere
from tests.cluster.process import Server
from tests.gateway.wire import Guest, Json
from tests.servers.redis_server import RedisServer

STRICT: dict[str, str | int] = {
    "trusted_proxies": "127.0.0.0/8",
    "limits_rooms_per_minute": 2,
    "limits_guesses_per_minute": 1,
    "limits_room_guesses_per_minute": 2,
}
"""So few that no test is long enough to be granted more; each has sources of its own."""
ROUNDS = 8


@pytest.fixture(scope="module")
def pair(redis: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    """Two servers behind a proxy on this machine."""
    with sharing(redis, tmp_path_factory.mktemp("pair"), **STRICT) as servers:
        yield servers


async def host_at(door: Door, server: Server, **room: object) -> Guest:
    """Let somebody make a room."""
    mina = await door.at(server, source=somewhere())
    assert (await mina.opens(name="Mina", **room))["ok"]
    return mina


async def seated_names(door: Door, server: Server, host: Guest) -> list[str]:
    """Give the names of those who sit in the room, as a server tells them."""
    view = await host.resumes(host.code, host.token)
    return [member["name"] for member in view["view"]["room"]["members"] if member["seated"]]


async def test_guesses_of_one_source_count_at_both(pair: tuple[Server, Server], door: Door) -> None:
    a, b = pair
    mina = await host_at(door, a, password="espresso")
    source = somewhere()
    first, again, elsewhere = [await door.at(server, source=source) for server in (a, a, b)]

    assert (await first.joins(mina.code, password="latte"))["code"] == "no_room"

    assert (await again.joins(mina.code, password="mocha"))["code"] == "too_many", "a reconnect refills nothing"
    assert (await elsewhere.joins(mina.code, password="mocha"))["code"] == "too_many", "nor does the other server"
    other = await door.at(b, source=somewhere())
    assert (await other.joins(mina.code, password="espresso"))["ok"], "nobody else is kept out"


async def test_a_scan_of_codes_counts_at_both_and_finds_nothing_once_it_has_missed(
    pair: tuple[Server, Server], door: Door
) -> None:
    """Codes of unlisted rooms could be tried as fast as messages may be sent."""
    a, b = pair
    mina = await host_at(door, a, listing="unlisted")
    source = somewhere()
    scanner, elsewhere = await door.at(a, source=source), await door.at(b, source=source)

    assert (await scanner.joins("ZZZZZZZZ"))["code"] == "no_room"
    assert (await elsewhere.joins("ZZZZZZZZ"))["code"] == "no_room", "the same guess tells nothing and costs nothing"
    for code in ("ZZZZZZZY", mina.code):
        for who in (scanner, elsewhere):
            assert (await who.joins(code))["code"] == "too_many"
    other = await door.at(b, source=somewhere())
    assert (await other.joins(mina.code))["ok"], "nobody else is kept out"


async def test_guesses_at_one_room_count_at_both_wherever_they_come_from(
    pair: tuple[Server, Server], door: Door
) -> None:
    a, b = pair
    mina = await host_at(door, a, password="espresso")
    codes = []
    for server in (a, b, a, b):
        who = await door.at(server, source=somewhere())
        codes.append((await who.joins(mina.code, password="latte"))["code"])
    assert codes == ["no_room", "no_room", "too_many", "too_many"]


async def test_right_passwords_use_up_nothing_at_either(pair: tuple[Server, Server], door: Door) -> None:
    a, b = pair
    mina = await host_at(door, a, password="espresso")
    source = somewhere()
    for number, server in enumerate((a, b, a, b)):
        who = await door.at(server, source=source)
        assert (await who.joins(mina.code, f"Guest {number}", password="espresso"))["ok"]


async def test_rooms_of_one_source_count_at_both(pair: tuple[Server, Server], door: Door) -> None:
    a, b = pair
    source = somewhere()
    makers = [await door.at(server, source=source) for server in (a, b, a, b)]
    answers = await asyncio.gather(*(maker.opens() for maker in makers))
    assert sorted(str(answer.get("code")) for answer in answers) == ["None", "None", "too_many", "too_many"]
    elsewhere = await door.at(b, source=somewhere())
    assert (await elsewhere.opens())["ok"]


async def test_no_server_tells_a_wrong_password_from_a_room_that_is_not_there(
    pair: tuple[Server, Server], door: Door
) -> None:
    a, b = pair
    mina = await host_at(door, a, password="espresso")
    nowhere = "AAAAA" if mina.code != "AAAAA" else "BBBBB"
    answers: list[Json] = []
    for server in (a, b):
        for code in (mina.code, nowhere):
            who = await door.at(server, source=somewhere())
            answers.append(await who.joins(code, password="latte"))
            answers.append(await who.joins(code, password="mocha"))
    wrong, limited = answers[0], answers[1]
    assert (wrong["code"], limited["code"]) == ("no_room", "too_many")
    assert answers == [wrong, limited] * 4


async def test_two_joins_at_once_from_one_device_take_one_seat(pair: tuple[Server, Server], door: Door) -> None:
    a, b = pair
    mina = await host_at(door, a)
    assert (await mina.asks("change_settings", one_device=True))["ok"]
    for number in range(ROUNDS):
        source = somewhere()
        tabs = [await door.at(server, source=source) for server in (a, b)]
        tabs[1].device = tabs[0].device
        answers = await asyncio.gather(
            *(tab.joins(mina.code, f"{number} at {name}") for tab, name in zip(tabs, "ab", strict=True))
        )
        refused = [answer["code"] for answer in answers if not answer["ok"]]
        assert refused == ["one_device"], answers
    assert len(await seated_names(door, a, mina)) == 1 + ROUNDS


async def test_one_device_may_sit_down_only_once_when_both_watch(pair: tuple[Server, Server], door: Door) -> None:
    a, b = pair
    mina = await host_at(door, a)
    assert (await mina.asks("change_settings", one_device=True))["ok"]
    source = somewhere()
    tabs = [await door.at(server, source=source) for server in (a, b)]
    tabs[1].device = tabs[0].device
    for tab in tabs:
        assert (await tab.joins(mina.code, seated=False))["ok"]
    for _ in range(ROUNDS):
        answers = await asyncio.gather(*(tab.asks("take_seat") for tab in tabs))
        assert sorted(str(answer.get("code")) for answer in answers) == ["None", "one_device"]
        (sitting,) = [tab for tab, answer in zip(tabs, answers, strict=True) if answer["ok"]]
        assert (await sitting.asks("give_up_seat"))["ok"]


async def test_who_is_blocked_at_one_server_is_blocked_at_the_other(pair: tuple[Server, Server], door: Door) -> None:
    a, b = pair
    mina = await host_at(door, a)
    source = somewhere()
    jun = await door.at(b, source=source)
    assert (await jun.joins(mina.code, "Jun"))["ok"]

    assert (await mina.asks("block", player=jun.player))["ok"]

    assert (await jun.hears("expelled"))["reason"] == "blocked"
    claim = {"pid": jun.pid, "offset": jun.offset, "room": jun.code, "token": jun.token}
    for server in (a, b):
        recovered = await door.at(server, claim, source=somewhere())
        assert recovered.pid != jun.pid
        by_token = await door.at(server, source=somewhere())
        assert (await by_token.resumes(mina.code, jun.token))["code"] == "blocked"
        assert (await by_token.joins(mina.code, "Somebody"))["code"] == "blocked"
        by_device = await door.at(server, source=somewhere())
        by_device.device = jun.device
        assert (await by_device.joins(mina.code, "Somebody"))["code"] == "blocked"
        by_address = await door.at(server, source=source)
        assert (await by_address.joins(mina.code, "Somebody"))["code"] == "blocked"
        stranger = await door.at(server, source=somewhere())
        assert (await stranger.joins(mina.code, "Somebody"))["ok"]


@pytest.mark.parametrize(("how", "code"), [("kick", "kicked"), ("block", "blocked")])
async def test_who_comes_back_just_as_a_host_elsewhere_sends_them_out_hears_nothing_more(
    pair: tuple[Server, Server], door: Door, how: str, code: str
) -> None:
    """The look-up of the seat and the first entry off the feed are moments apart on another node."""
    a, b = pair
    mina = await host_at(door, a)
    for number in range(ROUNDS):
        source = somewhere()
        jun = await door.at(b, source=source)
        assert (await jun.joins(mina.code, "Jun"))["ok"]
        back = await door.at(b, source=source)

        sent_out, _ = await asyncio.gather(
            mina.asks(how, player=jun.player), back.asks("resume_room", room=mina.code, token=jun.token, version=1)
        )
        assert sent_out["ok"]

        refused = await back.resumes(mina.code, jun.token)
        assert refused["code"] == code
        marked = len(back.heard)
        witness = await door.at(b, source=somewhere())
        assert (await witness.joins(mina.code, f"Witness {number}"))["ok"]
        assert (await mina.asks("say", text=f"secret {number}"))["ok"]
        await witness.hears("entry", lambda entry, text=f"secret {number}": text in str(entry))  # type: ignore[misc]
        assert (await back.asks("sync_clock"))["ok"], "all that was sent to this socket has come"
        assert back.heard[marked:] == []
