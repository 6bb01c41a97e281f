"""Tests that start a process carry the marker `processes`; `make test-fast` leaves them out, by `-m "not processes"`.

In such a run a test fails when it starts one, so that the fast run stays what it is. The marker comes from the list of
folders below, from `pytestmark` in a module, from a decorator, or from `marks` of a parameter.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest

FOLDERS: Final = ("browser", "cluster", "deploy", "faults", "hostile", "setup", "supervisor")
"""Every test in these has servers of its own."""
LEFT_OUT: Final = "not processes"
STARTS: Final = frozenset({"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system"})
"""Audit events by which Python announces that it starts a process."""


class Guard:
    """Fails a test in the moment in which it starts a process."""

    def __init__(self) -> None:
        self.test: str | None = None

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in STARTS and self.test is not None:
            pytest.fail(f"{self.test} starts a process ({event} {arguments[:2]}): mark it with pytest.mark.processes")


class GuardPlugin:
    """Sets the guard on each test of the run, its fixtures included."""

    def __init__(self) -> None:
        self._guard = Guard()
        sys.addaudithook(self._guard)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._guard.test = item.nodeid
        try:
            return (yield)
        finally:
            self._guard.test = None


def pytest_configure(config: pytest.Config) -> None:
    """Guard a run that leaves out the tests with processes."""
    if config.option.markexpr == LEFT_OUT:
        config.pluginmanager.register(GuardPlugin())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of the folders above."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and item.path.relative_to(here).parts[0] in FOLDERS:
            item.add_marker(pytest.mark.processes)
