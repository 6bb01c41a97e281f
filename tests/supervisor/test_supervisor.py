"""The supervisor with workers that are no servers: it tries again, and knows when to give up."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.waiting import until

from paddock.supervisor.child_processes import ChildProcesses
from paddock.supervisor.control_messages import Assignment
from paddock.supervisor.supervisor import PoolFailed, Supervisor, WorkerTimeouts

QUICK = WorkerTimeouts(
    start_s=60.0,
    heartbeat_s=60.0,
    stop_s=60.0,
    min_uptime_s=3_600.0,
    first_backoff_s=0.01,
    max_backoff_s=0.05,
    max_crashes=3,
)
"""Limits are reached only where a test wants them to be; every life is a short one."""


@pytest.fixture
async def children() -> AsyncIterator[ChildProcesses]:
    """Whatever still runs is ended with the test."""
    made = ChildProcesses()
    made.open()
    yield made
    await made.close()


def pool(children: ChildProcesses, folder: Path, size: int, does: str, timeouts: WorkerTimeouts = QUICK) -> Supervisor:
    """Workers that do as they are told (`worker.py`) and keep a diary in the folder."""
    numbers = iter(range(1_000))

    def assign(number: int) -> Assignment:
        return Assignment(number, f"node-{next(numbers)}", port=1)

    command = (sys.executable, "-m", "tests.supervisor.worker", str(folder), does)
    return Supervisor(children, command, assign, size, timeouts)


def diary(folder: Path) -> list[str]:
    """Give what the workers wrote, in order."""
    book = folder / "diary"
    return book.read_text().splitlines() if book.exists() else []


async def written(folder: Path, line: str, times: int = 1) -> None:
    """Wait until a worker has written a line so often."""
    await until(lambda: diary(folder).count(line) >= times, f"{line} for the {times}. time")


async def test_who_says_that_it_cannot_start_is_not_asked_again(children: ChildProcesses, tmp_path: Path) -> None:
    supervisor = pool(children, tmp_path, 2, "cannot")
    with pytest.raises(PoolFailed, match=r"worker \d cannot start"):
        await supervisor.open()
    await supervisor.close()
    assert len(diary(tmp_path)) == len(set(diary(tmp_path))), "each began at most once"


async def test_who_dies_at_once_again_and_again_is_given_up(children: ChildProcesses, tmp_path: Path) -> None:
    supervisor = pool(children, tmp_path, 1, "crash")
    with pytest.raises(PoolFailed, match="worker 1 crashed 3 times in a row"):
        await supervisor.open()
    await supervisor.close()
    assert diary(tmp_path) == ["1 began"] * QUICK.max_crashes


async def test_one_who_keeps_dying_does_not_take_the_others_down(children: ChildProcesses, tmp_path: Path) -> None:
    supervisor = pool(children, tmp_path, 2, "second crashes")
    assert await supervisor.open()
    running = asyncio.create_task(supervisor.run())
    (tmp_path / "crash").touch()
    await written(tmp_path, "2 began", 1 + 2 * QUICK.max_crashes)
    assert not running.done()
    assert supervisor.slots[0].ready
    supervisor.stop()
    await running
    await supervisor.close()


async def test_a_rolling_restart_never_has_less_than_all_of_them(children: ChildProcesses, tmp_path: Path) -> None:
    supervisor = pool(children, tmp_path, 3, "serve")
    assert await supervisor.open()
    before = [slot.worker for slot in supervisor.slots]
    supervisor.roll()
    supervisor.roll()
    await written(tmp_path, "3 ended")
    assert diary(tmp_path)[-9:] == [f"{number} {word}" for number in (1, 2, 3) for word in ("began", "ready", "ended")]
    assert all(slot.ready for slot in supervisor.slots)
    assert all(slot.worker is not old for slot, old in zip(supervisor.slots, before, strict=True))
    assert [slot.restarts for slot in supervisor.slots] == [0, 0, 0], "nobody died"
    await supervisor.close()


async def test_a_rolling_restart_stops_at_the_first_that_does_not_come_up(
    children: ChildProcesses, tmp_path: Path
) -> None:
    supervisor = pool(children, tmp_path, 2, "serve once")
    assert await supervisor.open()
    supervisor.roll()
    await written(tmp_path, "1 began", 2)
    await until(lambda: not supervisor.rolling, "giving up the rolling restart")
    assert all(slot.ready for slot in supervisor.slots), "those of before are still there"
    assert "1 ended" not in diary(tmp_path)
    await supervisor.close()


async def test_whoever_does_not_end_is_made_to(children: ChildProcesses, tmp_path: Path) -> None:
    supervisor = pool(children, tmp_path, 1, "stay", replace(QUICK, stop_s=0.2))
    assert await supervisor.open()
    (slot,) = supervisor.slots
    worker = slot.worker
    assert worker is not None
    await supervisor.close()
    assert worker.child.exit_code == -signal.SIGKILL


async def test_nobody_is_blamed_for_a_silence_that_was_the_supervisors_own(
    children: ChildProcesses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a suspend, or a stop of it alone, it looks at the time before it reads the beats of meanwhile."""
    supervisor = pool(children, tmp_path, 1, "serve")
    assert await supervisor.open()
    (slot,) = supervisor.slots
    worker = slot.worker
    assert worker is not None
    loop = asyncio.get_running_loop()
    real, stood_still = loop.time, 0.0
    monkeypatch.setattr(loop, "time", lambda: real() + stood_still)
    for _ in range(3):
        worker.silent_s = 0.0  # as after a beat
        stood_still += 10 * QUICK.heartbeat_s
        await until(lambda: worker.silent_s > 0.0, "a look at the worker")
    assert slot.worker is worker and worker.ready
    await supervisor.close()
    assert "1 ended" in diary(tmp_path), "it was not made to end"
