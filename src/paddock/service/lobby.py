"""The room list of one node, followed from the store, and the pages of it that are looked at, brought up to date.

Whoever looks asks a question and gets a page; all who ask the same share it, and the changes that lead from it to the
page the same question has now. A page is always computed from the list, never led on by counting, so it cannot drift.
What a look costs is bounded whatever the number of rooms: at most one change per `INTERVAL_S`, and at most
`BYTES_PER_S` in the long run, as what is not sent yet is sent as one change later. Nothing here knows who looks.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Final, NamedTuple

import structlog
from msgspec import Struct

from paddock.domain.ids import RoomId
from paddock.domain.views import RoomSummary
from paddock.service.room_list import Page, Question, RoomList, difference
from paddock.stores.contract import LobbyChange, RoomStore, StoreUnavailable, Unsubscribe

log = structlog.get_logger("paddock.lobby")

INTERVAL_S: Final = 0.2
BYTES_PER_S: Final = 4_000
"""After a change of so many bytes a page rests for a second: 240 KB a minute, where twenty lively rooms make 50."""
TOTAL_S: Final = 5.0
"""How old the number of rooms on other pages may be; told sooner with whatever else is told."""
READ_AGAIN_S: Final = 300.0
WORK_PER_TURN: Final = 25_000
"""Texts looked at in one turn, some 2 ms: beyond it pages wait for the next one, those that were served longest ago
first. So thousands of different searches make each other late, and nothing else."""
TELL: Final = 1_000
CHECK: Final = 20
"""What it takes to bring up a page and tell of it, and to see that no change concerns it, in texts looked at."""
SLICE: Final = 4_000
"""Texts that a search looks at before the event loop goes round, some 0.3 ms."""
CHANGES: Final = 2_048
"""Changes that are remembered: a page that has not been looked at for longer is computed anew."""


class LobbyDelta(Struct, frozen=True):
    """What changed on the page of a look from `version` - 1 to `version`."""

    look: int
    version: int
    changed: tuple[RoomSummary, ...]
    gone: tuple[RoomId, ...]
    total: int
    next: str | None


class Found(NamedTuple):
    """The page of a question, and the revision of the list that it is of; some of it may be newer."""

    page: Page
    revision: int


class Look:
    """A question that somebody looks at, and the page it was answered with last."""

    __slots__ = ("number", "page", "question", "rests_until", "seen", "told_at", "version")

    def __init__(self, number: int, question: Question, page: Page, seen: int) -> None:
        self.number = number
        self.question = question
        self.page = page
        self.version = 0
        self.seen = seen
        """The revision of the list that the page is of."""
        self.told_at = float("-inf")
        self.rests_until = float("-inf")


class Lobby:
    """The room list of one node, and who is to be told of which page."""

    def __init__(self, store: RoomStore) -> None:
        self._store = store
        self._list = RoomList()
        self._revision = 0
        self._changed: deque[str] = deque(maxlen=CHANGES)
        """The texts of the newest changed rooms, before and after the change; the last one led to `_revision`."""
        self._noticed: set[RoomId] | None = None
        """The rooms that changed since the list began to be read; None while it is not."""
        self._numbers = itertools.count(1)
        self._looks: dict[Question, Look] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._unwatch: Unsubscribe | None = None
        self._deliver: Callable[[LobbyDelta], int] = _nowhere

    async def open(self, deliver: Callable[[LobbyDelta], int]) -> None:
        """Follow the list from now on; `deliver` sends a change to those who look, and says how many bytes that took.

        A store that cannot be read yet tells its lines when it can.
        """
        self._deliver = deliver
        self._unwatch = self._store.watch(self._notice)
        await self._read_again()

    async def run(self) -> None:
        """Read the whole list now and then until cancelled, so that no lost notice is believed for ever."""
        while True:
            await asyncio.sleep(READ_AGAIN_S)
            repaired = await self._read_again()
            if repaired:
                log.info("lobby.repaired", rooms=repaired)

    def close(self) -> None:
        """Follow the list no longer."""
        if self._unwatch is not None:
            self._unwatch()
        if self._timer is not None:
            self._timer.cancel()

    def page(self, question: Question) -> Page:
        """Give the page of a question as it is now."""
        return self._list.page(question)

    async def search(self, question: Question) -> Found:
        """Find the page of a question in slices, between which the event loop goes round."""
        index, word = self._list.index, question.query
        revision = self._revision
        if len(word) < 2 or index.cost(word) <= SLICE:
            return Found(self._list.page(question), revision)
        rooms = iter(tuple(index.candidates(word)))
        matching: set[RoomId] = set()
        while part := tuple(islice(rooms, SLICE)):
            matching |= index.matching(word, part)
            await asyncio.sleep(0)
        if revision != self._revision:
            matching = {room for room in matching if self._list.line(room) is not None}
        return Found(self._list.page(question, matching), revision)

    def line(self, room: RoomId) -> RoomSummary | None:
        """Give what the list says of a room; None when it is not listed."""
        return self._list.line(room)

    def look(self, question: Question, found: Found | None = None) -> Look:
        """Give the page of a question, and tell what changes on it from now on, until `end`.

        `found` is what was found a moment ago; what changed since is told as every change.
        """
        look = self._looks.get(question)
        if look is None:
            if found is None:
                found = Found(self._list.page(question), self._revision)
            look = Look(next(self._numbers), question, found.page, found.revision)
            self._looks[question] = look
            if look.seen != self._revision and self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(INTERVAL_S, self._turn)
        return look

    def end(self, question: Question) -> None:
        """Note that nobody looks at this page any more."""
        self._looks.pop(question, None)

    @property
    def looks(self) -> int:
        """How many different pages are looked at."""
        return len(self._looks)

    async def _read_again(self) -> int:
        noticed = self._noticed = set()
        try:
            listed = {line.room: line for line in await self._store.listed()}
        except StoreUnavailable as error:
            log.warning("lobby.read_failed", reason=str(error))
            return 0
        finally:
            self._noticed = None
        # What is noticed while the list is read is newer than the reading.
        wrong = [room for room in {*listed, *self._list.rooms()} - noticed if self._list.line(room) != listed.get(room)]
        for room in wrong:
            self._notice(LobbyChange(room, listed.get(room)))
        return len(wrong)

    def _notice(self, change: LobbyChange) -> None:
        if self._noticed is not None:
            self._noticed.add(change.room)
        before = self._list.index.text(change.room)
        if self._list.put(change.room, change.summary):
            self._revision += 1
            after = self._list.index.text(change.room)
            self._changed.append(after if before in ("", after) else f"{before}\n{after}")
            if self._timer is None and self._looks:
                self._turn()

    def _turn(self) -> None:
        """Bring up to date what may be told by now, and come back as long as there is more."""
        loop = asyncio.get_running_loop()
        now, work = loop.time(), 0
        again = False
        changes: dict[int, str | None] = {}
        for look in [look for look in self._looks.values() if look.seen != self._revision]:
            again = True
            if self._looks.get(look.question) is not look:
                continue  # its last onlooker could not be written to
            if now < look.rests_until or work >= WORK_PER_TURN:
                continue
            word = look.question.query
            if word:
                if look.seen not in changes:
                    changes[look.seen] = self._changes_since(look.seen)
                    work += self._revision - look.seen
                text = changes[look.seen]
                work += CHECK + (self._revision - look.seen) // 4
                if text is not None and word not in text:
                    look.seen = self._revision  # no room that changed matches, or did so before
                    continue
            work += self._list.cost(look.question) + TELL
            self._looks[look.question] = self._looks.pop(look.question)
            self._bring_up(look, now)
        self._timer = loop.call_later(INTERVAL_S, self._turn) if again else None

    def _changes_since(self, revision: int) -> str | None:
        """Return the texts of the rooms that changed since a revision, in one; None when that is too long ago."""
        news = self._revision - revision
        return "\n".join(islice(reversed(self._changed), news)) if news <= len(self._changed) else None

    def _bring_up(self, look: Look, now: float) -> None:
        page = self._list.page(look.question)
        news = difference(look.page, page)
        if news.empty and (page.total, page.next) != (look.page.total, look.page.next) and now < look.told_at + TOTAL_S:
            return
        look.seen = self._revision
        if page == look.page:
            return
        look.page, look.version, look.told_at = page, look.version + 1, now
        delta = LobbyDelta(look.number, look.version, news.changed, news.gone, page.total, page.next)
        look.rests_until = now + self._deliver(delta) / BYTES_PER_S


def _nowhere(_: LobbyDelta) -> int:
    """Tell nobody, until there is somebody to tell."""
    return 0
