"""The writer thread: changes go out in batches, are reported in order, and are refused rather than piled up."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.stores.faults import full_disk

from paddock.domain.ids import RoomId
from paddock.stores.contract import StoreUnavailable
from paddock.stores.journal import DONE_AT_ONCE, Journal
from paddock.stores.rows import EntryRow, RoomRow, Rows

COUNT = "SELECT count(*) FROM entries"


def nothing(connection: sqlite3.Connection) -> None:
    """Read nothing of the journal."""


def change(version: int, size: int = 2) -> Rows:
    return Rows(entry=EntryRow(1, version, None, b"{" + b" " * (size - 2) + b"}"))


class Reports:
    """What the journal has reported, in order: the number of each change, negative when it was lost."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.complete = asyncio.Event()
        self.expected = 0

    def write(self, journal: Journal, number: int, rows: Rows) -> None:
        def done(error: StoreUnavailable | None) -> None:
            self.heard.append(number if error is None else -number)
            if len(self.heard) == self.expected:
                self.complete.set()

        journal.write(rows, done)
        self.expected += 1
        self.complete.clear()


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    opened = Journal(tmp_path / "journal.db", queue_bytes=1_000_000)
    await opened.open(nothing)
    yield opened
    await opened.close()


async def test_changes_are_reported_in_their_order_once_they_are_on_file(journal: Journal) -> None:
    reports = Reports()

    for number in range(1, 501):
        reports.write(journal, number, change(number))
    assert reports.heard == []
    await reports.complete.wait()

    assert reports.heard == list(range(1, 501))
    assert await journal.ask(COUNT) == [(500,)]


async def test_changes_handed_in_meanwhile_follow_in_order(journal: Journal) -> None:
    reports = Reports()

    async def hand_in(first: int) -> None:
        for number in range(first, first + 300):
            reports.write(journal, number, change(number))
            if number % 7 == 0:
                await asyncio.sleep(0)

    await hand_in(1)
    await hand_in(301)
    await reports.complete.wait()

    assert reports.heard == list(range(1, 601))


async def test_reports_of_a_big_batch_leave_the_loop_room_to_breathe(journal: Journal) -> None:
    reports = Reports()
    most = 0
    before = 0
    for number in range(1, 401):
        reports.write(journal, number, change(number))

    while not reports.complete.is_set():
        await asyncio.sleep(0)
        most, before = max(most, len(reports.heard) - before), len(reports.heard)

    assert 0 < most <= DONE_AT_ONCE


async def test_a_lost_batch_takes_what_was_handed_in_since_along(journal: Journal) -> None:
    reports = Reports()
    reports.write(journal, 1, change(1))
    await reports.complete.wait()

    with full_disk():
        for number in range(2, 40):
            reports.write(journal, number, change(number))
            if number == 20:
                await asyncio.sleep(0)
        await reports.complete.wait()
    reports.write(journal, 40, change(2))
    await reports.complete.wait()

    assert reports.heard == [1, *(-number for number in range(2, 40)), 40]
    assert await journal.ask(COUNT) == [(2,)]


async def test_what_builds_on_a_loss_is_lost_although_the_disk_is_well_again(journal: Journal, tmp_path: Path) -> None:
    reports = Reports()
    reports.write(journal, 1, change(1))
    await reports.complete.wait()

    reports.write(journal, 2, change(1))
    hold_the_loop_until_the_thread_is_through(journal, tmp_path / "first")
    reports.write(journal, 3, change(3, size=900_000))
    hold_the_loop_until_the_thread_is_through(journal, tmp_path / "second")
    await reports.complete.wait()

    assert reports.heard == [1, -2, -3]
    assert await journal.ask(COUNT) == [(1,)]
    for number in range(4, 13):
        reports.write(journal, number, change(number, size=110_000))
    await reports.complete.wait()
    assert reports.heard == [1, -2, -3, *range(4, 13)]


async def test_what_was_kept_before_a_loss_is_reported_before_it(journal: Journal, tmp_path: Path) -> None:
    reports = Reports()

    def first_done(error: StoreUnavailable | None) -> None:
        reports.write(journal, 500, change(1))
        hold_the_loop_until_the_thread_is_through(journal, tmp_path / "marker")

    journal.write(change(0), first_done)
    for number in range(1, 200):
        reports.write(journal, number, change(number))
    await reports.complete.wait()

    assert reports.heard == [*range(1, 200), -500]


def hold_the_loop_until_the_thread_is_through(journal: Journal, marker: Path) -> None:
    """Let the thread do all that was handed in, and the loop hear nothing of it yet."""
    question = journal.ask(f"VACUUM INTO '{marker}'")
    question.send(None)
    while not marker.exists():
        pass
    question.close()


async def test_a_change_that_breaks_the_tables_rules_is_lost_whole(journal: Journal) -> None:
    reports = Reports()
    room = RoomRow(1, RoomId("AAAAA"), 1, None, 1, None, b"{}")
    reports.write(journal, 1, change(1))
    await reports.complete.wait()

    reports.write(journal, 2, Rows(room=room, entry=EntryRow(1, 1, None, b"{}")))
    await reports.complete.wait()

    assert reports.heard == [1, -2]
    assert await journal.ask("SELECT count(*) FROM rooms") == [(0,)]
    assert journal.trouble is not None


async def test_what_the_disk_cannot_follow_is_refused(journal: Journal) -> None:
    reports = Reports()
    for number in range(1, 10):
        reports.write(journal, number, change(number, size=100_000))

    with pytest.raises(StoreUnavailable, match="too much is waiting"):
        reports.write(journal, 10, change(10, size=100_000))

    await reports.complete.wait()
    assert reports.heard == list(range(1, 10))
    reports.write(journal, 10, change(10, size=100_000))
    await reports.complete.wait()
    assert reports.heard[-1] == 10


async def test_closing_writes_what_is_there_and_takes_no_more(journal: Journal) -> None:
    reports = Reports()
    for number in range(1, 101):
        reports.write(journal, number, change(number))

    await journal.close()
    await journal.close()

    assert reports.heard == list(range(1, 101))
    with pytest.raises(StoreUnavailable, match="closed"):
        reports.write(journal, 101, change(101))
    with pytest.raises(StoreUnavailable, match="closed"):
        await journal.ask(COUNT)


async def test_closing_on_a_full_disk_reports_the_loss(journal: Journal) -> None:
    reports = Reports()
    with full_disk():
        for number in range(1, 11):
            reports.write(journal, number, change(number))
        await journal.close()

    assert reports.heard == [-number for number in range(1, 11)]


async def test_a_question_that_fails_is_told_to_who_asked(journal: Journal) -> None:
    with pytest.raises(StoreUnavailable, match="no such table"):
        await journal.ask("SELECT * FROM nowhere")

    assert await journal.ask(COUNT) == [(0,)]


@pytest.mark.parametrize("full_sync", [False, True])
async def test_the_wait_for_the_disk_is_a_setting(tmp_path: Path, full_sync: bool) -> None:
    journal = Journal(tmp_path / "journal.db", full_sync=full_sync)
    await journal.open(nothing)

    assert await journal.ask("PRAGMA synchronous") == [(2 if full_sync else 1,)]
    assert await journal.ask("PRAGMA journal_mode") == [("wal",)]
    await journal.close()


async def test_a_copy_holds_all_that_was_kept_and_nobody_waits_for_it(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    await journal.open(nothing)
    reports = Reports()
    for number in range(1, 201):
        reports.write(journal, number, change(number, 20_000))
    await reports.complete.wait()
    during: list[int] = []

    def told(pages: int, of: int) -> None:
        # Whoever changes something while the copy is made is answered before it is done.
        during.append(len(reports.heard))
        if len(during) <= 2:
            for number in range(201 + 100 * (len(during) - 1), 301 + 100 * (len(during) - 1)):
                reports.write(journal, number, change(number, 2_000))

    await journal.copy(tmp_path / "copy.db", told)
    await reports.complete.wait()
    await journal.close()

    assert len(during) > 2, "it took several steps"
    assert max(during) > 200, "and did not keep others waiting"
    with sqlite3.connect(tmp_path / "copy.db") as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        versions = [version for (version,) in copy.execute("SELECT version FROM entries ORDER BY version")]
    copy.close()
    assert versions[:200] == list(range(1, 201))
    assert versions == list(range(1, len(versions) + 1)), "a moment of the journal, without holes"


async def test_a_copy_ends_with_the_journal_and_a_second_one_is_refused(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    await journal.open(nothing)
    reports = Reports()
    for number in range(1, 101):
        reports.write(journal, number, change(number, 50_000))
    await reports.complete.wait()
    others: list[asyncio.Task[None]] = []

    def told(pages: int, of: int) -> None:
        if not others:
            others.append(asyncio.create_task(journal.copy(tmp_path / "second.db", told)))
            others.append(asyncio.create_task(journal.close()))

    with pytest.raises(StoreUnavailable, match="ending"):
        await journal.copy(tmp_path / "copy.db", told)
    refused, closed = await asyncio.gather(*others, return_exceptions=True)
    assert isinstance(refused, StoreUnavailable)
    assert closed is None
    with pytest.raises(StoreUnavailable):
        await journal.copy(tmp_path / "late.db", told)


async def test_a_copy_that_nobody_waits_for_ends_in_the_middle(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    await journal.open(nothing)
    reports = Reports()
    for number in range(1, 101):
        reports.write(journal, number, change(number, 50_000))
    await reports.complete.wait()
    steps: list[tuple[int, int]] = []
    begun = asyncio.Event()

    def told(pages: int, of: int) -> None:
        steps.append((pages, of))
        begun.set()

    copying = asyncio.create_task(journal.copy(tmp_path / "copy.db", told))
    await begun.wait()
    copying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await copying
    assert steps[-1][0] < steps[-1][1], "not to its end"
    await journal.copy(tmp_path / "second.db", told)
    assert steps[-1][0] == steps[-1][1]
    await journal.close()


async def test_a_copy_that_cannot_be_written_harms_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    await journal.open(nothing)
    with pytest.raises(StoreUnavailable, match="cannot be copied"):
        await journal.copy(tmp_path / "nowhere" / "copy.db", lambda _pages, _of: None)
    reports = Reports()
    reports.write(journal, 1, change(1))
    await reports.complete.wait()
    assert reports.heard == [1]
    await journal.close()
