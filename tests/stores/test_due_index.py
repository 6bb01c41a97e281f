"""The due index in memory: right whatever was filed before, and no bigger than the rooms it knows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.stores.builders import code

from paddock.domain.ids import Millis, RoomId
from paddock.stores.due_index import DueIndex

FILINGS = st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(0, 30)), max_size=200)


@given(filings=FILINGS, now=st.integers(-1, 31), limit=st.integers(0, 12))
def test_it_tells_what_a_plain_table_would_tell(filings: list[tuple[int, int | None]], now: int, limit: int) -> None:
    index = DueIndex()
    table: dict[RoomId, int] = {}
    for number, due in filings:
        index.file(code(number), Millis(due) if due is not None else None)
        table.pop(code(number), None)
        if due is not None:
            table[code(number)] = due
        assert index.next_due() == min(table.values(), default=None)

    for _ in range(2):
        found = index.due(Millis(now), limit)
        assert [table[room] for room in found] == sorted(due for due in table.values() if due <= now)[:limit]
        assert len(set(found)) == len(found)


def test_a_room_whose_end_moves_on_with_every_commit_takes_no_more_room() -> None:
    index = DueIndex()
    for moment in range(10_000):
        index.file(code(1), Millis(10**12 + moment))

    assert index.filings() < 100
    assert index.due(Millis(10**13), 10) == (code(1),)
