"""Other users of the machine: whatever the umask a server was started with, none of them gets at a room."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.paddock import paddock
from tests.cluster.books import sprint, written
from tests.cluster.conftest import PACE
from tests.cluster.door import Door
from tests.cluster.process import Server
from tests.files.stranger import NOBODY, as_user, reachable
from tests.supervisor.pool import alive, children, redis, workers
from tests.waiting import until, until_sync

MODES: dict[str, dict[str, str | int]] = {"alone": {}, "workers": {"workers": 2, "embedded_redis": "true"}}


@pytest.fixture(scope="module", params=list(MODES))
def careless(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server under a umask of 000, in a folder made by hand with an old file in it, that everybody can come to."""
    folder = Path(tempfile.mkdtemp(prefix="paddock-test-"))
    reachable(folder)
    server = Server(folder, book=written(sprint(), folder / "book.json"), **PACE, **MODES[request.param])
    server.data.mkdir()
    server.data.chmod(0o755)
    (server.data / "rooms.sqlite3").touch()
    (server.data / "rooms.sqlite3").chmod(0o644)
    server.umask = 0
    try:
        server.start()
        yield server
    finally:
        orphans = children(server.pid)
        server.kill()
        print(server.output)
        # They end by themselves when they miss the supervisor, and remove their files.
        until_sync(lambda: not any(map(alive, orphans)), "what the server started has ended")
        shutil.rmtree(folder)


async def play(server: Server, door: Door) -> None:
    """One whole round, until there is an archive."""
    mina, jun = await door.across(server, server)
    await mina.asks("pick_racer", racer=0)
    await jun.asks("pick_racer", racer=1)
    await mina.asks("start_race")
    await jun.hears_of("race_finished")
    await until((server.data / "archive.sqlite3-wal").exists, "an archive that is written")


async def test_nothing_in_the_data_folder_is_for_anybody_else(careless: Server, door: Door) -> None:
    """The journal with the secret seeds was 0644, in a folder that had been made by hand."""
    await play(careless, door)

    paths = [careless.data, *careless.data.rglob("*")]

    assert {"rooms.sqlite3", "archive.sqlite3", "secret", "lock"} <= {path.name for path in paths}
    for path in paths:
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.lstat().st_mode) == wanted, path
    if os.geteuid() == 0:
        processes = [careless.pid, *children(careless.pid)]
        assert as_user(NOBODY, NOBODY, lambda: got_at(paths, processes)) == []


def got_at(paths: list[Path], processes: list[int]) -> list[str]:
    """Give what this user can open, list, connect to, or read of the processes."""
    got = []
    for path in (*paths, *(Path(f"/proc/{pid}/environ") for pid in processes)):
        for attempt in (os.listdir, Path.read_bytes, connect):
            try:
                attempt(path)
            except OSError:
                continue
            got.append(f"{attempt.__name__} {path}")
    return got


def connect(path: Path) -> None:
    """Connect to a socket file."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(path))


async def test_no_embedded_redis_listens_on_a_network(careless: Server) -> None:
    """A port, even of the loopback alone, is open to every user of the machine."""
    if (careless.data / "redis").exists():
        assert listening(workers(careless)[0]) != [], "this would show it"
        assert listening(redis(careless)) == []


def listening(pid: int) -> list[str]:
    """Give the TCP addresses of the sockets of a process."""
    handles = {str(handle.readlink()) for handle in Path(f"/proc/{pid}/fd").iterdir()}
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if f"socket:[{fields[9]}]" in handles:
                found.append(fields[1])
    return found


async def test_a_second_program_of_any_kind_is_refused_while_one_uses_the_folder(careless: Server) -> None:
    """A single server and one with workers could share a folder, as could two servers with a Redis elsewhere."""
    others = (
        ("serve", "--port", "0", "--workers", "2", "--embedded-redis"),
        ("serve", "--port", "0", "--set", "redis=redis://127.0.0.1:1"),
        ("restore", __file__, "--force"),
        ("db", "downgrade", "--to", "base", "--yes"),
    )
    place = ("--set", f"data={careless.data}")
    told = await asyncio.gather(*(asyncio.to_thread(paddock, *arguments, *place) for arguments in others))
    for one in told:
        assert one.returncode == 2
        assert f"in use by another Paddock, process {careless.pid}." in one.stderr


async def test_a_killed_server_leaves_no_lock_behind(careless: Server) -> None:
    careless.kill()
    await asyncio.to_thread(careless.start)
