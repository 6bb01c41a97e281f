"""A storm of new sessions: the bucket as a play, and as clients see it."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

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


async def test_in_a_storm_everybody_gets_in_in_the_end_and_nobody_who_is_in_is_disturbed() -> None:
    sio = Server(Options(ping_interval=60, admit_rate=60, admit_burst=15))
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
        while not storm.done():
            await first.send(f'421["echo",{echoed}]')
            assert await first.text() == f"431[{echoed}]"
            await stand.post(polling, f'421["echo",{echoed}]')
            assert await stand.poll(polling) == (200, f"431[{echoed}]")
            echoed += 1
            await asyncio.sleep(0.01)
        happened = await storm
        assert happened["connected"] == 100

        assert echoed > 10
        assert ends == []
        assert happened["refusedSome"] is True
        assert sio.stats().refused["TOO_MANY_AT_ONCE"] >= 85
        assert sio.stats().opened == 102
