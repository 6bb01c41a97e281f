"""Notices when the event loop stands still, for how long, and what ran meanwhile: nobody is answered in that time.

A thread looks at a heartbeat that the loop gives. When it is late, the thread notes where the loop's thread is: files,
lines and functions, never the values of variables. Two wakes of a thread and some timers per warning time are all it
costs.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Final

import structlog
from msgspec import Struct

log = structlog.get_logger("paddock.loop")

MOST_FRAMES: Final = 4
"""Frames that are named, the innermost first."""
LONG_S: Final = 2.0
"""A stall that lasts this long is told while it lasts: it may be the last thing this process tells."""
UNSEEN: Final = "unknown: the process did not run, or library code held the interpreter"
_PACKAGE: Final = str(Path(__file__).parent)


class Stalls(Struct):
    """How often the loop stood still, and for how many seconds in all."""

    count: int = 0
    seconds: float = 0.0


class LoopWatchdog:
    """Watches the loop that it is started on.

    Args:
        warning_ms: a heartbeat that is later than this is a stall.
    """

    def __init__(self, warning_ms: int) -> None:
        self.stalls = Stalls()
        self._warning = warning_ms / 1_000
        self._step = self._warning / 2
        self._at = 0.0
        self._cpu = 0.0
        self._where: str | None = None
        self._told = False
        self._ident = 0
        self._timer: asyncio.TimerHandle | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="loop watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch the running loop."""
        self._ident = threading.get_ident()
        self._note_beat(time.monotonic())
        self._timer = asyncio.get_running_loop().call_later(self._step, self._beat)
        self._thread.start()

    def close(self) -> None:
        """Watch no more."""
        self._closing.set()
        if self._timer is not None:
            self._timer.cancel()
        if self._thread.is_alive():
            self._thread.join()

    def _beat(self) -> None:
        now = time.monotonic()
        late = now - self._at - self._step
        if late >= self._warning:
            self.stalls.count += 1
            self.stalls.seconds += late
            self._tell(late, is_over=True)
        self._note_beat(now)
        self._timer = asyncio.get_running_loop().call_later(self._step, self._beat)

    def _note_beat(self, now: float) -> None:
        self._where = None
        self._told = False
        self._cpu = time.process_time()
        self._at = now

    def _watch(self) -> None:
        while not self._closing.wait(self._step):
            late = time.monotonic() - self._at - self._step
            if late < self._warning:
                continue
            if self._where is None:
                frame = sys._current_frames().get(self._ident)
                self._where = None if frame is None else where(frame)
            if late >= LONG_S and not self._told:
                self._told = True
                self._tell(late, is_over=False)

    def _tell(self, late: float, *, is_over: bool) -> None:
        log.warning(
            "loop.stalled",
            ms=round(late * 1_000),
            cpu_ms=round((time.process_time() - self._cpu) * 1_000),
            running=self._where or UNSEEN,
            over=is_over,
        )


def where(frame: FrameType) -> str:
    """Name the innermost frames of this package, and before them the one of a library that was called last."""
    named: list[str] = []
    inner: FrameType | None = frame
    while inner is not None and len(named) < MOST_FRAMES:
        path = inner.f_code.co_filename
        is_ours = path.startswith(_PACKAGE)
        if is_ours or inner is frame:
            short = path[len(_PACKAGE) + 1 :] if is_ours else "/".join(Path(path).parts[-2:])
            named.append(f"{short}:{inner.f_lineno} {inner.f_code.co_name}")
        inner = inner.f_back
    return " < ".join(named)
