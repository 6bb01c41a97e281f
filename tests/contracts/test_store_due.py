"""The due index: which rooms are owed something, longest due first, until they are filed anew."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.contracts.backends import Store
from tests.stores.builders import code, entry, filed, room

from paddock.domain.ids import Millis


async def open_due(store: Store, number: int, due: int | None) -> None:
    await store.create(room(number), entry(1), filed(due=due))


async def test_the_longest_due_come_first(store: Store) -> None:
    await open_due(store, 1, 300)
    await open_due(store, 2, 100)
    await open_due(store, 3, 200)

    assert await store.due(Millis(1000), 10) == (code(2), code(3), code(1))
    assert await store.next_due() == 100


async def test_all_that_are_filed_are_told_soonest_first_and_nobody_claims_them(store: Store) -> None:
    await open_due(store, 1, 300)
    await open_due(store, 2, None)
    await open_due(store, 3, 200)

    assert tuple(await store.filed()) == (code(3), code(1))
    assert await store.due(Millis(1000), 10) == (code(3), code(1))


async def test_a_room_is_due_from_its_very_moment_on(store: Store) -> None:
    await open_due(store, 1, 100)

    assert await store.due(Millis(99), 10) == ()
    assert await store.due(Millis(100), 10) == (code(1),)


async def test_no_more_than_asked_for_are_given(store: Store) -> None:
    for number in range(5):
        await open_due(store, number, 100 + number)

    assert await store.due(Millis(1000), 2) == (code(0), code(1))
    assert await store.due(Millis(1000), 0) == ()


async def test_a_due_room_stays_due_until_it_is_filed_anew(store: Store) -> None:
    await open_due(store, 1, 100)

    assert await store.due(Millis(100), 1) == (code(1),)
    assert await store.due(Millis(100), 1) == (code(1),)
    await store.commit(room(), entry(2), filed(due=500))
    assert await store.due(Millis(499), 1) == ()
    assert await store.next_due() == 500


async def test_moment_zero_is_a_moment(store: Store) -> None:
    await open_due(store, 1, 0)

    assert await store.next_due() == 0
    assert await store.due(Millis(0), 1) == (code(1),)


async def test_a_room_filed_under_no_time_is_never_due(store: Store) -> None:
    await open_due(store, 1, None)
    await open_due(store, 2, 100)
    await store.commit(room(2), entry(2), filed(due=None))

    assert await store.next_due() is None
    assert await store.due(Millis(10**13), 10) == ()


async def test_a_forgotten_room_is_due_no_more(store: Store) -> None:
    await open_due(store, 1, 100)
    await open_due(store, 2, 200)

    await store.forget(code(1), 1)

    assert await store.next_due() == 200
    assert await store.due(Millis(1000), 10) == (code(2),)


FILINGS = st.lists(st.tuples(st.integers(0, 4), st.one_of(st.none(), st.integers(0, 20))), max_size=40)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filings=FILINGS, now=st.integers(0, 20), limit=st.integers(0, 6))
async def test_whatever_was_filed_before_the_last_filing_counts(
    store: Store, filings: list[tuple[int, int | None]], now: int, limit: int
) -> None:
    last: dict[int, int | None] = {}
    versions: dict[int, int] = {}
    for number, due in filings:
        versions[number] = versions.get(number, 0) + 1
        if versions[number] == 1:
            await open_due(store, number, due)
        else:
            await store.commit(room(number), entry(versions[number]), filed(due=due))
        last[number] = due

    dues = sorted(due for due in last.values() if due is not None)
    found = await store.due(Millis(now), limit)
    times = [last[number] for number in range(5) for room_code in found if room_code == code(number)]
    assert await store.next_due() == (dues[0] if dues else None)
    assert len(set(found)) == len(found)
    assert sorted(time for time in times if time is not None) == [due for due in dues if due <= now][:limit]
    for number, version in versions.items():
        await store.forget(code(number), version)
