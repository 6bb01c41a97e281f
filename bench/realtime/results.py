"""What a run measured: the samples of every visit, and the machine they were taken on.

Kept as JSON, so that table and plot can be made again without measuring.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import subprocess
from pathlib import Path
from statistics import median

import msgspec

from . import meter
from .candidate import HERE, ROOT
from .visit import Amounts, Figures

MODULES = ("socket.io", "ws")
PACKAGES = ("python-socketio", "python-engineio", "aiohttp", "uvloop")


class Sample(msgspec.Struct, frozen=True):
    """One visit.

    Attributes:
        round: which round of the alternation, from 1.
        candidate: the server's name.
        sockets: how many connections.
        load: load average of the machine when the visit began.
        figures: what was measured.
    """

    round: int
    candidate: str
    sockets: int
    load: float
    figures: Figures


class Spread(msgspec.Struct, frozen=True):
    """Median and extremes of one figure over all rounds."""

    median: float
    least: float
    most: float


class Results(msgspec.Struct):
    """A run.

    Attributes:
        command: what was run.
        machine: processor, cores, versions, commit.
        amounts: how much was measured per visit.
        samples: every visit.
    """

    command: str
    machine: dict[str, str]
    amounts: dict[str, int]
    samples: list[Sample]

    def sizes(self) -> list[int]:
        """Return the numbers of sockets that were measured, smallest first."""
        return sorted({sample.sockets for sample in self.samples})

    def rounds(self) -> int:
        """Return how many rounds there were."""
        return max(sample.round for sample in self.samples)

    def spread(self, candidate: str, sockets: int, figure: str) -> Spread:
        """Return one figure of one candidate at one size."""
        return spread(list(self._by_round(candidate, sockets, figure).values()))

    def ratio(self, ours: str, theirs: str, sockets: int, figure: str) -> Spread:
        """Return the ratio of two candidates, taken within each round."""
        mine, other = self._by_round(ours, sockets, figure), self._by_round(theirs, sockets, figure)
        return spread([mine[number] / other[number] for number in mine if number in other])

    def _by_round(self, candidate: str, sockets: int, figure: str) -> dict[int, float]:
        return {
            sample.round: sample.figures[figure]
            for sample in self.samples
            if sample.candidate == candidate and sample.sockets == sockets
        }


def spread(values: list[float]) -> Spread:
    """Return median and extremes."""
    return Spread(median(values), min(values), max(values))


def empty(command: str, amounts: Amounts) -> Results:
    """Return a run that has not measured anything yet."""
    told = machine("src/paddock/socketio", "bench/realtime")
    return Results(command, told, {name: getattr(amounts, name) for name in amounts.__slots__}, [])


def save(results: Results, path: Path) -> None:
    """Write a run as JSON."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")


def read(path: Path) -> Results:
    """Read a run that was saved."""
    return msgspec.json.decode(path.read_bytes(), type=Results)


def machine(*watched: str, modules: tuple[str, ...] = MODULES, packages: tuple[str, ...] = PACKAGES) -> dict[str, str]:
    """Return processor, cores and versions: of Node.js modules, of Python packages, of what git watches of us."""
    locked = json.loads((HERE / "package-lock.json").read_text())["packages"]
    changed = _told("git", "status", "--porcelain", "--", *watched)
    return {
        "processor": meter.processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "node": _told("node", "--version").removeprefix("v"),
        **{name: locked[f"node_modules/{name}"]["version"] for name in modules},
        **{name: importlib.metadata.version(name) for name in packages},
        "paddock": _told("git", "rev-parse", "--short", "HEAD") + (" and changes" if changed else ""),
    }


def _told(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
