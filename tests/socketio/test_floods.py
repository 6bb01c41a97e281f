"""Nobody who sends without end holds up the others: floods of every kind against a server, and what the loop feels.

On the loop of a test, one frame that repeats used to hold it for seconds: all frames of a read were handled in one go.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import thread_time

import pytest
from tests.waiting import until

from paddock.socketio import Options, Server, Socket

from .floods import FLOODS, MORE, PART, TEXT, masked
from .harness import running
from .level import HANDSHAKE, Raw, answered, on_stage

EACH = 2
FLOODERS = EACH * len(FLOODS)
MOST_S = 0.1
"""Seconds of this thread that one iteration of the event loop may take; floods used to take seconds."""


class Lag:
    """The longest iteration of the event loop, in seconds of processor time, so that a busy machine does not count."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._loop = asyncio.get_running_loop()
        self._last = thread_time()
        self._on = True
        self._loop.call_soon(self._tick)

    def _tick(self) -> None:
        now = thread_time()
        self.longest = max(self.longest, now - self._last)
        self._last = now
        if self._on:
            self._loop.call_soon(self._tick)

    def stop(self) -> float:
        self._on = False
        return self.longest


@contextmanager
def flooders(port: int) -> Iterator[None]:
    """Let two clients of each kind flood from another process."""
    process = subprocess.Popen([sys.executable, "-m", "tests.socketio.floods", str(port), str(EACH)])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def server(options: Options) -> Server:
    sio = Server(options)
    ns = sio.of("/")
    ns.on("echo")(lambda socket, *args: args)

    @ns.on("wait")
    async def wait(socket: Socket) -> None:
        await asyncio.sleep(0)

    return sio


@pytest.mark.processes
async def test_floods_hold_up_nobody_and_are_closed_in_the_end() -> None:
    reports: list[tuple[str, str]] = []
    options = Options(
        ping_interval=60,
        linger=0.1,
        message_rate=100,
        message_burst=300,
        max_pauses=2,
        on_abuse=lambda source, reason: reports.append((source, reason)),
    )
    sio = server(options)
    async with running(sio) as stand, stand.connected() as bystander:
        with flooders(stand.port):
            await until(lambda: sio.stats().pauses >= FLOODERS, "the flood is here")
            lag = Lag()
            for _ in range(20):
                await answered(bystander)
            await until(lambda: sio.stats().violations.get("too many messages", 0) >= FLOODERS, "all were closed")
            assert lag.stop() < MOST_S
            await answered(bystander)
        assert set(reports) == {("127.0.0.1", "too many messages")}
        assert sio.stats().violations == {"too many messages": len(reports)}


async def test_what_is_sent_at_once_is_all_handled_in_order_over_several_turns() -> None:
    async with on_stage(server(Options(ping_interval=60, turn_messages=10))) as (_, stand, _bystander, _peak):
        raw = await Raw.open(stand)
        raw.send(HANDSHAKE["websocket"])
        await raw.until(b'0{"sid"')
        frames = [masked(TEXT, b'42%d["echo",%d]' % (number, number)) for number in range(500)]
        raw.send(masked(TEXT, b"40") + b"".join(frames) + masked(TEXT, b"1"))
        said = await raw.ended()
        places = [said.index(b"43%d[%d]" % (number, number)) for number in range(500)]
        assert places == sorted(places)


async def test_whoever_sends_on_gets_a_code_and_a_reason() -> None:
    options = Options(ping_interval=60, linger=0.1, message_rate=100, message_burst=200, max_pauses=1)
    async with on_stage(server(options)) as (sio, stand, _bystander, _peak):
        raw = await Raw.open(stand)
        raw.send(HANDSHAKE["websocket"])
        await raw.until(b'0{"sid"')
        raw.send(masked(TEXT, b"40") + masked(TEXT, b"6") * 1000)
        assert (await raw.ended()).endswith((1008).to_bytes(2, "big") + b"too many messages")
        assert sio.stats().violations == {"too many messages": 1}


async def test_a_post_is_read_in_turns_and_its_records_count() -> None:
    options = Options(ping_interval=60, linger=0.1, message_rate=100, message_burst=200, max_pauses=1)
    async with on_stage(server(options)) as (sio, stand, _bystander, _peak):
        sid = await stand.connect_polling()
        assert (await stand.post(sid, "\x1e".join(["6"] * 999)))[0] == 400
        assert sio.stats().violations == {"too many messages": 1}
        assert (await stand.poll(sid))[0] == 400


async def test_a_post_of_too_many_records_is_refused_before_it_is_taken_apart() -> None:
    async with on_stage(server(Options(ping_interval=60))) as (sio, stand, _bystander, _peak):
        sid = await stand.connect_polling()
        lag = Lag()
        assert (await stand.post(sid, "6\x1e" * 124_875 + "6"))[0] == 400
        assert lag.stop() < MOST_S
        assert sio.stats().violations == {"too many records": 1}


async def test_coming_again_brings_no_new_burst() -> None:
    options = Options(ping_interval=60, linger=0.1, message_rate=10, message_burst=400, max_pauses=1)
    async with on_stage(server(options)) as (sio, stand, _bystander, _peak):
        taken = []
        for _ in range(5):
            before = sio.stats().packets_in
            raw = await Raw.open(stand)
            raw.send(HANDSHAKE["websocket"] + masked(TEXT, b"40") + masked(TEXT, b'42["nope"]') * 1000)
            await raw.ended()
            taken.append(sio.stats().packets_in - before)
        assert taken == sorted(taken, reverse=True)
        assert taken[0] > 350
        assert taken[-1] < 50


async def test_a_large_message_in_single_bytes_is_still_one_message() -> None:
    async with on_stage(server(Options(ping_interval=60))) as (_, stand, _bystander, _peak):
        raw = await Raw.open(stand)
        raw.send(HANDSHAKE["websocket"] + masked(TEXT, b"40"))
        await raw.until(b'40{"sid"')
        text = b'421["echo","' + b"x" * 1000 + b'"]'
        parts = [masked(MORE, bytes((byte,))) for byte in text]
        raw.send(masked(PART) + b"".join(parts) + masked(0x80, b""))
        assert b"x" * 1000 in await raw.until(b'"]')
        raw.send(masked(TEXT, b"1"))
        await raw.ended()


async def test_a_storm_of_handshakes_is_answered_over_several_iterations() -> None:
    options = Options(ping_interval=60, linger=0.1, turn_seconds=0.001)
    sio = server(options)
    async with running(sio) as stand, stand.connected() as bystander:
        raws = [await Raw.open(stand) for _ in range(60)]
        sio.engine.scheduler.charge(1.0)
        most = 0
        for raw in raws:
            raw.send(HANDSHAKE["websocket"])
        while len(sio.engine.sessions) <= len(raws):
            most = max(most, sio.engine.scheduler.waiting)
            await asyncio.sleep(0)
        assert most > 20
        await answered(bystander)
        for raw in raws:
            raw.close()
