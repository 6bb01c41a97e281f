"""One server with a party at it, where one attack after the other takes place; what each did is measured."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from .arena import Arena, Child, Watch, busy_still
from .kinds import KINDS

QUIET_S = 2.0
AFTER_S = 2.5
FILL_S = 120.0
LAST_S = 0.5
"""At the end of the time after an attack the server is looked at for so long: does it still work for who has left?"""


class Felt(Struct, frozen=True):
    """What the party felt over some time: milliseconds from a question, or a WebSocket ping, to its answer.

    Attributes:
        dropped: connections of the party that the server ended.
        refused: questions of the party that were refused, by code.
        waiting: questions that are overdue at the end.
    """

    answers: dict[str, float]
    pings: dict[str, float]
    dropped: int
    refused: dict[str, int]
    waiting: int


class Outcome(Struct, frozen=True):
    """What an attack did: memory in bytes, processor time in seconds, beyond what the quiet party costs.

    Attributes:
        lines: lines that were logged, but for those of rooms that changed.
        got: answers, refusals and ends of connections that the attackers counted.
        still_busy: whether the server still worked for the attackers when the time after the attack was over.
    """

    quiet: Felt
    during: Felt
    after: Felt
    cpu_during_s: float
    cpu_after_s: float
    still_busy: bool
    memory: int
    memory_peak: int
    lines: int
    restarts: int
    got: dict[str, int]

    @property
    def dropped(self) -> int:
        """How often somebody of the party lost the connection."""
        return self.during.dropped + self.after.dropped

    @property
    def worst_ms(self) -> float:
        """The longest that somebody of the party waited; what waited through the attack has its answer after it."""
        return max(self.during.answers["most"], self.after.answers["most"])

    @property
    def well(self) -> bool:
        """Whether the server is as before, so that another attack can be measured at it."""
        return not (self.still_busy or self.dropped or self.restarts or self.after.waiting)


class Ring:
    """A server, the party, and a place for attackers."""

    def __init__(
        self,
        set_up: str,
        source: Path | None = None,
        settings: Mapping[str, str | int] | None = None,
        *,
        quiet_s: float = QUIET_S,
        after_s: float = AFTER_S,
        others: int = 0,
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="paddock-hostile-")
        self.arena = Arena(Path(self._folder.name), set_up, source, settings)
        self.rooms: list[str] = []
        self._others = others
        self._quiet_s = quiet_s
        self._after_s = after_s
        self._idle = 0.0
        self._quiet: Felt | None = None
        self._party: Child | None = None
        self._watch: Watch | None = None

    def open(self) -> None:
        """Start everything, and measure the party alone."""
        self.arena.start()
        self._party = Child("bench.hostile.party", str(self.arena.port), "--others", str(self._others))
        self.rooms = self._party.line(FILL_S).split(",")
        self._watch = Watch(self.arena.server)
        time.sleep(self._quiet_s / 4)
        self._felt()
        before = self._watch.seconds()
        time.sleep(self._quiet_s)
        self._quiet = self._felt()
        self._idle = (self._watch.seconds() - before) / self._quiet_s

    def close(self) -> None:
        """End everything."""
        if self._watch is not None:
            self._watch.stop()
        if self._party is not None:
            self._party.kill()
        self.arena.stop()
        with suppress(OSError):
            self._folder.cleanup()

    def rests(self, limit_s: float) -> bool:
        """Wait until the server works for nobody but the party, and say whether it came to that in time."""
        assert self._watch is not None
        end = time.monotonic() + limit_s
        while busy_still(self._watch, self._idle, LAST_S):
            if time.monotonic() > end:
                return False
        return True

    def suffer(self, kinds: str, seconds: float, *more: str) -> Outcome:
        """Let attackers loose for some seconds; `kinds` and `more` are what `bench.hostile.attackers` takes."""
        watch, quiet = self._watch, self._quiet
        assert watch is not None and quiet is not None
        lines, restarts = self.arena.lines, self.arena.restarts
        arguments = (str(self.arena.port), kinds, "--rooms", ",".join(self.rooms), *more)
        attackers = Child("bench.hostile.attackers", *arguments)
        try:
            attackers.line()
            self._felt()
            watch.forget()
            memory = watch.peak
            before, began = watch.seconds(), time.monotonic()
            time.sleep(seconds)
            during = self._felt()
            got = attackers.end()
        finally:
            attackers.kill()
        left, took = watch.seconds(), time.monotonic() - began
        time.sleep(max(0.0, self._after_s - LAST_S))
        still_busy = busy_still(watch, self._idle, min(LAST_S, self._after_s))
        spent_after = watch.seconds() - left
        return Outcome(
            quiet=quiet,
            during=during,
            after=self._felt(),
            cpu_during_s=round(left - before - self._idle * took, 2),
            cpu_after_s=round(max(0.0, spent_after - self._idle * self._after_s), 2),
            still_busy=still_busy,
            memory=memory,
            memory_peak=watch.peak,
            lines=self.arena.lines - lines,
            restarts=self.arena.restarts - restarts,
            got=dict(sorted(got.items(), key=lambda one: -one[1])),
        )

    def _felt(self) -> Felt:
        assert self._party is not None
        return Felt(**self._party.ask())


MANY_ROOMS = {"limits_rooms_per_minute": 100_000}
"""Whoever fills a server with rooms may make as many as that takes; attackers make none there."""

Table = dict[str, dict[str, Outcome | str]]
"""By set-up and kind what an attack did, or why it could not be measured."""


def measure(set_ups: Sequence[str], kinds: Sequence[str], seconds: float, source: Path | None) -> Table:
    """Measure every kind on every set-up; a server that is not well after an attack is replaced."""
    found: Table = {}
    for set_up in set_ups:
        rows: dict[str, Outcome | str] = {}
        ring: Ring | None = None
        others = 0
        for name in sorted(kinds, key=lambda name: KINDS[name].rooms):
            if ring is not None and KINDS[name].rooms != others:
                ring.close()
                ring = None
            others = KINDS[name].rooms
            try:
                if ring is None:
                    ring = Ring(set_up, source, MANY_ROOMS if others else None, others=others)
                    ring.open()
                row: Outcome | str = ring.suffer(name, seconds)
            except AssertionError as error:
                row = str(error)
            rows[name] = row
            print(f"{set_up:10} {name:19} {shown(row)}", file=sys.stderr, flush=True)
            if ring is not None and (isinstance(row, str) or not row.well):
                ring.close()
                ring = None
        if ring is not None:
            ring.close()
        found[set_up] = rows
    return found


def shown(row: Outcome | str) -> str:
    """Return an outcome as one line."""
    if isinstance(row, str):
        return row
    calm, now, pings = row.quiet.answers, row.during.answers, row.during.pings
    return (
        f"quiet {calm['p50']:.1f}/{calm['p99']:.1f} ms, now {now['p50']:.1f}/{now['p99']:.1f}/{row.worst_ms:.0f},"
        f" pings {pings['p50']:.1f}/{pings['p99']:.1f}; cpu {row.cpu_during_s:.1f} s, then {row.cpu_after_s:.1f}"
        f"{' and on' if row.still_busy else ''}; {row.memory / 1e6:.0f} to {row.memory_peak / 1e6:.0f} MB;"
        f" {row.lines} lines; {row.dropped} dropped, {row.restarts} restarts, {row.during.refused}; {row.got}"
    )
