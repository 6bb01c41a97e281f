"""A storm of new sessions: the bucket as a play, and as clients see it."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import pytest
from tests.waiting import until

from paddock.socketio import Options, Server, Socket
from paddock.socketio.admission import MOST_SECONDS, Admission

from .harness import echo_engine, running
from .test_js_client import act


def test_the_bucket_holds_its_burst_and_fills_at_its_rate() -> None:
    bucket = Admission(rate=8, burst=3, dice=lambda: 0.0)
    assert [bucket.knock(100) for _ in range(4)] == [None, None, None, 1]
    assert bucket.knock(100.0625) == 1
    assert bucket.knock(100.125) is None
    assert bucket.knock(100.125) == 1
    # However long it is quiet, the burst is all there is.
    assert [bucket.knock(999) is None for _ in range(4)] == [True, True, True, False]


def test_those_who_are_refused_together_are_spread_over_the_time_it_takes_to_let_them_in() -> None:
    bucket = Admission(rate=100, burst=1, dice=random.Random(7).random)
    assert bucket.knock(0) is None
    waits = Counter(bucket.knock(0) for _ in range(1000))
    # A thousand at a hundred per second: the last ones are told to come within some ten seconds.
    assert set(waits) == set(range(1, 12))
    assert max(waits.values()) < 1000 / 2
    # Once there was time for all of them the next one is not told to wait for long.
    assert bucket.knock(20) is None
    assert bucket.knock(20) in (1, 2)


def test_no_wait_is_longer_than_the_longest() -> None:
    bucket = Admission(rate=0.001, burst=1, dice=lambda: 0.999999)
    bucket.knock(0)
    assert max(bucket.knock(0) or 0 for _ in range(1000)) == MOST_SECONDS


def test_a_source_that_reconnects_in_a_loop_takes_nothing_from_newcomers() -> None:
    """One address that reconnected as fast as it could took every token; of 500 newcomers two got in."""
    bucket = Admission(rate=500, burst=100, dice=random.Random(7).random)
    newcomers = Counter[bool]()
    looping = 0
    for tick in range(10_000):
        now = 100 + tick / 1_000
        looping += sum(bucket.knock(now, ("loop",)) is None for _ in range(5))
        if tick % 20 == 0:
            newcomers[bucket.knock(now, (f"newcomer {tick}",)) is None] += 1
    assert newcomers == {True: 500}
    assert looping > 4_000, "what nobody else wants, the loop may have"


def test_many_sources_that_reconnect_leave_room_for_those_who_come_once() -> None:
    bucket = Admission(rate=500, burst=100, dice=random.Random(7).random)
    newcomers = Counter[bool]()
    for tick in range(10_000):
        now = 100 + tick / 1_000
        for number in range(5):
            bucket.knock(now, (f"loop {(tick * 5 + number) % 200}",))
        if tick > 1_000 and tick % 20 == 0:
            newcomers[bucket.knock(now, (f"newcomer {tick}",)) is None] += 1
    assert newcomers[True] / newcomers.total() > 0.95


def test_the_subnets_of_a_site_cannot_come_as_newcomers_for_ever() -> None:
    bucket = Admission(rate=500, burst=100, dice=random.Random(7).random, factor=4)
    newcomers = Counter[bool]()
    for tick in range(5_000):
        now = 100 + tick / 1_000
        for number in range(5):
            bucket.knock(now, (f"subnet {tick}.{number}", "site"))
        if tick > 1_000 and tick % 20 == 0:
            newcomers[bucket.knock(now, (f"newcomer {tick}", f"site of {tick}")) is None] += 1
    assert newcomers == {True: 199}


def test_an_office_behind_one_address_is_back_within_seconds_when_nobody_else_wants_in() -> None:
    bucket = Admission(rate=500, burst=100, dice=random.Random(7).random)
    waiting = dict.fromkeys(range(500), 0)
    for second in range(5):
        for player, at in list(waiting.items()):
            if at <= second:
                # Within a second clients come spread out.
                wait = bucket.knock(100 + second + player / 500, ("office",))
                if wait is None:
                    del waiting[player]
                else:
                    waiting[player] = second + wait
    assert not waiting


def test_a_loop_does_not_make_others_wait_for_long_and_sources_are_bounded() -> None:
    bucket = Admission(rate=10, burst=1, dice=lambda: 0.999)
    for _ in range(10_000):
        bucket.knock(0, ("loop",))
    wait = bucket.knock(0, ("newcomer",))
    assert wait is not None
    assert wait <= 4
    for number in range(20_000):
        bucket.let_in(1 + number, (str(number),))
    assert bucket.sources <= 10_000


async def test_a_refused_handshake_says_why_and_when_to_come_back_on_both_transports() -> None:
    engine, _ = echo_engine(Options(admit_rate=0.01, admit_burst=2, allow_origin=lambda origin: True))
    async with running(engine) as stand, stand.opened() as wire:
        sid = await stand.open_polling()
        url = f"{stand.endpoint}?EIO=4&transport=polling"
        async with stand.http.get(url, headers={"Origin": "https://friend.example"}) as answer:
            assert answer.status == 503
            assert await answer.json() == {"code": 4, "message": "Too many new sessions at once"}
            assert 1 <= int(answer.headers["Retry-After"]) <= MOST_SECONDS
            # A page of a foreign origin may read why.
            assert answer.headers["Access-Control-Allow-Origin"] == "https://friend.example"
        upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
        url = f"{stand.endpoint}?EIO=4&transport=websocket"
        async with stand.http.get(url, headers={**upgrade, "Sec-WebSocket-Key": "A" * 22 + "=="}) as answer:
            assert answer.status == 503
            assert int(answer.headers["Retry-After"]) >= 1
        assert engine.counters.refused == {"TOO_MANY_AT_ONCE": 2}
        # Those who are in notice nothing: messages, polls, an upgrade.
        await wire.send("4still here")
        assert await wire.text() == "4still here"
        await stand.post(sid, "4here too")
        assert await stand.poll(sid) == (200, "4here too")
        async with stand.websocket(sid) as probe:
            await probe.send("2probe")
            assert await probe.text() == "3probe"
            await stand.poll(sid)
            await probe.send("5", "4moved")
            assert await probe.text() == "4moved"
        assert len(engine.counters.refused) == 1


async def test_bad_requests_take_no_place() -> None:
    engine, _ = echo_engine(Options(admit_rate=0.01, admit_burst=1))
    async with running(engine) as stand:
        for query in ("?EIO=3&transport=polling", "?EIO=4&transport=other", "?EIO=4&transport=websocket"):
            assert (await stand.get(query))[0] == 400
        await stand.open_polling()


@pytest.mark.processes
async def test_in_a_storm_everybody_gets_in_in_the_end_and_nobody_who_is_in_is_disturbed() -> None:
    sio = Server(Options(ping_interval=60, admit_rate=40, admit_burst=15))
    main = sio.of("/")
    main.on("echo")(lambda socket, text: text)
    ends: list[str] = []
    established: set[Socket] = set()
    main.on_disconnect(lambda socket, reason: ends.append(reason) if socket in established else None)
    async with running(sio) as stand, stand.connected() as first:
        polling = await stand.connect_polling()
        established.update(main.sockets.values())
        storm = asyncio.create_task(act(stand.url, "storm"))
        echoed = 0
        opened = 0
        while not storm.done():
            # Whenever somebody else has come in, those who were there are served.
            before = opened
            await until(lambda: storm.done() or sio.stats().opened > before, "somebody else has come in")  # noqa: B023
            opened = sio.stats().opened
            await first.send(f'421["echo",{echoed}]')
            assert await first.text() == f"431[{echoed}]"
            await stand.post(polling, f'421["echo",{echoed}]')
            assert await stand.poll(polling) == (200, f"431[{echoed}]")
            echoed += 1
        happened = await storm
        assert happened["connected"] == 100

        assert echoed > 1, "and again, while others were coming in"
        assert ends == []
        assert happened["refusedSome"] is True
        assert sio.stats().refused["TOO_MANY_AT_ONCE"] > 0
        assert sio.stats().opened == 102
