"""Schemathesis reads what the server says of itself, and finds nothing that is not so.

It finds answers that are not told of (status, headers, type, schema), data that should have been refused or accepted
and was not, addresses that open without a token, and server errors. `make fuzz-api` looks for half an hour.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from tests.api.examiner import examine
from tests.api.filled import DEVICE, RACE, filled
from tests.api.served import served
from tests.api.shelf import Shelf
from tests.archive.archives import postgres

pytestmark = pytest.mark.processes

LONG = os.environ.get("PADDOCK_HYPOTHESIS") == "long"
SECONDS = 900 if LONG else 30
ERASING_S = 10
COVERAGE_S = 60
"""Every address is looked at once, which ends by itself; on a busy machine that took longer than the 8 s it had."""
ERASING = "--exclude-operation-id", "erase"
"""Whoever is deleted early leaves nothing to look at: this is examined by itself."""


async def test_nothing_is_found(tmp_path: Path) -> None:
    async with served(tmp_path, DEVICE) as there:
        report = await asyncio.to_thread(examine, there.url, tmp_path, DEVICE, there.known, SECONDS, *ERASING)
        assert "Tested: 17" in report, report

        only = "--include-operation-id", "erase"
        report = await asyncio.to_thread(examine, there.url, tmp_path, DEVICE, there.known, ERASING_S, *only)
        assert "Tested: 1" in report, report


async def test_nothing_is_found_with_a_postgresql_either(tmp_path: Path) -> None:
    """It takes other values than a file does; each address is looked at once, by `make fuzz-api` at length."""
    url = await (await asyncio.to_thread(postgres)).copy()
    seconds, options = (SECONDS, ERASING) if LONG else (COVERAGE_S, (*ERASING, "--phases", "coverage"))
    async with served(tmp_path, DEVICE, url) as there:
        report = await asyncio.to_thread(examine, there.url, tmp_path, DEVICE, there.known, seconds, *options)
    assert "Tested: 17" in report, report


async def test_what_is_said_while_the_archive_is_away_is_told_of_too(tmp_path: Path) -> None:
    """A PostgreSQL that lets nobody in from now on, which is answered at once; a frozen one is in `test_frozen.py`."""
    server = await asyncio.to_thread(postgres)
    url = await server.copy()
    options = "--phases", "coverage", "--exclude-checks", "not_a_server_error"
    async with served(tmp_path, DEVICE, url) as there:
        await server.shut(url)
        report = await asyncio.to_thread(examine, there.url, tmp_path, DEVICE, there.known, COVERAGE_S, *options)
    assert "Tested: 18" in report, report


async def test_what_is_not_so_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def kinds(_: Shelf) -> tuple[str, ...]:
        return ("a tiger is not a row",)

    monkeypatch.setattr(Shelf, "kinds", kinds)
    async with filled(tmp_path) as url:
        options = "--include-operation-id", "kinds", "--phases", "coverage"
        with pytest.raises(AssertionError, match="Response violates schema"):
            await asyncio.to_thread(examine, url, tmp_path, DEVICE, {"race": [RACE]}, ERASING_S, *options)
