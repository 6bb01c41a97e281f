"""Faults for the tests of the journal: a disk that takes no more, a process that is killed."""

from __future__ import annotations

import asyncio
import resource
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file of this process grow beyond one page, so that the journal's next write fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def start_committer(path: Path) -> Process:
    """Start a process that commits to the journal at `path` for ever and prints what is acknowledged."""
    root = Path(__file__).parents[2]
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.stores.committer", str(path), cwd=root, env={"PYTHONPATH": "src:."}, stdout=PIPE
    )


async def kill(process: Process) -> list[str]:
    """Kill a process on the spot and give what it had still printed."""
    process.kill()
    assert process.stdout is not None
    rest = await process.stdout.read()
    await process.wait()
    return rest.decode().splitlines()
