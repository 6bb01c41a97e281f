"""The room list as an index: which rooms match a query, in a stable order, one page at a time.

Newest rooms come first. The order depends only on the opening time and the code of a room. So nothing that happens in a
room moves it, and a cursor stays valid after the room it names is gone. The index has no store and no clock.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Set
from itertools import islice
from typing import Final

from msgspec import Struct

from paddock.domain.ids import RoomId
from paddock.domain.names import fold
from paddock.domain.views import RoomSummary
from paddock.service.text_index import TextIndex

CURSOR_PATTERN: Final = r"^[0-9]{1,16}-[A-HJ-NP-Z2-9]{5}(?:[A-HJ-NP-Z2-9]{3})?$(?!\n)"
"""A position in the list: the opening time of a room and its code."""

SPARSE: Final = 16
"""If fewer than one of this many rooms matches, the matches are sorted; otherwise the ordered list is scanned."""

SortKey = tuple[int, RoomId]
"""The order of rooms: newest first, then by code."""


class RoomListQuery(Struct, frozen=True):
    """The rooms that match a text, after a cursor, at most `limit`; created by `parse_query`."""

    text: str = ""
    cursor: str | None = None
    limit: int = 20


class RoomListPage(Struct, frozen=True):
    """The result of a query: `total` counts all matching rooms, `next` is the cursor of the next page, if any."""

    rooms: tuple[RoomSummary, ...] = ()
    total: int = 0
    next: str | None = None


class PageDiff(Struct, frozen=True):
    """The changes from one page of a query to a later one."""

    changed: tuple[RoomSummary, ...]
    gone: tuple[RoomId, ...]

    @property
    def empty(self) -> bool:
        """Whether both pages have the same rooms; the totals may differ."""
        return not self.changed and not self.gone


class RoomList:
    """All rooms of the list, in order, with a text index."""

    def __init__(self) -> None:
        self._lines: dict[RoomId, RoomSummary] = {}
        self.index = TextIndex()
        self._order: list[SortKey] = []

    def __len__(self) -> int:
        return len(self._lines)

    def rooms(self) -> tuple[RoomId, ...]:
        """Return the codes of all rooms of the list, in no particular order."""
        return tuple(self._lines)

    def line(self, room: RoomId) -> RoomSummary | None:
        """Return the line of a room; None if the room is not listed."""
        return self._lines.get(room)

    def put(self, room: RoomId, line: RoomSummary | None) -> bool:
        """Set the line of a room, or remove it with None; return whether this changed the list."""
        before = self._lines.get(room)
        if before == line:
            return False
        if before is not None and (line is None or line.opened_at != before.opened_at):
            key = _sort_key(before)
            del self._order[bisect_left(self._order, key)]
        if line is None:
            del self._lines[room]
            self.index.put(room, "")
            return True
        if before is None or line.opened_at != before.opened_at:
            insort(self._order, _sort_key(line))
        self._lines[room] = line
        if before is None or (line.title, line.host) != (before.title, before.host):
            self.index.put(room, "\n".join(fold(text) for text in (line.title, line.host, room)))
        return True

    def cost(self, query: RoomListQuery) -> int:
        """Return the cost of a page in examined texts, about 70 ns each; one line of the page costs ten."""
        return self.index.cost(query.text) + 10 * query.limit

    def page(self, query: RoomListQuery, found: Set[RoomId] | None = None) -> RoomListPage:
        """Return the current page of a query; `found` are the matching rooms, if they are known already."""
        order, limit = self._order, query.limit
        first = 0 if query.cursor is None else bisect_right(order, _read(query.cursor))
        if not query.text:
            return self._page(order[first : first + limit], len(order), more=first + limit < len(order))
        if found is None:
            found = self.index.find(query.text)
        if SPARSE * len(found) < len(order):
            keys = sorted(_sort_key(self._lines[room]) for room in found)
            first = 0 if query.cursor is None else bisect_right(keys, _read(query.cursor))
            after = keys[first : first + limit + 1]
        else:
            after = list(islice((key for key in islice(order, first, None) if key[1] in found), limit + 1))
        return self._page(after[:limit], len(found), more=len(after) > limit)

    def _page(self, shown: list[SortKey], total: int, *, more: bool) -> RoomListPage:
        rooms = tuple(self._lines[room] for _, room in shown)
        return RoomListPage(rooms, total, _write(shown[-1]) if more and shown else None)


def parse_query(text: str, cursor: str | None, limit: int) -> RoomListQuery:
    """Return the query of a typed text; texts that differ only in case, accents or look-alikes give equal queries.

    Raises:
        ValueError: if the cursor is malformed.
    """
    if cursor is not None:
        _read(cursor)
    return RoomListQuery(fold(" ".join(text.split())), cursor, limit)


def diff_pages(before: RoomListPage, after: RoomListPage) -> PageDiff:
    """Return the changes from one page to a later page of the same query."""
    known = {line.room: line for line in before.rooms}
    stay = {line.room for line in after.rooms}
    return PageDiff(
        changed=tuple(line for line in after.rooms if known.get(line.room) != line),
        gone=tuple(line.room for line in before.rooms if line.room not in stay),
    )


def _sort_key(line: RoomSummary) -> SortKey:
    return -line.opened_at, line.room


def _write(key: SortKey) -> str:
    return f"{-key[0]}-{key[1]}"


def _read(cursor: str) -> SortKey:
    if re.fullmatch(CURSOR_PATTERN, cursor, re.ASCII) is None:
        raise ValueError("malformed cursor of the room list")
    opened_at, _, room = cursor.partition("-")
    return -int(opened_at), RoomId(room)
