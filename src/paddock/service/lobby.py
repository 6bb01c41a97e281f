"""The room list of one node, replicated from the store, and the pages of it that clients are subscribed to.

All clients with the same query share one subscription: its page, and the deltas that lead from this page to the current
one. A page is always computed from the list and never by counting, so it cannot drift. The cost of a subscription does
not depend on the number of rooms: at most one delta per `INTERVAL_S` and on average at most `BYTES_PER_S`; changes that
are not sent yet are merged into the next delta. This module knows no clients.
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
from paddock.service.room_list import RoomList, RoomListPage, RoomListQuery, diff_pages
from paddock.stores.contract import LobbyChange, RoomStore, StoreUnavailable, Unsubscribe

log = structlog.get_logger("paddock.lobby")

INTERVAL_S: Final = 0.2
BYTES_PER_S: Final = 4_000
"""Average limit per subscription; 240 KB per minute, while twenty active rooms cause about 50."""
TOTAL_DELAY_S: Final = 5.0
"""Maximum delay of a delta in which only the total or the next cursor changed; any other delta carries both earlier."""
REFRESH_S: Final = 300.0
WORK_PER_TICK: Final = 25_000
"""Texts examined per tick, about 2 ms. Further subscriptions wait for the next tick, least recently updated first, so
thousands of different queries delay each other and nothing else."""
UPDATE: Final = 1_000
CHECK: Final = 20
"""Cost of an update with its delta, and of finding that no change affects a page, in texts examined."""
SLICE: Final = 4_000
"""Texts that a search examines before it yields to the event loop, about 0.3 ms."""
CHANGES: Final = 2_048
"""Number of changes in the history; a page older than that is computed anew."""


class LobbyDelta(Struct, frozen=True):
    """The changes of the page of a subscription from `version` - 1 to `version`."""

    subscription: int
    version: int
    changed: tuple[RoomSummary, ...]
    gone: tuple[RoomId, ...]
    total: int
    next: str | None


class SearchResult(NamedTuple):
    """A page, and the revision of the list at which its search began; parts of it may be newer."""

    page: RoomListPage
    revision: int


class PageSubscription:
    """A query with at least one subscribed client, and the page as last sent to its clients."""

    __slots__ = ("next_send_at", "number", "page", "query", "seen", "sent_at", "version")

    def __init__(self, number: int, query: RoomListQuery, page: RoomListPage, seen: int) -> None:
        self.number = number
        self.query = query
        self.page = page
        self.version = 0
        self.seen = seen
        """The revision of the list up to which the page is current."""
        self.sent_at = float("-inf")
        self.next_send_at = float("-inf")


class Lobby:
    """The room list of one node and its subscriptions."""

    def __init__(self, store: RoomStore) -> None:
        self._store = store
        self._list = RoomList()
        self._revision = 0
        self._changed: deque[str] = deque(maxlen=CHANGES)
        """Texts of the latest changed rooms, before and after each change; the last one led to `_revision`."""
        self._changed_meanwhile: set[RoomId] | None = None
        """Rooms that changed during the current reading of the whole list; None while there is none."""
        self._numbers = itertools.count(1)
        self._subscriptions: dict[RoomListQuery, PageSubscription] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._unwatch: Unsubscribe | None = None
        self._deliver: Callable[[LobbyDelta], int] = _drop

    async def open(self, deliver: Callable[[LobbyDelta], int]) -> None:
        """Watch the list of the store; `deliver` sends a delta to subscribed clients and returns its size in bytes.

        If the store is unavailable, its rooms arrive as changes when it is available again.
        """
        self._deliver = deliver
        self._unwatch = self._store.watch(self._on_change)
        await self._refresh()

    async def run(self) -> None:
        """Read the whole list periodically until cancelled, to repair the effect of lost changes."""
        while True:
            await asyncio.sleep(REFRESH_S)
            repaired = await self._refresh()
            if repaired:
                log.info("lobby.repaired", rooms=repaired)

    def close(self) -> None:
        """Stop watching the list."""
        if self._unwatch is not None:
            self._unwatch()
        if self._timer is not None:
            self._timer.cancel()

    def page(self, query: RoomListQuery) -> RoomListPage:
        """Return the current page of a query."""
        return self._list.page(query)

    async def search(self, query: RoomListQuery) -> SearchResult:
        """Return the page of a query, searched in slices between which other tasks run."""
        index, word = self._list.index, query.text
        revision = self._revision
        if len(word) < 2 or index.cost(word) <= SLICE:
            return SearchResult(self._list.page(query), revision)
        rooms = iter(tuple(index.candidates(word)))
        matching: set[RoomId] = set()
        while part := tuple(islice(rooms, SLICE)):
            matching |= index.matching(word, part)
            await asyncio.sleep(0)
        if revision != self._revision:
            matching = {room for room in matching if self._list.line(room) is not None}
        return SearchResult(self._list.page(query, matching), revision)

    def line(self, room: RoomId) -> RoomSummary | None:
        """Return the line of a room; None if the room is not listed."""
        return self._list.line(room)

    def subscribe(self, query: RoomListQuery, found: SearchResult | None = None) -> PageSubscription:
        """Return the subscription of a query; deltas of its page are delivered until `unsubscribe`.

        `found` is a recent result of `search`; changes since then are delivered as deltas.
        """
        subscription = self._subscriptions.get(query)
        if subscription is None:
            if found is None:
                found = SearchResult(self._list.page(query), self._revision)
            subscription = PageSubscription(next(self._numbers), query, found.page, found.revision)
            self._subscriptions[query] = subscription
            if subscription.seen != self._revision and self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(INTERVAL_S, self._tick)
        return subscription

    def unsubscribe(self, query: RoomListQuery) -> None:
        """End the subscription of a query."""
        self._subscriptions.pop(query, None)

    @property
    def subscriptions(self) -> int:
        """Return the number of subscriptions."""
        return len(self._subscriptions)

    async def _refresh(self) -> int:
        changed = self._changed_meanwhile = set()
        try:
            listed = {line.room: line for line in await self._store.listed()}
        except StoreUnavailable as error:
            log.warning("lobby.read_failed", reason=str(error))
            return 0
        finally:
            self._changed_meanwhile = None
        # Changes that arrive during the reading are newer than its result.
        wrong = [room for room in {*listed, *self._list.rooms()} - changed if self._list.line(room) != listed.get(room)]
        for room in wrong:
            self._on_change(LobbyChange(room, listed.get(room)))
        return len(wrong)

    def _on_change(self, change: LobbyChange) -> None:
        if self._changed_meanwhile is not None:
            self._changed_meanwhile.add(change.room)
        before = self._list.index.text(change.room)
        if self._list.put(change.room, change.summary):
            self._revision += 1
            after = self._list.index.text(change.room)
            self._changed.append(after if before in ("", after) else f"{before}\n{after}")
            if self._timer is None and self._subscriptions:
                self._tick()

    def _tick(self) -> None:
        """Update subscriptions that may send now, and schedule the next tick while any is behind."""
        loop = asyncio.get_running_loop()
        now, work = loop.time(), 0
        changes: dict[int, str | None] = {}
        behind = [one for one in self._subscriptions.values() if one.seen != self._revision]
        for subscription in behind:
            if self._subscriptions.get(subscription.query) is not subscription:
                continue  # ended during this tick: the connection of its last client failed
            if now < subscription.next_send_at or work >= WORK_PER_TICK:
                continue
            word = subscription.query.text
            if word:
                if subscription.seen not in changes:
                    changes[subscription.seen] = self._changes_since(subscription.seen)
                    work += self._revision - subscription.seen
                text = changes[subscription.seen]
                work += CHECK + (self._revision - subscription.seen) // 4
                if text is not None and word not in text:
                    subscription.seen = self._revision  # no changed room matches, before or after its change
                    continue
            work += self._list.cost(subscription.query) + UPDATE
            self._subscriptions[subscription.query] = self._subscriptions.pop(subscription.query)
            self._update(subscription, now)
        self._timer = loop.call_later(INTERVAL_S, self._tick) if behind else None

    def _changes_since(self, revision: int) -> str | None:
        """Return the joined texts of rooms that changed since a revision; None if the history does not reach back."""
        news = self._revision - revision
        return "\n".join(islice(reversed(self._changed), news)) if news <= len(self._changed) else None

    def _update(self, subscription: PageSubscription, now: float) -> None:
        page = self._list.page(subscription.query)
        news = diff_pages(subscription.page, page)
        if (
            news.empty
            and (page.total, page.next) != (subscription.page.total, subscription.page.next)
            and now < subscription.sent_at + TOTAL_DELAY_S
        ):
            return
        subscription.seen = self._revision
        if page == subscription.page:
            return
        subscription.page, subscription.version, subscription.sent_at = page, subscription.version + 1, now
        delta = LobbyDelta(subscription.number, subscription.version, news.changed, news.gone, page.total, page.next)
        subscription.next_send_at = now + self._deliver(delta) / BYTES_PER_S


def _drop(_: LobbyDelta) -> int:
    """Drop the delta: the lobby is not open yet."""
    return 0
