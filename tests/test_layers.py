"""What import contracts cannot say: the domain is pure, and only `config` reads the environment."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import paddock

SOURCE = Path(paddock.__file__).parent
DOMAIN = sorted((SOURCE / "domain").rglob("*.py"))
OTHERS = sorted(path for path in SOURCE.rglob("*.py") if "config" not in path.relative_to(SOURCE).parts)

IMPURE = {
    "asyncio", "concurrent", "datetime", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets",
    "socket", "sqlite3", "subprocess", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
"""Clocks, dice, threads and everything that reaches outside the process."""
LIBRARIES = {"msgspec": None, "regex": "names.py"}
"""What the domain may use beside the standard library, and the one module it is for (docs/decisions/0008)."""


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


@pytest.mark.parametrize("path", DOMAIN, ids=lambda path: path.stem)
def test_the_domain_is_pure(path: Path) -> None:
    for name in imports(path):
        top = name.partition(".")[0]
        if top == "paddock":
            assert name.startswith("paddock.domain")
        elif top in LIBRARIES:
            assert LIBRARIES[top] in (None, path.name)
        else:
            assert top in sys.stdlib_module_names - IMPURE


def test_only_config_reads_the_environment() -> None:
    readers = {
        path.relative_to(SOURCE).as_posix()
        for path in OTHERS
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}
    }
    assert readers == set()


def test_there_is_something_to_look_at() -> None:
    assert len(DOMAIN) > 20
    assert len(OTHERS) > 80
