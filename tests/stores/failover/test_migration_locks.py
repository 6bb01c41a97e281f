"""Changes of a room share its lock, a move between stores has it alone, and nobody waits for long."""

from __future__ import annotations

import asyncio

import pytest
from tests.stores.builders import code
from tests.waiting import until

from paddock.stores.contract import StoreUnavailable
from paddock.stores.failover import migration_locks
from paddock.stores.failover.migration_locks import MigrationLocks


@pytest.fixture
def locks() -> MigrationLocks:
    return MigrationLocks()


class Move:
    """A move of the room, which ends when it is told to."""

    def __init__(self, locks: MigrationLocks) -> None:
        self._locks = locks
        self._may_end = asyncio.Event()
        self.is_under_way = False
        self._task = asyncio.create_task(self._run())

    async def end(self) -> None:
        self._may_end.set()
        await self._task

    async def _run(self) -> None:
        async with self._locks.lock(code(1)):
            self.is_under_way = True
            await self._may_end.wait()
        self.is_under_way = False


async def test_a_move_begins_when_the_last_change_has_ended(locks: MigrationLocks) -> None:
    locks.begin_change(code(1))
    locks.begin_change(code(1))
    move = Move(locks)
    await until(lambda: locks.is_locked(code(1)), "new changes have to wait")
    locks.end_change(code(1))
    assert not move.is_under_way
    locks.end_change(code(1))
    await until(lambda: move.is_under_way, "the move has begun")
    await move.end()
    assert not locks.is_locked(code(1))


async def test_a_change_waits_until_the_move_has_ended(locks: MigrationLocks) -> None:
    move = Move(locks)
    await until(lambda: move.is_under_way, "the move has begun")
    await locks.wait(code(2))
    waiting = asyncio.create_task(locks.wait(code(1)))
    await move.end()
    await waiting


async def test_a_change_does_not_wait_for_a_long_move(locks: MigrationLocks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration_locks, "WAIT_TIMEOUT_S", 0.01)
    move = Move(locks)
    await until(lambda: move.is_under_way, "the move has begun")
    with pytest.raises(StoreUnavailable, match="is changing stores"):
        await locks.wait(code(1))
    await move.end()


async def test_a_move_does_not_wait_for_a_long_change(locks: MigrationLocks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration_locks, "DRAIN_TIMEOUT_S", 0.01)
    locks.begin_change(code(1))
    with pytest.raises(StoreUnavailable, match="is being changed"):
        async with locks.lock(code(1)):
            pytest.fail("a change is under way")
    locks.end_change(code(1))
    async with locks.lock(code(1)):
        assert locks.is_locked(code(1))


async def test_a_room_is_moved_by_one_move_at_a_time(locks: MigrationLocks) -> None:
    move = Move(locks)
    await until(lambda: move.is_under_way, "the first move has begun")
    with pytest.raises(StoreUnavailable, match="is changing stores"):
        async with locks.lock(code(1)):
            pytest.fail("another move is under way")
    assert move.is_under_way
    await move.end()


async def test_a_move_that_fails_unlocks_the_room(locks: MigrationLocks) -> None:
    with pytest.raises(ZeroDivisionError):
        async with locks.lock(code(1)):
            raise ZeroDivisionError
    await locks.wait(code(1))
    assert not locks.is_locked(code(1))
