"""A disk that takes no more: nothing is acknowledged, shown or delivered that is not kept, and then play goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from tests.contracts.ear import Ear
from tests.stores.builders import ANNA, NOON, code, entry, filed, line, ready, room, said
from tests.stores.faults import full_disk

from paddock.domain.ids import CommandKey
from paddock.stores.contract import LobbyChange, Session, Stored, StoreUnavailable
from paddock.stores.local import LocalStore


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[LocalStore]:
    opened = LocalStore(tmp_path / "journal.db")
    await opened.open()
    await opened.create(room(), entry(1), filed(due=7, summary=line()))
    yield opened
    await opened.close()


async def test_a_lost_commit_is_told_and_leaves_everything_as_it_was(store: LocalStore) -> None:
    ear = Ear()
    store.subscribe(code(1), ear.entry)
    store.watch(ear.change)

    with full_disk():
        with pytest.raises(StoreUnavailable, match="journal cannot be written"):
            await store.commit(room(title="lost"), entry(2, command="command-1"), filed(due=1))
        with pytest.raises(StoreUnavailable):
            await store.append(code(1), (said("lost"),), NOON, CommandKey("command-2"))
        with pytest.raises(StoreUnavailable):
            await store.create(room(2), entry(1), filed(due=1, summary=line(2)))
        with pytest.raises(StoreUnavailable):
            await store.forget(code(1), 1)
        with pytest.raises(StoreUnavailable):
            await store.put_session("anna", Session(code(1), ANNA, "node-a"))

        assert await store.load(code(1)) == Stored(1, room())
        assert await store.rooms() == (code(1),)
        assert await store.since(code(1), 0) == (entry(1),)
        assert await store.chat(code(1)) == ()
        assert await store.next_due() == 7
        assert await store.listed() == (line(),)
        assert await store.session("anna") is None
        assert await store.applied(code(1), CommandKey("command-1")) is None
        assert (ear.entries, ear.changes) == ([], [])


async def test_everything_that_was_on_its_way_is_lost_together(store: LocalStore) -> None:
    ear = Ear()
    store.subscribe(code(1), ear.entry)

    with full_disk():
        answers = await asyncio.gather(
            store.commit(room(title="lost 2"), entry(2), filed()),
            store.commit(room(title="lost 3"), entry(3), filed()),
            store.append(code(1), (said("lost 4"),), NOON, None),
            store.create(room(2), entry(1), filed()),
            store.commit(room(2), entry(2), filed()),
            return_exceptions=True,
        )

    assert [type(answer) for answer in answers] == [StoreUnavailable] * 5
    kept = await store.commit(room(title="kept 2"), entry(2, ready(True)), filed())
    assert kept == entry(2, ready(True))
    assert ear.entries == [kept]
    assert await store.load(code(2)) is None


async def test_an_answer_is_never_built_on_what_is_lost(store: LocalStore) -> None:
    """A second sender of a command, a stale commit, a second creator: each answer rests on a change that is lost."""
    command = CommandKey("command-1")

    with full_disk():
        answers = await asyncio.gather(
            store.commit(room(title="lost"), entry(2, command=command), filed()),
            store.commit(room(), entry(2, command=command), filed()),
            store.applied(code(1), command),
            store.commit(room(), entry(2), filed()),
            store.create(room(2), entry(1), filed()),
            store.create(room(2), entry(1), filed()),
            return_exceptions=True,
        )

    assert [type(answer) for answer in answers] == [StoreUnavailable] * 6


async def test_what_was_kept_before_the_disk_was_full_comes_back(store: LocalStore, tmp_path: Path) -> None:
    await store.commit(room(title="kept"), entry(2), filed())
    with full_disk(), pytest.raises(StoreUnavailable):
        await store.commit(room(title="lost"), entry(3), filed())
    await store.append(code(1), (said("kept"),), NOON, None)
    await store.close()

    again = LocalStore(tmp_path / "journal.db")
    await again.open()

    assert await again.load(code(1)) == Stored(3, room(title="kept"))
    assert [message.text for message in await again.chat(code(1))] == ["kept"]
    await again.close()


async def test_the_operator_is_told_once_that_it_begins_and_once_that_it_ends(store: LocalStore) -> None:
    troubles = [store.trouble]
    with capture_logs() as logs:
        with full_disk():
            for _ in range(3):
                with pytest.raises(StoreUnavailable):
                    await store.commit(room(), entry(2), filed())
            troubles.append(store.trouble)
        await store.commit(room(), entry(2), filed())
    troubles.append(store.trouble)

    assert [trouble is None for trouble in troubles] == [True, False, True]
    told = [log["event"] for log in logs]
    assert told == ["store.journal_failing", "store.journal_writes_again"]


async def test_a_caller_that_gives_up_takes_nothing_back(store: LocalStore) -> None:
    ear = Ear()
    store.subscribe(code(1), ear.entry)
    store.watch(ear.change)
    commit = asyncio.create_task(store.commit(room(title="kept"), entry(2, command="command-1"), filed()))
    talk = asyncio.create_task(store.append(code(1), (said("behind it"),), NOON, None))
    await asyncio.sleep(0)

    commit.cancel()

    with pytest.raises(asyncio.CancelledError):
        await commit
    assert (await talk).version == 3
    await ear.hear_version(3)
    assert await store.load(code(1)) == Stored(3, room(title="kept"))
    assert await store.applied(code(1), CommandKey("command-1")) == 2
    assert ear.changes == [LobbyChange(code(1), None)]


async def test_a_subscriber_that_raises_disturbs_nobody(store: LocalStore) -> None:
    ear = Ear()

    def broken(*told: object) -> None:
        raise RuntimeError("a fault of the subscriber")

    store.subscribe(code(1), broken)
    store.watch(broken)
    store.subscribe(code(1), ear.entry)
    store.watch(ear.change)

    with capture_logs() as logs:
        await store.commit(room(title="tea"), entry(2), filed(summary=line(title="tea")))

    assert ear.versions == [2]
    assert ear.changes == [LobbyChange(code(1), line(title="tea"))]
    assert sorted(log["event"] for log in logs) == ["store.deliver_failed", "store.notice_failed"]
