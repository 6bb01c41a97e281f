"""Rooms kept apart from an embedded Redis while it is away are in no snapshot: no backup is made without them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import msgspec
import pytest
from tests.backup.bundles import silent
from tests.backup.data import filled
from tests.backup.redis_folder import filled_redis
from tests.servers.redis_server import free_port

from paddock.backup import kept_apart
from paddock.backup.kept_apart import wait_for_servers
from paddock.backup.making import back_up
from paddock.backup.redis_client import RedisClient
from paddock.backup.trouble import BackupTrouble
from paddock.stores.contract import NodeAbout
from paddock.supervisor.child_processes import ChildProcesses
from paddock.supervisor.embedded_redis import EmbeddedRedis, settings_of

pytestmark = pytest.mark.processes


@contextmanager
def page(*texts: str) -> Iterator[int]:
    """Answer with these figures in turn, the last of them for ever."""
    left = list(texts)

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write((left.pop(0) if len(left) > 1 else left[0]).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def figures(degraded: int, rooms: int) -> str:
    """Write a page as two workers do."""
    return (
        f'# HELP paddock_degraded 1 while ...\npaddock_degraded{{worker="1"}} 0.0\npaddock_degraded{{worker="2"}} '
        f'{degraded}.0\npaddock_rooms 7.0\npaddock_isolated_rooms{{worker="2"}} {rooms}.0\n'
    )


async def asks(data: Path, port: int) -> None:
    """Let a Redis know a server at a port, and wait for it."""
    children = ChildProcesses()
    children.open()
    redis = EmbeddedRedis(children, data / "redis")
    await redis.open()
    try:
        client = RedisClient(Path(settings_of(data / "redis")["unixsocket"]))
        about = msgspec.json.encode(NodeAbout(listens=f"0.0.0.0:{port}")).decode()
        client.ask("SET", "paddock:node:{b0}:host-w2-abcdef", about)
        try:
            await asyncio.to_thread(wait_for_servers, client)
        finally:
            client.close()
    finally:
        await redis.close()
        await children.close()


async def test_a_server_that_keeps_rooms_apart_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_apart, "LOOK_S", 0.0)
    with page(figures(1, 3), figures(1, 0), figures(0, 0)) as port:
        await asks(tmp_path / "data", port)
    monkeypatch.setattr(kept_apart, "WAIT_S", 0.1)
    with page(figures(0, 3)) as port, pytest.raises(BackupTrouble, match="keep 3 rooms apart from their Redis"):
        await asks(tmp_path / "data", port)


async def test_a_server_that_cannot_be_asked_is_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(BackupTrouble, match="cannot be asked whether it keeps rooms apart"):
        await asks(tmp_path / "data", free_port())


def test_what_an_ended_server_kept_apart_is_not_left_out(tmp_path: Path) -> None:
    data = filled_redis(tmp_path / "data", ("SET", "paddock:rooms:{b1}:AB12C", "{}"))
    journals = tmp_path / "made"
    asyncio.run(filled(journals, archive=False))
    (data / "failover").mkdir()
    (journals / "rooms.sqlite3").rename(data / "failover" / "host-w1-abcdef.sqlite3")
    with pytest.raises(BackupTrouble, match=r"host-w1-abcdef\.sqlite3 holds rooms .* Start the server"):
        back_up(data, tmp_path / "new.backup", silent)
    assert not (tmp_path / "new.backup").exists()
