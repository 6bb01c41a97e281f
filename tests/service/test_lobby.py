"""The room list as it is told: every viewer comes to the page that asking anew gives, at a bounded cost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.service.skipping import passes, run_skipping
from tests.stores.builders import code, entry, filed, line, room

from paddock.domain.ids import Millis, RoomId
from paddock.domain.views import RoomSummary
from paddock.service import lobby as lobby_module
from paddock.service.lobby import BYTES_PER_S, INTERVAL_S, TOTAL_DELAY_S, Lobby, LobbyDelta, PageSubscription
from paddock.service.room_list import RoomList, RoomListPage, RoomListQuery, parse_query
from paddock.stores.contract import LobbyChange, Notice, StoreUnavailable, Unsubscribe
from paddock.stores.local import LocalStore


class Viewer:
    """Somebody who looks, and leads their page on by what they are told."""

    def __init__(self, subscription: PageSubscription) -> None:
        self.subscription = subscription
        self.rooms = {one.room: one for one in subscription.page.rooms}
        self.version, self.total, self.next = subscription.version, subscription.page.total, subscription.page.next
        self.told: list[tuple[float, LobbyDelta]] = []

    def take(self, delta: LobbyDelta) -> None:
        """Take a change, as a client does."""
        assert delta.version == self.version + 1
        assert set(delta.gone) <= set(self.rooms), "only what was shown is taken off"
        self.version, self.total, self.next = delta.version, delta.total, delta.next
        for gone in delta.gone:
            del self.rooms[gone]
        self.rooms |= {one.room: one for one in delta.changed}
        assert len(self.rooms) <= self.subscription.query.limit
        self.told.append((asyncio.get_running_loop().time(), delta))

    @property
    def page(self) -> RoomListPage:
        """What they see."""
        rooms = sorted(self.rooms.values(), key=lambda one: (-one.opened_at, one.room))
        return RoomListPage(tuple(rooms), self.total, self.next)


class Hall:
    """A store, the lobby on it, and who looks; `size` is what a change takes on the wire, as it is when None."""

    def __init__(self, store: LocalStore, size: int | None = None) -> None:
        self.store = store
        self.lobby = Lobby(store)
        self.viewers: list[Viewer] = []
        self._size = size
        self._versions: dict[RoomId, int] = {}

    def deliver(self, delta: LobbyDelta) -> int:
        """Tell those who look."""
        for viewer in self.viewers:
            if viewer.subscription.number == delta.subscription:
                viewer.take(delta)
        return self._size if self._size is not None else len(msgspec.json.encode(delta))

    def looks(self, query: str = "", cursor: str | None = None, limit: int = 3) -> Viewer:
        """Let one more look."""
        viewer = Viewer(self.lobby.subscribe(parse_query(query, cursor, limit)))
        self.viewers.append(viewer)
        return viewer

    async def says(self, number: int, summary: RoomSummary | None) -> None:
        """Let the list say something of a room."""
        version = self._versions[code(number)] = self._versions.get(code(number), 0) + 1
        if version == 1:
            await self.store.create(room(number), entry(1), filed(summary=summary))
        else:
            await self.store.commit(room(number), entry(version), filed(summary=summary))

    async def settles(self) -> None:
        """Wait until everything has been told that is going to be."""
        await passes(TOTAL_DELAY_S + 60)

    def check(self) -> None:
        """Hold every viewer's page to the one that asking anew gives."""
        for viewer in self.viewers:
            assert viewer.page == self.lobby.page(viewer.subscription.query)


@asynccontextmanager
async def hall(size: int | None = None) -> AsyncIterator[Hall]:
    store = LocalStore(None)
    await store.open()
    made = Hall(store, size)
    await made.lobby.open(made.deliver)
    yield made
    made.lobby.close()
    await store.close()


def opened(number: int, at: int = 0, title: str = "", seated: int = 1) -> RoomSummary:
    """A line of a room that was opened at some moment."""
    return replace(line(number, seated=seated, title=title), opened_at=Millis(at))


SAYS = st.tuples(
    st.just("says"),
    st.integers(0, 7),
    st.none() | st.tuples(st.integers(0, 2), st.sampled_from(["", "tea", "coffee"]), st.integers(1, 3)),
)
LOOKS = st.tuples(
    st.just("looks"),
    st.sampled_from(["", "tea", "coffee", "nothing"]),
    st.sampled_from([None, "1-AAAAA", "0-ZZZZZ"]),
    st.integers(1, 5),
)
WAITS = st.tuples(st.just("waits"), st.sampled_from([0.0, 0.05, 0.2, 1.0, 7.0]))
ENDS = st.tuples(st.just("ends"), st.integers(0, 9))


@given(st.lists(SAYS | LOOKS | WAITS | ENDS, max_size=40), st.sampled_from([None, 10, 9_000]))
@settings(deadline=None)
def test_whatever_happens_every_viewer_comes_to_the_page_that_asking_anew_gives(
    plan: Sequence[tuple[object, ...]], size: int | None
) -> None:
    async def play() -> None:
        async with hall(size) as here:
            here.looks()
            for step in plan:
                match step:
                    case ("says", int(number), None):
                        await here.says(number, None)
                    case ("says", int(number), (int(at), str(title), int(seated))):
                        await here.says(number, opened(number, at, title, seated))
                    case ("looks", str(query), cursor, int(limit)):
                        here.looks(query, cursor if isinstance(cursor, str) else None, limit)
                    case ("ends", int(place)):
                        for viewer in here.viewers[place : place + 1]:
                            here.lobby.unsubscribe(viewer.subscription.query)
                            here.viewers = [one for one in here.viewers if one.subscription is not viewer.subscription]
                    case ("waits", float(seconds)):
                        await passes(seconds)
                    case _:
                        raise AssertionError(step)
            await here.settles()
            here.check()
            assert here.lobby.subscriptions == len({viewer.subscription.number for viewer in here.viewers})

    run_skipping(play())


def test_a_change_is_told_at_once_and_the_next_ones_together_at_most_every_200_ms() -> None:
    async def play() -> None:
        async with hall() as here:
            viewer = here.looks()
            began = asyncio.get_running_loop().time()
            for turn in range(200):
                await here.says(1, opened(1, seated=turn))
                await passes(0.01)
            await here.settles()
            moments = [at for at, _ in viewer.told]
            assert moments[0] - began < 0.01, "the leading edge"
            assert all(later - before > INTERVAL_S - 0.001 for before, later in pairwise(moments))
            assert 9 <= len(moments) <= 12, "two seconds of changes, and the trailing edge"
            here.check()

    run_skipping(play())


def test_equal_queries_share_a_subscription_and_its_deltas() -> None:
    async def play() -> None:
        async with hall() as here:
            first, second, other = here.looks(" Tea "), here.looks("tea"), here.looks("coffee")
            assert first.subscription is second.subscription
            assert here.lobby.subscriptions == 2
            await here.says(1, opened(1, title="tea"))
            assert [delta for _, delta in first.told] == [delta for _, delta in second.told]
            assert len(first.told) == 1
            await here.settles()
            assert other.told == [], "what one does not see is not told"

    run_skipping(play())


def test_rooms_beyond_the_page_cost_only_their_number_now_and_then() -> None:
    async def play() -> None:
        async with hall() as here:
            await here.says(0, opened(0, at=9))
            viewer = here.looks(limit=1)
            for number in range(1, 100):
                await here.says(number, opened(number))
                await passes(0.2)
            await here.settles()
            assert [delta.changed + delta.gone for _, delta in viewer.told] == [()] * len(viewer.told)
            assert len(viewer.told) <= 2 + 20 / TOTAL_DELAY_S
            assert viewer.total == 100

    run_skipping(play())


def test_a_number_that_waits_to_be_told_goes_with_the_first_change_that_does_not() -> None:
    async def play() -> None:
        async with hall() as here:
            await here.says(0, opened(0, at=9))
            viewer = here.looks(limit=1)
            await here.says(1, opened(1))
            await here.says(2, opened(2))
            await passes(INTERVAL_S * 2)
            assert viewer.total == 2
            await here.says(0, opened(0, at=9, seated=2))
            await passes(INTERVAL_S * 2)
            assert (viewer.total, len(viewer.told)) == (3, 2)

    run_skipping(play())


def test_bytes_are_bounded_whatever_happens_on_the_page() -> None:
    """Every turn brings a wholly new page; a minute of it stays within the allowance and one page."""

    async def play() -> None:
        sizes: list[tuple[float, int]] = []
        async with hall() as here:
            tell = here.deliver

            def deliver(delta: LobbyDelta) -> int:
                size = tell(delta)
                sizes.append((asyncio.get_running_loop().time(), size))
                return size

            here.lobby.close()
            await here.lobby.open(deliver)
            viewer = here.looks(limit=50)
            for number in range(6_000):
                await here.says(number, opened(number, at=number, title="x" * 30))
                if number % 50 == 49:
                    await passes(1)
            began, largest = sizes[0][0], max(size for _, size in sizes)
            for minute in range(60):
                within = sum(size for at, size in sizes if minute <= at - began < minute + 60)
                assert within <= 60 * BYTES_PER_S + largest
            assert sum(size for _, size in sizes) > 60 * BYTES_PER_S, "there was more to tell than is told"
            await here.settles()
            here.check()
            assert viewer.total == 6_000

    run_skipping(play())


def test_thousands_of_different_searches_are_served_in_turn_and_none_is_forgotten() -> None:
    async def play() -> None:
        async with hall() as here:
            for number in range(100):
                await here.says(number, opened(number, title=f"room {number}"))
            viewers = [here.looks(f"m{number}", limit=50) for number in range(400)]
            plain = here.looks()
            turns = 400 * (500 + lobby_module.UPDATE + lobby_module.CHECK) / lobby_module.WORK_PER_TICK
            await here.says(7, opened(7, at=1, title=" ".join(f"m{number}" for number in range(400))))
            await passes(INTERVAL_S * (turns + 2))
            here.check()
            assert len(plain.told) == 1
            moments = {at for viewer in viewers for at, _ in viewer.told}
            assert len(moments) > 2, "in several turns"

    run_skipping(play())


class Forgetful(LocalStore):
    """A store whose notices get lost, and that cannot be read for a while."""

    def __init__(self) -> None:
        super().__init__(None)
        self.deaf = False
        self.away = False
        self.meanwhile: LobbyChange | None = None
        self._notice: Notice | None = None

    def watch(self, notice: Notice) -> Unsubscribe:
        self._notice = notice
        return super().watch(lambda change: None if self.deaf else notice(change))

    async def listed(self) -> tuple[RoomSummary, ...]:
        if self.away:
            raise StoreUnavailable("away")
        read = await super().listed()
        if self.meanwhile is not None and self._notice is not None:
            self._notice(self.meanwhile)
        return read


def test_a_lost_notice_is_not_believed_for_ever_and_an_absent_store_is_no_reason_not_to_start() -> None:
    async def play() -> None:
        store = Forgetful()
        await store.open()
        here = Hall(store)
        store.away = True
        await here.lobby.open(here.deliver)
        running = asyncio.create_task(here.lobby.run())
        viewer = here.looks()
        store.deaf = True
        await here.says(1, opened(1))
        await here.says(2, opened(2))
        assert viewer.told == []
        store.away = False
        await passes(lobby_module.REFRESH_S + 1)
        assert set(viewer.rooms) == {code(1), code(2)}
        await here.says(1, None)
        await passes(lobby_module.REFRESH_S + 1)
        assert set(viewer.rooms) == {code(2)}
        running.cancel()
        here.lobby.close()
        await store.close()

    run_skipping(play())


def test_what_is_noticed_while_the_list_is_read_is_newer_than_the_reading() -> None:
    """A room that closed between the reading and its answer stood in the list until something else happened to it."""

    async def play() -> None:
        store = Forgetful()
        await store.open()
        here = Hall(store)
        await here.says(1, opened(1))
        store.meanwhile = LobbyChange(code(1), None)
        await here.lobby.open(here.deliver)
        assert here.lobby.page(RoomListQuery()) == RoomListPage()
        here.lobby.close()
        await store.close()

    run_skipping(play())


def test_a_search_in_slices_misses_nothing_that_changes_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two slices rooms come, go and change their titles; whoever looks comes to the page there is then."""
    monkeypatch.setattr(lobby_module, "SLICE", 1)

    async def play() -> None:
        async with hall() as here:
            for number in range(6):
                await here.says(number, opened(number, title="coffee"))
            wanted = parse_query("coffee", None, 3)
            searching = asyncio.create_task(here.lobby.search(wanted))
            await asyncio.sleep(0)
            await here.says(1, None)
            await here.says(2, opened(2, title="tea"))
            await here.says(7, opened(7, title="coffee"))
            found = await searching
            here.viewers.append(Viewer(here.lobby.subscribe(wanted, found)))
            await here.settles()
            here.check()
            assert here.viewers[0].page.total == 5

    run_skipping(play())


def test_a_page_that_no_change_concerns_is_not_computed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand searches used to look at every line again whenever anything changed anywhere."""

    async def play() -> None:
        async with hall() as here:
            await here.says(1, opened(1, title="coffee"))
            here.looks("coffee")
            await here.settles()
            computed: list[RoomListQuery] = []
            really = RoomList.page

            def page(rooms: RoomList, wanted: RoomListQuery) -> RoomListPage:
                computed.append(wanted)
                return really(rooms, wanted)

            monkeypatch.setattr(RoomList, "page", page)
            await here.says(2, opened(2, title="tea"))
            await here.settles()
            assert not computed
            await here.says(2, opened(2, title="coffee"))
            await here.settles()
            assert len(computed) == 1
            here.check()

    run_skipping(play())
