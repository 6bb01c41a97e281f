"""The lives of a server: it ends when told to, starts quickly with what it had, shares its folder with nobody."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator

import pytest
from tests.cli.paddock import paddock
from tests.cluster.books import sprint
from tests.cluster.conftest import serving
from tests.cluster.process import STOP_S, Server
from tests.cluster.table import heat_of, seated, secrets_of, what_lasts
from tests.gateway.wire import guest, token

ROOMS = 300
SOON_S = 20.0
"""What so many rooms may add to a start on a busy machine, which is far less than a second on an idle one.

Rooms that are brought back one after the other, each with a wait for the disk, take longer."""


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that no other test knows."""
    with serving(tmp_path_factory.mktemp("own"), sprint()) as server:
        yield server


async def test_told_to_end_it_says_so_to_everybody_and_ends_cleanly(own: Server) -> None:
    async with seated(own, "Mina", "Jun") as table:
        await table.all_pick(0, 1)
        await table.host.asks("start_race")
        await table.reaches("race_started")
        heat, commitment = heat_of((await table.views())[0])

        code = await asyncio.to_thread(own.term)

        assert code == 0, own.output
        for who in table.guests:
            assert (await who.hears("closing"))["retry_ms"] > 0
            await who.ends()
        assert "Traceback" not in own.output

        await table.survives_start()
        await table.comes_to_one_payer()
        kept = await table.record(heat)
        assert kept.commitment == commitment, "the race that was running has been run to its end"


async def test_a_connection_that_never_answers_does_not_hold_up_the_end(own: Server) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", own.port)
    writer.write(
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
    try:
        assert await asyncio.to_thread(own.term) == 0
    except subprocess.TimeoutExpired:
        pytest.fail(f"it was still there after {STOP_S} s")
    finally:
        writer.close()


async def test_hundreds_of_rooms_are_back_at_once(own: Server) -> None:
    own.kill()
    empty = await asyncio.to_thread(own.start)
    async with guest(own.url) as founder:
        codes: dict[str, str] = {}
        for number in range(ROOMS):
            founder.token = token()
            reply = await founder.opens(name=f"Founder {number}", title=f"Room {number}")
            assert reply["ok"], reply
            codes[founder.code] = founder.token
    own.kill()

    took = await asyncio.to_thread(own.start)

    assert len(codes) == ROOMS
    assert took < empty + SOON_S
    async with guest(own.url) as founder:
        for number, (code, seat) in enumerate(codes.items()):
            reply = await founder.resumes(code, seat)
            assert reply["view"]["room"]["settings"]["title"] == f"Room {number}"
            assert reply["view"]["room"]["host"] == founder.player


async def test_a_second_server_on_the_same_folder_is_refused_and_disturbs_nobody(own: Server) -> None:
    async with seated(own, "Mina", "Jun") as table:
        await table.all_pick(0, 3)
        before = await table.views()

        second = await asyncio.to_thread(paddock, "serve", "--port", "0", "--data", own.data)

        assert second.returncode == 2
        said = second.stderr.splitlines()[-1]
        assert "The server could not start" in said
        assert "in use" in said or "another process" in said, said
        assert "Traceback" not in second.stderr
        after = await table.survives_kill()
        assert [what_lasts(view) for view in after] == [what_lasts(view) for view in before]
        assert [secrets_of(view) for view in after] == [secrets_of(view) for view in before]
