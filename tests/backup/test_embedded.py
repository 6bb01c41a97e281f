"""Backups of `--workers N --embedded-redis`, as the systemd sample runs it: rooms, running races and what is owed."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest
from tests.backup.bundles import forged, silent
from tests.backup.redis_folder import filled_redis
from tests.cli.paddock import paddock
from tests.cluster.books import brisk, written
from tests.cluster.conftest import PACE
from tests.cluster.process import Server
from tests.cluster.table import Table, heat_of, seated, what_lasts
from tests.cluster.test_backup import asked, finished, kept_from_writing, order_of, race, recorded, recounted
from tests.gateway.wire import guest

from paddock.backup import embedded, redis_client
from paddock.backup.making import back_up
from paddock.backup.parts import REDIS
from paddock.backup.restoring import restore
from paddock.backup.trouble import BackupTrouble
from paddock.domain.record import verify
from paddock.supervisor import embedded_redis
from paddock.supervisor.child_processes import ChildProcesses
from paddock.supervisor.embedded_redis import EmbeddedRedis

pytestmark = pytest.mark.processes


def workers(folder: Path) -> Server:
    """Make a server of two workers with a Redis of their own, with races of about ten seconds."""
    folder.mkdir(exist_ok=True)
    settings: dict[str, str | int] = {**PACE, "workers": 2, "embedded_redis": "true"}
    return Server(folder, book=written(brisk(), folder / "book.json"), **settings)


@contextmanager
def pool(folder: Path) -> Iterator[Server]:
    """Run such a server."""
    server = workers(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        print(server.output)


async def told(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command while others go on."""
    return await asyncio.to_thread(partial(paddock, *words))


async def test_rooms_running_races_and_owed_results_come_back_from_a_running_and_from_a_stopped_server(
    tmp_path: Path,
) -> None:
    """A backup of the systemd sample's own set-up held no room, and said nothing about it."""
    live, ended = tmp_path / "live.backup", tmp_path / "stopped.backup"
    async with AsyncExitStack() as stack:
        with pool(tmp_path / "here") as here:
            early = await stack.enter_async_context(seated(here, "Mina", "Jun"))
            late = await stack.enter_async_context(seated(here, "Sora", "Leo"))
            done = await race(early)
            await early.host.hears("segments", lambda message: bool(message["until"] > 4_000))
            running = await race(late)
            with kept_from_writing(here.data):
                order_done = await finished(early.host, done)
                made = await told("backup", live, "--data", here.data)
            assert made.returncode == 0, made.stderr
            assert "while the server went on" in made.stdout
            assert "2 rooms, 4 sessions, 1 races, 1 unrecorded" in made.stdout
            assert not (here.data / "redis" / "dump.rdb").exists(), "nothing is left behind"
            refused = await told("restore", live, "--data", here.data, "--force")
            assert (refused.returncode, "in use by another Paddock, process" in refused.stderr) == (2, True)
            seats = what_lasts((await early.views())[0])
            assert await asyncio.to_thread(here.term) == 0
            again = await told("backup", ended, "--data", here.data)
            assert again.returncode == 0, again.stderr
            assert "no server was running" in again.stdout and "2 rooms" in again.stdout

        files = {"from live": live, "from stopped": ended}
        async with asyncio.TaskGroup() as group:
            for name, file in files.items():
                group.create_task(goes_on(tmp_path / name, file, early, late, seats, done, order_done, running))


async def goes_on(
    folder: Path,
    file: Path,
    early: Table,
    late: Table,
    seats: object,
    done: str,
    order_done: list[list[int]],
    running: str,
) -> None:
    """Restore a backup, start a server on it, and hold what people find to what there was."""
    there = workers(folder)
    restored = await told("restore", file, "--data", there.data)
    assert restored.returncode == 0, restored.stderr
    assert "--embedded-redis" in restored.stdout
    try:
        await asyncio.to_thread(there.start)
        await comes_back(there, early, late, seats, done, order_done, running)
    finally:
        there.kill()
        print(there.output)


async def comes_back(
    there: Server, early: Table, late: Table, seats: object, done: str, order_done: list[list[int]], running: str
) -> None:
    """Let people come with their tokens, and hold what they find to what there was."""
    async with AsyncExitStack() as stack:
        for table in (early, late):
            for lost in table.guests:
                who = await stack.enter_async_context(guest(there.url))
                reply = await who.resumes(lost.code, lost.token)
                assert reply["ok"], reply
                if lost is early.host:
                    assert what_lasts(reply["view"]) == seats
                if lost is late.host:
                    assert heat_of(reply["view"])[0] == running
        record = await Table(there, stack, []).record(done)
        assert verify(record) == ()
        assert [list(group) for group in record.order] == order_done
        assert await order_of(there, stack, early.host, running), "its seed says who won"
        await recorded(there, 2)
        assert len((await asked(there, f"/api/rooms/{early.host.code}/races"))["races"]) == 1
        await asyncio.to_thread(recounted, there)


async def test_a_frozen_redis_is_a_refusal_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_client, "ANSWER_S", 0.3)
    monkeypatch.setattr(embedded, "WAIT_S", 0.3)
    children = ChildProcesses()
    children.open()
    frozen = EmbeddedRedis(children, tmp_path / "data" / "redis")
    await frozen.open()
    assert frozen.pid is not None
    os.kill(frozen.pid, signal.SIGSTOP)
    try:
        with pytest.raises(BackupTrouble, match="belongs to a running server but cannot be asked"):
            await asyncio.to_thread(back_up, tmp_path / "data", tmp_path / "new.backup", silent)
    finally:
        os.kill(frozen.pid, signal.SIGCONT)
        await frozen.close()
        await children.close()
    assert not (tmp_path / "new.backup").exists()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an embedded Redis that does not run, only to be copied."""
    return filled_redis(tmp_path_factory.mktemp("redis") / "data", ("SET", "paddock:rooms:{b1}:AB12C", "{}"))


def test_a_damaged_file_of_redis_is_not_backed_up_as_if_it_were_whole(data: Path, tmp_path: Path) -> None:
    broken = Path(shutil.copytree(data, tmp_path / "data"))
    (file,) = broken.glob("redis/appendonlydir/*.incr.aof")
    file.write_bytes(file.read_bytes().replace(b"*3", b"*x"))
    with pytest.raises(BackupTrouble, match="is damaged"):
        back_up(broken, tmp_path / "new.backup", silent)
    assert not (tmp_path / "new.backup").exists()


def test_a_damaged_snapshot_is_not_brought_in(data: Path, tmp_path: Path) -> None:
    back_up(data, tmp_path / "good.backup", silent)
    bad = forged(tmp_path / "good.backup", tmp_path / "bad.backup", REDIS, lambda body: body[:-1] + b"\0")
    with pytest.raises(BackupTrouble, match=r"redis\.rdb is damaged"):
        restore(bad, tmp_path / "target", silent)
    other = forged(tmp_path / "good.backup", tmp_path / "other.backup", REDIS, lambda body: b"*1\r\n$8\r\nFLUSHALL\r\n")
    with pytest.raises(BackupTrouble, match="no snapshot"):
        restore(other, tmp_path / "target", silent)
    assert list((tmp_path / "target").iterdir()) == []
    restore(tmp_path / "good.backup", tmp_path / "target", silent)


@pytest.mark.parametrize(
    ("commands", "why"),
    [
        ([("SET", "anything", "1")], "the key b'anything'"),
        ([("SELECT", "3"), ("SET", "rooms:{b1}:AB12C", "{}")], "databases"),
        ([("FUNCTION", "LOAD", "#!lua name=f\nredis.register_function('f', function() end)")], "functions"),
        ([("SET", "unrecorded:{b1}", "1")], "in another form"),
    ],
)
def test_a_snapshot_with_anything_else_in_it_is_not_brought_in(
    data: Path, tmp_path: Path, commands: list[tuple[str, ...]], why: str
) -> None:
    foreign = filled_redis(tmp_path / "foreign", *commands)
    with pytest.raises(BackupTrouble, match=why):
        back_up(foreign, tmp_path / "new.backup", silent)


def test_without_a_program_there_is_a_sentence_and_no_file(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(embedded_redis, "find_spec", lambda name: None)
    with pytest.raises(BackupTrouble, match=r"cannot be checked: no redis-server here: install one"):
        back_up(data, tmp_path / "new.backup", silent)
    assert not (tmp_path / "new.backup").exists()


def test_rooms_of_an_embedded_redis_are_not_overlooked_by_a_start_without_it(data: Path, tmp_path: Path) -> None:
    """Whoever forgot the flag after a restore found an empty server."""
    copy = Path(shutil.copytree(data, tmp_path / "data"))
    ran = paddock("serve", "--port", "0", "--data", copy)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "are those of an embedded Redis: start with --embedded-redis" in ran.stderr.splitlines()[-1]
