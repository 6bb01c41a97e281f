"""A loop that stands still is told of once, with how long and what ran; nothing of what it worked on."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from paddock import loop_watchdog
from paddock.loop_watchdog import LoopWatchdog, where
from tests.waiting import until, until_sync


def blocks(condition: Callable[[], bool], secret: str) -> None:
    """Hold up the loop until something holds, as a careless handler would."""
    until_sync(condition, "the stall is seen")
    assert secret


async def test_a_stall_is_one_line_with_its_duration_and_what_ran(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop that was blocked showed as a late timer in a histogram; nothing said by what."""
    monkeypatch.setattr(loop_watchdog, "_PACKAGE", str(Path(__file__).parent))
    watchdog = LoopWatchdog(100)
    with capture_logs() as lines:
        watchdog.start()
        try:
            blocks(lambda: watchdog._where is not None, "swordfish")
            await until(lambda: bool(lines), "the stall is told of")
        finally:
            watchdog.close()
    [line] = [line for line in lines if line["event"] == "loop.stalled" and "blocks" in line["running"]]
    assert line["ms"] >= 100
    assert line["cpu_ms"] < line["ms"]
    assert line["over"] is True
    assert "test_loop_watchdog.py" in line["running"]
    assert "swordfish" not in json.dumps(lines)
    assert watchdog.stalls.count >= 1
    assert watchdog.stalls.seconds >= 0.1


async def test_a_long_stall_is_told_while_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_watchdog, "LONG_S", 0.3)
    watchdog = LoopWatchdog(50)
    with capture_logs() as lines:
        watchdog.start()
        try:
            blocks(lambda: bool(lines), "x")
            assert [line["over"] for line in lines if line["event"] == "loop.stalled"] == [False]
            await until(lambda: lines[-1]["over"] is True, "the end of the stall is told of")
        finally:
            watchdog.close()


async def test_a_loop_that_turns_is_not_told_of() -> None:
    watchdog = LoopWatchdog(3_000)
    with capture_logs() as lines:
        watchdog.start()
        began = watchdog._at
        await until(lambda: watchdog._at > began, "the heart beats")
        watchdog.close()
    assert lines == []
    assert watchdog.stalls.count == 0


def test_frames_of_this_package_are_named_before_all_others() -> None:
    named = where(sys._getframe())
    assert named.startswith("tests/test_loop_watchdog.py:")
    assert named.count("<") <= 3
