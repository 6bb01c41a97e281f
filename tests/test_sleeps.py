"""Tests wait for conditions: none sleeps but those that are named here, each for its reason."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

ALLOWED: Mapping[str, str] = {
    "waiting.py": "polls for what no event announces",
    "service/skipping.py": "lets time pass on a clock on which waiting takes none",
    "faults/pauses.py": "lets a fault last, and people take their time",
    "servers/fault_proxy.py": "is as slow as the network that a test wants",
    "socketio/floods.py": "a flooder in a process of its own, which comes back when it was thrown out",
}
"""Files that may sleep, and why. A condition is better wherever there is one."""

MODULES = ("asyncio", "time")
SUSPECT = re.compile(r"\bsleep\b(?!\(0[,)])")
"""Files without it are not looked at any closer, which takes most of the time."""


def sleeps(source: str) -> Iterator[int]:
    """Yield the lines that name a sleep other than `sleep(0)`, which is one turn of the event loop.

    A sleep that is only named (given to a thread, or kept under another name) is one, too.
    """
    tree = ast.parse(source)
    modules, functions = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.asname or alias.name for alias in node.names if alias.name in MODULES}
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES and not node.level:
            functions |= {alias.asname or alias.name for alias in node.names if alias.name == "sleep"}

    def is_sleep(node: ast.AST) -> bool:
        match node:
            case ast.Attribute(value=ast.Name(id=module), attr="sleep"):
                return module in modules
            case ast.Name(id=name):
                return name in functions
            case _:
                return False

    turns = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_turn(node)}
    for node in ast.walk(tree):
        if is_sleep(node) and id(node) not in turns:
            yield node.lineno  # type: ignore[attr-defined]


def _is_turn(call: ast.Call) -> bool:
    match call.args:
        case [ast.Constant(value=0), *_]:
            return True
        case _:
            return False


def sleeping() -> dict[str, list[int]]:
    """Return the files of the tests that sleep, with the lines."""
    texts = {path.relative_to(TESTS).as_posix(): path.read_text() for path in sorted(TESTS.rglob("*.py"))}
    found = {name: sorted(sleeps(text)) for name, text in texts.items() if SUSPECT.search(text)}
    return {name: lines for name, lines in found.items() if lines}


def test_no_test_sleeps_but_those_with_a_reason() -> None:
    found = sleeping()
    others = {name: lines for name, lines in found.items() if name not in ALLOWED}
    assert others == {}, "wait for a condition (tests/waiting.py) instead of for a time"
    assert ALLOWED.keys() - found.keys() == set(), "these do not sleep: take them off the list"


@pytest.mark.parametrize(
    "source",
    [
        "import asyncio\nawait asyncio.sleep(0.1)",
        "import asyncio as aio\nawait aio.sleep(seconds)",
        "import time\ntime.sleep(1)",
        "from time import sleep\nsleep(0.5)",
        "from asyncio import sleep as rest\nawait rest(1)",
        "import asyncio, time\nawait asyncio.to_thread(time.sleep, 1)",
        "import time\nrest = time.sleep",
        "import asyncio\nawait asyncio.sleep(delay=0.1)",
    ],
)
def test_a_sleep_is_found_under_every_name(source: str) -> None:
    assert list(sleeps(source)) == [2]


@pytest.mark.parametrize(
    "source",
    [
        "import asyncio\nawait asyncio.sleep(0)",
        "import asyncio\nawait asyncio.sleep(0, 'answer')",
        "from asyncio import sleep\nawait sleep(0)",
        "clock.sleep(5)",
        "from tests.waiting import until\nawait until(ready)",
    ],
)
def test_a_turn_of_the_loop_and_others_that_sleep_are_none(source: str) -> None:
    assert list(sleeps(source)) == []
