"""Passwords: a room that does not exist takes the same work to refuse as a wrong password."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher, extract_parameters

from paddock.service import passwords as passwords_module
from paddock.service.passwords import MEMORY_KIB, MOST_KIB, Passwords
from paddock.service.work import HASHES, LIMITS, WorkKind
from paddock.service.work_queue import Owner, WorkQueue

MINA = Owner("mina", "mina")


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    """Give passwords with a queue as a server has it."""
    queue = WorkQueue("password", LIMITS[WorkKind.PASSWORD])
    yield Passwords(queue)
    queue.close()


async def test_a_right_password_is_right_and_every_other_wrong(passwords: Passwords) -> None:
    kept = await passwords.hash("espresso", MINA)
    assert await passwords.check(kept, "espresso", MINA)
    assert not await passwords.check(kept, "latte", MINA)
    assert not await passwords.check(None, "espresso", MINA)
    assert not await passwords.check("damaged", "espresso", MINA)


async def test_no_room_is_checked_at_the_cost_of_a_real_one(passwords: Passwords) -> None:
    """The stand-in has to be a hash that is really computed, with the parameters of those that are kept."""
    kept = await passwords.hash("espresso", MINA)
    assert extract_parameters(passwords_module._NOBODYS) == extract_parameters(kept)


async def test_the_memory_of_hashing_is_bounded(passwords: Passwords) -> None:
    """A hash of another hand could want gigabytes: it is not computed, and nobody gets in by it."""
    assert HASHES * MEMORY_KIB <= 2 * MOST_KIB == 131_072
    greedy = PasswordHasher(time_cost=1, memory_cost=2 * MOST_KIB, parallelism=1).hash("espresso")
    assert not await passwords.check(greedy, "espresso", MINA)
