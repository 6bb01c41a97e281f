"""The room list of one node, followed from the store, and the pages of it that are looked at, brought up to date.

Whoever looks asks a question and gets a page; all who ask the same share it, and the changes that lead from it to the
page the same question has now. A page is always computed from the list, never led on by counting, so it cannot drift.
What a look costs is bounded whatever the number of rooms: at most one change per `INTERVAL_S`, and at most
`BYTES_PER_S` in the long run, as what is not sent yet is sent as one change later. Nothing here knows who looks.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Final

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
"""Lines looked at in one turn, some 2 to 5 ms: beyond it pages wait for the next one, those that were served longest
ago first. So thousands of different searches make each other late, and nothing else."""


class LobbyDelta(Struct, frozen=True):
    """What changed on the page of a look from `version` - 1 to `version`."""

    look: int
    version: int
    changed: tuple[RoomSummary, ...]
    gone: tuple[RoomId, ...]
    total: int
    next: str | None


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
            mended = await self._read_again()
            if mended:
                log.info("lobby.mended", rooms=mended)

    def close(self) -> None:
        """Follow the list no longer."""
        if self._unwatch is not None:
            self._unwatch()
        if self._timer is not None:
            self._timer.cancel()

    def page(self, question: Question) -> Page:
        """Give the page of a question as it is now, for somebody who looks once."""
        return self._list.page(question)

    def line(self, room: RoomId) -> RoomSummary | None:
        """Give what the list says of a room; None when it is not listed."""
        return self._list.line(room)

    def look(self, question: Question) -> Look:
        """Give the page of a question, and tell what changes on it from now on, until `end`."""
        look = self._looks.get(question)
        if look is None:
            look = Look(next(self._numbers), question, self._list.page(question), self._revision)
            self._looks[question] = look
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
            log.warning("lobby.not_read", reason=str(error))
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
        if self._list.put(change.room, change.summary):
            self._revision += 1
            if self._timer is None and self._looks:
                self._turn()

    def _turn(self) -> None:
        """Bring up to date what may be told by now, and come back as long as there is more."""
        loop = asyncio.get_running_loop()
        now, work = loop.time(), 0
        again = False
        for look in [look for look in self._looks.values() if look.seen != self._revision]:
            again = True
            if self._looks.get(look.question) is not look:
                continue  # its last onlooker could not be written to
            if now < look.rests_until or work >= WORK_PER_TURN:
                continue
            work += self._list.cost(look.question)
            self._looks[look.question] = self._looks.pop(look.question)
            self._bring_up(look, now)
        self._timer = loop.call_later(INTERVAL_S, self._turn) if again else None

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
