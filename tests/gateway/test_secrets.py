"""Secrets stay secret: all traffic of a whole round, to everybody, is read for picks, votes, seed and outcome."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Any

from tests.gateway.conftest import MakeHouse
from tests.gateway.wire import Guest

RATE = 4
"""Fast enough for the suite; slow enough that pieces of the race are many."""


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Give every value in a message with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner, f"{path}[]")
    else:
        yield path, value


def before(guest: Guest, kind: str) -> list[str]:
    """Give all text a guest got before the first event of this type."""
    for place, text in enumerate(guest.traffic):
        if f'"type":"{kind}"' in text:
            return guest.traffic[:place]
    raise AssertionError(f"{kind} never came")


async def test_nothing_tells_a_pick_before_the_countdown_or_the_outcome_before_the_finish(
    make_house: MakeHouse,
) -> None:
    house = await make_house(rate=RATE)
    mina, jun, sora, watcher = await house.party("Mina", "Jun", "Sora", "Watcher")
    assert (await watcher.asks("give_up_seat"))["ok"]
    outsider = await house.guest()
    await outsider.asks("watch_lobby")
    assert (await mina.asks("change_settings", rule="vote"))["ok"]

    assert (await mina.asks("pick_racer", racer=0))["ok"]
    assert (await jun.asks("pick_racer", racer=3))["ok"]
    assert (await sora.asks("pick_for_me"))["ok"]
    assert (await jun.asks("cast_vote", rank=2))["ok"]
    assert (await mina.asks("start_race"))["ok"]
    finished = await watcher.hears_of("race_finished")
    everybody = (mina, jun, sora, watcher)
    for guest in everybody:
        await guest.hears_of("race_finished")
    late = await house.guest()
    await late.joins(mina.code, "Late")

    result = finished["result"]
    seed = result["seed"]
    payer_names = set(result["payers"])
    for guest in (*everybody, outsider):
        told = guest.traffic if guest is outsider else before(guest, "race_finished")
        assert not any(seed in text for text in told), "the seed was out before the finish"
        for text in told:
            for path, _ in walk(_payload(text)):
                assert not path.endswith((".root", ".payers[]", ".finish[]", ".order[][]", ".keys", ".password")), path
                assert not (path.endswith(".ends_at") and '"type":"race_started"' in text), "the end tells the outcome"
                assert not path.endswith((".token", ".address", ".device")), path
    assert payer_names <= {mina.player, jun.player, sora.player}

    for guest in everybody:
        for text in before(guest, "countdown_started"):
            for path, value in walk(_payload(text)):
                mine = ".own[].pick" in path or ".own.pick" in path
                assert not path.endswith((".racer", ".picks", ".picks[][]")), f"{path} in {text}"
                if path.endswith(".pick") and value is not None:
                    assert mine, text
                    assert value == {mina.player: 0, jun.player: 3}[guest.player]
    assert all('"own_vote"' not in text for guest in (mina, sora, watcher) for text in guest.traffic)
    assert all('"pick":' not in text for text in _entries(watcher))
    blind = [text for text in _entries(sora) if '"own_pick"' in text]
    assert blind, "the blind picker is told that there is a pick"
    assert all('"pick":null,"blind":true' in text for text in blind)


async def test_pieces_of_the_race_are_never_more_than_a_second_and_a_half_ahead(make_house: MakeHouse) -> None:
    house = await make_house(rate=RATE)
    mina, jun = await house.party("Mina", "Jun")
    await mina.asks("pick_racer", racer=0)
    await jun.asks("pick_racer", racer=4)
    await mina.asks("start_race")
    started = await mina.hears_of("race_started")
    until = -1
    while until < 18_000:
        piece = await mina.hears("segments", partial(_beyond, until))
        until = piece["until"]
        assert until <= house.now() - started["starts_at"] + 1500
        assert all(start <= until for start in piece["pieces"][1::5])
    await mina.hears_of("race_finished")

    pieces = [message for name, message in mina.heard if name == "segments"]
    assert pieces[0]["since"] == -1
    for earlier, later in pairwise(pieces):
        assert later["since"] == earlier["until"], "no piece may be missing between two messages"


async def test_a_late_joiner_gets_what_is_out_and_then_the_same_as_everybody(make_house: MakeHouse) -> None:
    house = await make_house(rate=RATE)
    mina, jun = await house.party("Mina", "Jun")
    await mina.asks("start_race")
    await mina.hears("segments", lambda message: message["until"] > 6_000)
    late = await house.guest()
    reply = await late.joins(mina.code, "Late")
    assert reply["view"]["room"]["phase"]["type"] == "racing"
    first = await late.hears("segments")
    assert first["since"] == -1
    await jun.hears_of("race_finished")
    await late.hears_of("race_finished")
    assert _all_pieces(late) == _all_pieces(jun)


def _all_pieces(guest: Guest) -> set[tuple[int, ...]]:
    flat = [number for name, message in guest.heard if name == "segments" for number in message["pieces"]]
    return {tuple(flat[place : place + 5]) for place in range(0, len(flat), 5)}


def _beyond(until: int, message: dict[str, Any]) -> bool:
    return bool(message["until"] > until)


def _entries(guest: Guest) -> list[str]:
    return [text for text in guest.traffic if text.startswith('42["entry"')]


def _payload(text: str) -> Any:
    start = min((place for place in (text.find("["), text.find("{")) if place >= 0), default=-1)
    return json.loads(text[start:]) if start >= 0 else None
