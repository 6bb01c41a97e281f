"""Sessions: who a seat token belongs to, by its hash."""

from __future__ import annotations

from tests.contracts.backends import Store
from tests.stores.builders import ANNA, BEN, code

from paddock.stores.contract import Session

ANNAS, BENS = "hash-of-annas-token", "hash-of-bens-token"


async def test_a_session_is_found_by_its_token(store: Store) -> None:
    await store.put_session(ANNAS, Session(code(1), ANNA, "node-a"))
    await store.put_session(BENS, Session(code(1), BEN, "node-b"))

    assert await store.session(ANNAS) == Session(code(1), ANNA, "node-a")
    assert await store.session(BENS) == Session(code(1), BEN, "node-b")


async def test_a_token_nobody_has_is_none(store: Store) -> None:
    assert await store.session(ANNAS) is None


async def test_a_session_moves_to_another_node_or_room(store: Store) -> None:
    await store.put_session(ANNAS, Session(code(1), ANNA, "node-a"))

    await store.put_session(ANNAS, Session(code(1), ANNA, "node-b"))
    assert await store.session(ANNAS) == Session(code(1), ANNA, "node-b")
    await store.put_session(ANNAS, Session(code(2), ANNA, "node-b"))
    assert await store.session(ANNAS) == Session(code(2), ANNA, "node-b")


async def test_a_dropped_session_is_gone(store: Store) -> None:
    await store.put_session(ANNAS, Session(code(1), ANNA, "node-a"))
    await store.put_session(BENS, Session(code(1), BEN, "node-a"))

    await store.drop_session(ANNAS)

    assert await store.session(ANNAS) is None
    assert await store.session(BENS) == Session(code(1), BEN, "node-a")


async def test_dropping_what_is_not_there_changes_nothing(store: Store) -> None:
    await store.drop_session(ANNAS)
    await store.drop_session(ANNAS)

    assert await store.session(ANNAS) is None


async def test_a_dropped_token_can_come_back(store: Store) -> None:
    await store.put_session(ANNAS, Session(code(1), ANNA, "node-a"))
    await store.drop_session(ANNAS)

    await store.put_session(ANNAS, Session(code(1), ANNA, "node-c"))

    assert await store.session(ANNAS) == Session(code(1), ANNA, "node-c")
