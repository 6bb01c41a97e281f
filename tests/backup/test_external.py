"""Servers with a Redis and a PostgreSQL of the operator: backed up and restored by the commands of the document."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from tests.archive.archives import postgres
from tests.backup.data import filled
from tests.backup.test_postgres import DOCUMENT, Operator, blocks
from tests.cli.paddock import environment, paddock
from tests.cluster.books import sprint, written
from tests.cluster.conftest import PACE
from tests.cluster.process import Server
from tests.cluster.table import Table, heat_of, seated, what_lasts
from tests.cluster.test_backup import asked, finished, order_of, race, recorded
from tests.gateway.wire import guest
from tests.servers.redis_server import RedisServer

from paddock.domain.record import verify

pytestmark = pytest.mark.processes

_BLOCK = re.compile(r"<!-- tested: tests/backup/test_external\.py -->\n```\n(.*?)```", re.DOTALL)
REDIS_CLI = '''#!{python}
"""What `redis-cli --rdb FILE` does, where there is none: ask for the snapshot that a replica is sent."""
import os, socket, sys
assert sys.argv[1] == "--rdb"
with socket.create_connection(("127.0.0.1", int(os.environ["REDIS_PORT"])), timeout=30) as line:
    line.sendall(b"SYNC\\r\\n")
    stream = line.makefile("rb")
    while not (head := stream.readline()).startswith(b"$"):
        assert head == b"\\n", head
    with open(sys.argv[2], "wb") as file:
        if head.startswith(b"$EOF:"):
            mark, body = head[5:].strip(), b""
            while not body.endswith(mark):
                body += stream.read1(65536)
            file.write(body[: -len(mark)])
        else:
            file.write(stream.read(int(head[1:])))
'''


def types(commands: str, redis: RedisServer, folder: Path, work: Path) -> None:
    """Run what stands in the document."""
    programs = work / "bin"
    programs.mkdir(exist_ok=True)
    (programs / "redis-cli").write_text(REDIS_CLI.replace("{python}", sys.executable))
    (programs / "redis-cli").chmod(0o755)
    shell = environment(PATH=f"{programs}:{os.environ['PATH']}", REDIS_PORT=str(redis.port), REDIS_DIR=str(folder))
    done = subprocess.run(["bash", "-euc", commands], cwd=work, env=shell, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


async def test_rooms_running_races_and_owed_results_come_back_from_both(tmp_path: Path) -> None:
    """The folder of Redis was to be copied file by file, which nobody had tried."""
    back_up_redis, restore_redis = _BLOCK.findall(DOCUMENT.read_text())
    _, dump, restore_dump = blocks()
    redis_folder = tmp_path / "redis"
    redis_folder.mkdir()
    async with AsyncExitStack() as stack:
        redis = RedisServer(redis_folder, "--appendfsync", "always")
        redis.start()
        stack.callback(redis.kill)
        operator = Operator(await asyncio.to_thread(postgres), tmp_path)
        assert operator.types(blocks()[0]).returncode == 0
        settings: dict[str, str | int] = {**PACE, "redis": redis.url, "database": operator.address}
        server = Server(tmp_path, book=written(sprint(), tmp_path / "book.json"), **settings)
        stack.callback(server.kill)
        await asyncio.to_thread(server.start)
        early = await stack.enter_async_context(seated(server, "Mina", "Jun"))
        late = await stack.enter_async_context(seated(server, "Sora", "Leo"))
        done = await race(early)
        await early.host.hears("segments", lambda message: bool(message["until"] > 1_000))
        running = await race(late)
        operator.server.stop()
        try:
            order_done = await finished(early.host, done)
            await asyncio.to_thread(types, back_up_redis, redis, redis_folder, tmp_path)
        finally:
            operator.server.cont()
        seats = what_lasts((await early.views())[0])
        assert heat_of((await late.views())[0])[0] == running
        await recorded(server, 1)
        made = await asyncio.to_thread(operator.types, dump)
        assert made.returncode == 0, made.stderr

        server.kill()
        redis.kill()
        for left in redis_folder.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        shutil.rmtree(server.data)
        await asyncio.to_thread(types, restore_redis, redis, redis_folder, tmp_path)
        restored = await asyncio.to_thread(operator.types, restore_dump)
        assert restored.returncode == 0, restored.stderr
        await asyncio.to_thread(redis.start)
        await asyncio.to_thread(server.start)

        for lost in (*early.guests, *late.guests):
            who = await stack.enter_async_context(guest(server.url))
            reply = await who.resumes(lost.code, lost.token)
            assert reply["ok"], reply
            if lost is early.host:
                assert what_lasts(reply["view"]) == seats
        record = await Table(server, stack, []).record(done)
        assert verify(record) == ()
        assert [list(group) for group in record.order] == order_done
        assert await order_of(server, stack, late.host, running)
        await recorded(server, 2)
        for table in (early, late):
            assert len((await asked(server, f"/api/rooms/{table.host.code}/races"))["races"]) == 1, "each once"


async def test_a_file_without_rooms_is_written_only_when_it_is_asked_for(tmp_path: Path) -> None:
    """Whoever backed up a server with a Redis got a file without any room, and a line at the end said so."""
    data, file = await filled(tmp_path / "data"), tmp_path / "new.backup"
    redis = {"PADDOCK_REDIS": "redis://anna:secret@redis.example/0"}
    refused = paddock("backup", file, "--data", data, **redis)
    assert (refused.returncode, refused.stdout, file.exists()) == (2, "", False)
    assert "in a Redis, which this command does not copy" in refused.stderr
    assert "docs/operations.md" in refused.stderr and "--without-rooms" in refused.stderr
    assert "secret" not in refused.stderr

    (data / "rooms.sqlite3").unlink()
    for named in ({}, redis):
        assert paddock("backup", file, "--data", data, **named).returncode == 2
    (data / "failover").mkdir()
    told = paddock("backup", file, "--data", data)
    assert told.returncode == 2 and "in a Redis, which this command does not copy" in told.stderr, "seen in the folder"
    written_anyway = paddock("backup", file, "--data", data, "--without-rooms", **redis)
    assert written_anyway.returncode == 0, written_anyway.stderr
    assert "there are no rooms in it" in written_anyway.stdout

    (data / "archive.sqlite3").unlink()
    for named in ({}, redis):
        told = paddock("backup", tmp_path / "empty.backup", "--data", data, "--without-rooms", **named)
        assert told.returncode == 2 and "There is nothing in" in told.stderr
