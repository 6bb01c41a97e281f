"""What a run measured, kept as JSON: parts can be measured one by one, and the page made again without measuring."""

from __future__ import annotations

from pathlib import Path

import msgspec
from bench.realtime import results as realtime
from bench.realtime.results import Spread, spread
from bench.realtime.visit import Figures

from .candidate import Kind
from .visit import Setting


class Sample(msgspec.Struct, frozen=True):
    """One visit: `round` counts from 1 within a part, `load` is the machine's load average when it began."""

    part: str
    round: int
    kind: str
    setting: str
    load: float
    figures: Figures


class Results(msgspec.Struct):
    """A run: what was run, processor and versions, every visit."""

    command: str
    machine: dict[str, str]
    samples: list[Sample]

    def spread(self, part: str, kind: str, setting: str, figure: str) -> Spread:
        """Return one figure over all rounds."""
        return spread([self._number(one, figure) for one in self._of(part, kind, setting)])

    def ratio(self, part: str, ours: Kind, theirs: Kind, setting: Setting, figure: str) -> Spread:
        """Return the ratio of two kinds, taken within each round."""
        other = {one.round: self._number(one, figure) for one in self._of(part, theirs.name, setting.name)}
        mine = {one.round: self._number(one, figure) for one in self._of(part, ours.name, setting.name)}
        return spread([mine[number] / other[number] for number in mine if number in other])

    def growth(self, part: str, kind: Kind, first: Setting, last: Setting, figure: str) -> Spread:
        """Return how one figure grows from one setting to another, taken within each round."""
        start = {one.round: self._number(one, figure) for one in self._of(part, kind.name, first.name)}
        end = {one.round: self._number(one, figure) for one in self._of(part, kind.name, last.name)}
        return spread([end[number] / start[number] for number in end if number in start])

    def _of(self, part: str, kind: str, setting: str) -> list[Sample]:
        return [one for one in self.samples if (one.part, one.kind, one.setting) == (part, kind, setting)]

    @staticmethod
    def _number(sample: Sample, figure: str) -> float:
        if figure == "all_us":
            return sample.figures["servers_us"] + sample.figures["redis_us"]
        return sample.figures[figure]


def save(results: Results, path: Path) -> None:
    """Write a run as JSON."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")


def read(path: Path) -> Results:
    """Read a run that was saved; an empty one if there is none."""
    if not path.exists():
        return Results("", {}, [])
    return msgspec.json.decode(path.read_bytes(), type=Results)


def machine() -> dict[str, str]:
    """Return processor, cores and versions."""
    return realtime.machine(
        "src/paddock",
        "bench/cluster",
        modules=("socket.io", "@socket.io/redis-adapter", "redis"),
        packages=("python-socketio", "redis", "hiredis", "aiohttp", "uvloop"),
    )
