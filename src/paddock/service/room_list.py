"""The room list as an index: which rooms match, in an order in which none ever moves, a page at a time.

Newest rooms come first. Where a room stands depends on nothing but when it was opened and its code, so what happens in
a room never moves it, and a cursor stays good when the room it names is gone. It follows no store and has no clock.
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
"""The place of a room in the list: when it was opened, and its code."""

SPARSE: Final = 16
"""Of so many rooms fewer than one matches: then those are sorted, else they are looked for in the order there is."""

Place = tuple[int, RoomId]
"""Sorts rooms: the newest first, and by code those of the same millisecond."""


class Question(Struct, frozen=True):
    """Which rooms somebody looks at: those that match, after a cursor, at most `limit`. Made by `question`."""

    query: str = ""
    cursor: str | None = None
    limit: int = 20


class Page(Struct, frozen=True):
    """What a question leads to: `total` counts all rooms that match, `next` is where another page begins, if any."""

    rooms: tuple[RoomSummary, ...] = ()
    total: int = 0
    next: str | None = None


class Difference(Struct, frozen=True):
    """What leads from one page of a question to another."""

    changed: tuple[RoomSummary, ...]
    gone: tuple[RoomId, ...]

    @property
    def empty(self) -> bool:
        """Whether the rooms shown are the same; how many there are beside them may have changed."""
        return not self.changed and not self.gone


class RoomList:
    """All lines of the list, in order."""

    def __init__(self) -> None:
        self._lines: dict[RoomId, RoomSummary] = {}
        self.index = TextIndex()
        self._order: list[Place] = []

    def __len__(self) -> int:
        return len(self._lines)

    def rooms(self) -> tuple[RoomId, ...]:
        """Give the codes of all rooms in the list, in no particular order."""
        return tuple(self._lines)

    def line(self, room: RoomId) -> RoomSummary | None:
        """Give what the list says of a room."""
        return self._lines.get(room)

    def put(self, room: RoomId, line: RoomSummary | None) -> bool:
        """Set what the list says of a room, None for nothing; say whether that changed anything."""
        before = self._lines.get(room)
        if before == line:
            return False
        if before is not None and (line is None or line.opened_at != before.opened_at):
            place = _place(before)
            del self._order[bisect_left(self._order, place)]
        if line is None:
            del self._lines[room]
            self.index.put(room, "")
            return True
        if before is None or line.opened_at != before.opened_at:
            insort(self._order, _place(line))
        self._lines[room] = line
        if before is None or (line.title, line.host) != (before.title, before.host):
            self.index.put(room, "\n".join(fold(text) for text in (line.title, line.host, room)))
        return True

    def cost(self, question: Question) -> int:
        """Say what a page takes, in texts that a search looks at, some 70 ns each; to show a line takes ten of them."""
        return self.index.cost(question.query) + 10 * question.limit

    def page(self, question: Question, found: Set[RoomId] | None = None) -> Page:
        """Give the page that a question leads to now; `found` are the rooms that match, where they are known."""
        order, limit = self._order, question.limit
        first = 0 if question.cursor is None else bisect_right(order, _read(question.cursor))
        if not question.query:
            return self._page(order[first : first + limit], len(order), more=first + limit < len(order))
        if found is None:
            found = self.index.find(question.query)
        if SPARSE * len(found) < len(order):
            places = sorted(_place(self._lines[room]) for room in found)
            first = 0 if question.cursor is None else bisect_right(places, _read(question.cursor))
            after = places[first : first + limit + 1]
        else:
            after = list(islice((place for place in islice(order, first, None) if place[1] in found), limit + 1))
        return self._page(after[:limit], len(found), more=len(after) > limit)

    def _page(self, shown: list[Place], total: int, *, more: bool) -> Page:
        rooms = tuple(self._lines[room] for _, room in shown)
        return Page(rooms, total, _write(shown[-1]) if more and shown else None)


def question(query: str, cursor: str | None, limit: int) -> Question:
    """Make a question of what somebody typed: names that look alike are alike, so that equal questions are one.

    Raises:
        ValueError: the cursor is none.
    """
    if cursor is not None:
        _read(cursor)
    return Question(fold(" ".join(query.split())), cursor, limit)


def difference(before: Page, after: Page) -> Difference:
    """Say what leads from one page to another of the same question."""
    known = {line.room: line for line in before.rooms}
    stay = {line.room for line in after.rooms}
    return Difference(
        changed=tuple(line for line in after.rooms if known.get(line.room) != line),
        gone=tuple(line.room for line in before.rooms if line.room not in stay),
    )


def _place(line: RoomSummary) -> Place:
    return -line.opened_at, line.room


def _write(place: Place) -> str:
    return f"{-place[0]}-{place[1]}"


def _read(cursor: str) -> Place:
    if re.fullmatch(CURSOR_PATTERN, cursor, re.ASCII) is None:
        raise ValueError("this is no place in the room list")
    opened_at, _, room = cursor.partition("-")
    return -int(opened_at), RoomId(room)
