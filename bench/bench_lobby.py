"""What looking at the room list costs: bytes per viewer and minute, and how long the loop is held, as rooms grow.

Run: `.venv/bin/python -m bench.bench_lobby`; writes docs/benchmarks/lobby.json and lobby.md. The lobby, its frames and
a minute of changes are real, the minute itself is skipped (`tests.service.skipping`), so bytes are the same each time.
Beside each figure stands what it would cost to send the whole list and then every change to everybody, once per 200 ms,
as Paddock did before. At the end every page is held to the one that asking anew gives.
"""

from __future__ import annotations

import asyncio
import os
import platform
import random
import sys
import time
from pathlib import Path

import msgspec
from msgspec.structs import replace
from tests.service.skipping import run_skipping

from paddock.domain.card import Rule
from paddock.domain.ids import CODE_ALPHABET, Millis, RoomId
from paddock.domain.views import RoomSummary
from paddock.gateway import messages as m
from paddock.gateway import pushes
from paddock.gateway.frames import Frames
from paddock.service.lobby import BYTES_PER_S, INTERVAL_S, Lobby, LobbyDelta, PageSubscription
from paddock.service.room_list import RoomListPage, diff_pages, parse_query
from paddock.socketio import Options, Server
from paddock.stores.contract import Notice, Unsubscribe
from paddock.stores.feeds import Lobby as Lines
from paddock.stores.local import LocalStore

OUT = Path(__file__).parent.parent / "docs" / "benchmarks"
ROOMS = (100, 1_000, 10_000)
CHANGES_EVERY_S = 20
"""How often something changes in a room's line: somebody comes or goes, a phase begins."""
LIVES_S = 1_800
SECONDS = 60
SEED = 7
TITLES = ("금요일 커피", "개발팀 점심 내기", "Design crit coffee", "Tea", "", "보드게임 모임")
PHASES = ("gathering", "drawing", "countdown", "racing", "podium", "runoff")
VIEWS = {
    "the first page, 20 rooms": [("", 20)],
    "the first page, 50 rooms": [("", 50)],
    "a search that a sixth of all rooms match": [("커피", 20)],
    "a search for one room": [("K7AB2", 20)],
    "1,000 viewers, each with a search of their own": [(f"민지{number}", 20) for number in range(1_000)],
}


class Cost(msgspec.Struct):
    """What one view cost a viewer, and the server."""

    rooms: int
    view: str
    viewers: int
    first_bytes: int
    bytes_per_minute: int
    most_bytes_in_a_minute: int
    """Of all viewers of the view; the others above are means."""
    frames_per_minute: float
    cpu_ms_per_minute: float
    longest_turn_ms: float
    whole_list_first_bytes: int
    whole_list_bytes_per_minute: int


class Listed(LocalStore):
    """A store of which only the room list is used."""

    def __init__(self) -> None:
        super().__init__(None)
        self.lines = Lines()

    def watch(self, notice: Notice) -> Unsubscribe:
        """Tell changes."""
        return self.lines.watch(notice)

    async def listed(self) -> tuple[RoomSummary, ...]:
        """Give all lines."""
        return self.lines.listed()


class Timed(Lobby):
    """Notes how long each turn holds the loop, in seconds of CPU, so that other work on the machine does not count."""

    def __init__(self, store: Listed) -> None:
        super().__init__(store)
        self.turns: list[float] = []

    def _tick(self) -> None:
        began = time.process_time()
        super()._tick()
        self.turns.append(time.process_time() - began)


class Town:
    """All rooms there are, and what happens in them."""

    def __init__(self, rooms: int, dice: random.Random) -> None:
        self._dice = dice
        self._now = 0.0
        self.rooms = rooms
        self.lines: dict[RoomId, RoomSummary] = {}
        self._codes: list[RoomId] = []
        while len(self.lines) < rooms:
            self._open(-dice.uniform(0, LIVES_S))

    def _open(self, at: float) -> RoomSummary:
        code = RoomId("".join(self._dice.choices(CODE_ALPHABET, k=5)))
        line = RoomSummary(
            room=code,
            title=self._dice.choice(TITLES),
            host=f"민지{self._dice.randrange(1000)}",
            seated=self._dice.randint(1, 12),
            capacity=50,
            watching=0,
            phase="gathering",
            rule=Rule.LAST,
            private=self._dice.random() < 0.2,
            locked=False,
            opened_at=Millis(1_800_000_000_000 + round(at * 1000)),
        )
        self.lines[code] = line
        self._codes.append(code)
        return line

    def happens(self, seconds: float) -> list[tuple[RoomId, RoomSummary | None]]:
        """Let time pass and give the lines that changed."""
        self._now += seconds
        changed: list[tuple[RoomId, RoomSummary | None]] = []
        for _ in range(self._times(self.rooms / CHANGES_EVERY_S * seconds)):
            line = replace(self._any(), seated=self._dice.randint(1, 12), phase=self._dice.choice(PHASES))
            self.lines[line.room] = line
            changed.append((line.room, line))
        for _ in range(self._times(self.rooms / LIVES_S * seconds)):
            place = self._dice.randrange(len(self._codes))
            gone, self._codes[place] = self._codes[place], self._codes[-1]
            self._codes.pop()
            del self.lines[gone]
            changed.append((gone, None))
            new = self._open(self._now)
            changed.append((new.room, new))
        return changed

    def _any(self) -> RoomSummary:
        return self.lines[self._dice.choice(self._codes)]

    def _times(self, mean: float) -> int:
        return int(mean) + (self._dice.random() < mean % 1)


class Whole:
    """The whole list, as it was sent before: every change to everybody, once per interval."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self.bytes = 0

    def take(self, changed: list[tuple[RoomId, RoomSummary | None]]) -> None:
        """Send an interval's changes."""
        lines = dict(changed)
        news = tuple(line for line in lines.values() if line is not None)
        gone = tuple(room for room, line in lines.items() if line is None)
        if lines:
            self.bytes += self._frames.push(pushes.LobbyChangedMessage(1, 1, news, gone, 0, None)).size


class Seen:
    """What one viewer holds and got."""

    def __init__(self, subscription: PageSubscription, first: int) -> None:
        self.subscription = subscription
        self.lines = {line.room: line for line in subscription.page.rooms}
        self.total, self.next = subscription.page.total, subscription.page.next
        self.first = first
        self.sizes: list[int] = []

    def take(self, delta: LobbyDelta, size: int) -> None:
        """Take a change."""
        for gone in delta.gone:
            del self.lines[gone]
        self.lines |= {line.room: line for line in delta.changed}
        self.total, self.next = delta.total, delta.next
        self.sizes.append(size)

    @property
    def page(self) -> RoomListPage:
        """The page they see."""
        shown = sorted(self.lines.values(), key=lambda line: (-line.opened_at, line.room))
        return RoomListPage(tuple(shown), self.total, self.next)


async def measure(rooms: int, view: str, found: list[Cost]) -> None:
    """Let a minute pass over some rooms, with a view of them."""
    town = Town(rooms, random.Random(SEED))
    store = Listed()
    lobby = Timed(store)
    frames = Frames(Server(Options()).of("/"))
    viewers: dict[int, Seen] = {}

    def deliver(delta: LobbyDelta) -> int:
        message = pushes.LobbyChangedMessage(
            delta.subscription, delta.version, delta.changed, delta.gone, delta.total, delta.next
        )
        size = frames.push(message).size
        viewers[delta.subscription].take(delta, size)
        return size

    for code, line in town.lines.items():
        store.lines.say(code, line)
    await lobby.open(deliver)
    for text, limit in VIEWS[view]:
        subscription = lobby.subscribe(parse_query(text, None, limit))
        first = m.LobbyShown(
            look=subscription.number,
            version=0,
            rooms=subscription.page.rooms,
            total=subscription.page.total,
            next=subscription.page.next,
        )
        viewers[subscription.number] = Seen(subscription, len(msgspec.json.encode(first)))

    whole = Whole(frames)
    whole_first = len(msgspec.json.encode(tuple(town.lines.values())))
    cpu = 0.0
    for _ in range(round(SECONDS / INTERVAL_S)):
        changed = town.happens(INTERVAL_S)
        whole.take(changed)
        began = time.process_time()
        for code, changed_line in changed:
            store.lines.say(code, changed_line)
        await asyncio.sleep(INTERVAL_S)
        cpu += time.process_time() - began
    sizes = [sum(viewer.sizes) for viewer in viewers.values()]
    counts = [len(viewer.sizes) for viewer in viewers.values()]
    await asyncio.sleep(120)
    for viewer in viewers.values():
        anew = lobby.page(viewer.subscription.query)
        assert viewer.page == anew, (view, diff_pages(viewer.page, anew))
    lobby.close()
    found.append(
        Cost(
            rooms=rooms,
            view=view,
            viewers=len(viewers),
            first_bytes=round(sum(viewer.first for viewer in viewers.values()) / len(viewers)),
            bytes_per_minute=round(sum(sizes) / len(sizes)),
            most_bytes_in_a_minute=max(sizes),
            frames_per_minute=round(sum(counts) / len(counts), 1),
            cpu_ms_per_minute=round(cpu * 1000, 1),
            longest_turn_ms=round(max(lobby.turns, default=0.0) * 1000, 2),
            whole_list_first_bytes=whole_first,
            whole_list_bytes_per_minute=whole.bytes,
        )
    )


def kilobytes(size: int) -> str:
    """Write a size as a table shows it."""
    return f"{size / 1000:,.1f}"


def page(costs: list[Cost], machine: str) -> str:
    """Write the document."""
    rows = [
        f"| {one.rooms:,} | {one.view} | {kilobytes(one.first_bytes)} | {kilobytes(one.bytes_per_minute)} "
        f"| {kilobytes(one.most_bytes_in_a_minute)} | {one.frames_per_minute} | {one.cpu_ms_per_minute:,.0f} "
        f"| {one.longest_turn_ms:.2f} | {kilobytes(one.whole_list_first_bytes)} "
        f"| {kilobytes(one.whole_list_bytes_per_minute)} |"
        for one in costs
    ]
    return "\n".join(
        [
            "# What looking at the room list costs",
            "",
            f"`.venv/bin/python -m bench.bench_lobby` on {machine}. In each room something",
            f"changes every {CHANGES_EVERY_S} s, and a room lives {LIVES_S // 60} minutes, in the mean; so at 10,000"
            " rooms 500 lines change and five rooms",
            "come and go in each second. Sizes are in KB and per viewer; all who look at one page share each frame.",
            f"The bound is {BYTES_PER_S * 60 / 1000:,.0f} KB a minute and one page. The last two columns are the whole"
            " list and all its changes, as they",
            "were sent to everybody before.",
            "",
            "| rooms | what is looked at | first answer | a minute | the most any viewer got | frames a minute "
            "| CPU ms a minute | longest turn ms | whole list | whole list a minute |",
            "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
            *rows,
            "",
            "CPU is that of the server for all viewers of the row, keeping its index up to date included, writing to"
            " sockets not; a turn",
            "is how long the event loop is held, in CPU time. With 1,000 searches over 10,000 rooms a turn stops"
            " at its bound of",
            "work, and pages are late instead.",
            "",
        ]
    )


def main() -> None:
    """Measure everything and write it down."""
    costs: list[Cost] = []
    for rooms in ROOMS:
        for view in VIEWS:
            run_skipping(measure(rooms, view, costs))
    assert all(one.most_bytes_in_a_minute <= BYTES_PER_S * SECONDS + 50 * 400 for one in costs), "over the bound"
    machine = f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores"
    OUT.mkdir(parents=True, exist_ok=True)
    raw = {"machine": machine, "seed": SEED, "costs": costs}
    (OUT / "lobby.json").write_bytes(msgspec.json.format(msgspec.json.encode(raw), indent=1) + b"\n")
    text = page(costs, machine)
    (OUT / "lobby.md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
