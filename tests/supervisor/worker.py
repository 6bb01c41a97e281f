"""A worker that serves nobody: it does what it is told.

python -m tests.supervisor.worker FOLDER WHAT --control-fd DESCRIPTOR
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from tests.waiting import until

from paddock.supervisor.control_channel import ControlChannel

folder, does, descriptor = Path(sys.argv[1]), sys.argv[2], int(sys.argv[4])


def write(words: str) -> None:
    """Write one line into the diary that all workers keep."""
    with (folder / "diary").open("a") as diary:
        diary.write(f"{control.assignment.worker} {words}\n")


async def serve() -> None:
    """Be ready until told to end."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, (lambda: None) if does == "stay" else ended.set)
    holding = loop.create_task(control.run(ended.set))
    await until(lambda: control.is_connected, "a supervisor that hears")
    write("ready")
    control.report_ready(1)
    if does == "second crashes" and control.assignment.worker == 2:
        await until((folder / "crash").exists, "the word to crash")
        os._exit(1)
    await ended.wait()
    holding.cancel()


control = ControlChannel.accept(descriptor)
write("began")
lived_before = (folder / "diary").read_text().count(f"{control.assignment.worker} began") > 1
match does:
    case "cannot":
        sys.exit(2)
    case "crash":
        sys.exit(1)
    case "serve once" if lived_before:
        sys.exit(1)
    case _:
        asyncio.run(serve())
        write("ended")
