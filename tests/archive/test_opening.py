"""An archive that is being opened while the server plays: questions wait for it, and not for ever."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from tests.archive.archives import PATIENT, archive_on
from tests.waiting import LIMIT_S

from paddock.archive import opening
from paddock.archive.contract import ArchiveUnavailable
from paddock.archive.opening import OpeningArchive
from paddock.archive.sql import SqlArchive
from paddock.archive.sqlite import Sqlite


async def test_a_question_asked_while_it_opens_is_answered_when_it_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "WAIT_S", LIMIT_S)
    may_open = asyncio.Event()

    async def opens() -> SqlArchive:
        await may_open.wait()
        archive = archive_on(Sqlite(tmp_path / "archive.sqlite3", PATIENT))
        await archive.open()
        return archive

    archive = OpeningArchive(opens)
    opened = asyncio.create_task(archive.open())
    asked = asyncio.create_task(archive.totals())
    for _ in range(20):
        await asyncio.sleep(0)
    assert not asked.done()

    may_open.set()
    assert (await asked).races == 0
    await opened
    await archive.close()


async def test_a_question_does_not_wait_longer_than_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "WAIT_S", 0.01)

    async def opens() -> SqlArchive:
        raise AssertionError("nobody opens it")

    archive = OpeningArchive(opens)
    with pytest.raises(ArchiveUnavailable):
        await archive.totals()
    await archive.close()


async def test_an_opening_that_failed_can_be_tried_again(tmp_path: Path) -> None:
    tries = 0

    async def opens() -> SqlArchive:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("the disk is full")
        archive = archive_on(Sqlite(tmp_path / "archive.sqlite3", PATIENT))
        await archive.open()
        return archive

    archive = OpeningArchive(opens)
    with pytest.raises(OSError, match="the disk is full"):
        await archive.open()
    await archive.open()
    assert (await archive.totals()).races == 0
    await archive.close()


async def test_a_server_that_ends_while_it_opens_waits_for_it_and_closes_it(tmp_path: Path) -> None:
    """A connection that was being made was left to a thread, which then spoke to a loop that was gone."""
    begun, opened = asyncio.Event(), asyncio.Event()
    before = threading.enumerate()

    async def opens() -> SqlArchive:
        archive = archive_on(Sqlite(tmp_path / "archive.sqlite3", PATIENT))
        begun.set()
        await archive.open()
        opened.set()
        return archive

    archive = OpeningArchive(opens)
    cut_off = asyncio.create_task(archive.open())
    await begun.wait()
    cut_off.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cut_off
    await archive.close()

    assert opened.is_set()
    for thread in set(threading.enumerate()).difference(before):
        if "_connection_worker" in thread.name:
            thread.join(PATIENT.statement_s)
            assert not thread.is_alive()
