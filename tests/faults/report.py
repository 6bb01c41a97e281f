"""The report of the long plays: one row for each fault, kept as they end, and made into docs/faults/report.md.

python -m tests.faults.report        writes the page from the rows of the last run
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from msgspec import Struct, field, to_builtins
from tests.faults.checks import Findings, rebased
from tests.faults.company import Company

ROOT = Path(__file__).parents[2]
ROWS = ROOT / "docs" / "faults" / "report.json"
PAGE = ROOT / "docs" / "faults" / "report.md"


class Row(Struct):
    """What became of one fault, over all its moments; times in seconds.

    Attributes:
        fault: what was done.
        seed: of its schedule; `PADDOCK_FAULTS_SEED` plays it again.
        when: the day.
        moments: how often it was done, or how many rooms it met.
        acknowledged: commands that were acknowledged to somebody.
        races: results that were shown.
        lost, doubled, wrong: of those.
        holes: how often a connection lacked entries, that the client then asked for.
        rebased: how many rooms had to be made one of two copies that went on apart.
        darks: how long viewers were without a connection.
        late_s: by how much a result came after the race was over, at most; some of it is the pace of the game.
        recovered: how many of these found their state again, without a fresh start.
        measures: other figures of this fault, with their goals in their names.
        verdict: "held", or what did not hold.
    """

    fault: str
    seed: int
    when: str = ""
    moments: int = 0
    acknowledged: int = 0
    races: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: int = 0
    holes: int = 0
    rebased: int = 0
    darks: list[float] = field(default_factory=list)
    recovered: int = 0
    late_s: float = 0.0
    measures: dict[str, float] = field(default_factory=dict)
    verdict: str = "broke off"
    sentences: list[str] = field(default_factory=list)

    def take(self, found: Findings, rooms: Sequence[Company]) -> None:
        """Add what the checks found, and how long people were away."""
        self.acknowledged += found.acknowledged
        self.races += found.races
        self.lost += len(found.lost)
        self.doubled += len(found.doubled)
        self.wrong += len(found.wrong)
        self.rebased += sum(rebased(one) for one in rooms)
        self.holes += sum(len(who.book.holes) for one in rooms for who in one.people)
        self.sentences += [sentence[:4_500] for sentence in found.sentences]
        darks = [dark for one in rooms for who in one.people for dark in who.book.darks]
        self.darks += [round(dark.until - dark.since, 3) for dark in darks]
        self.late_s = max(self.late_s, found.late_ms / 1000)
        self.recovered += sum(dark.recovered for dark in darks)

    def ends(self, back_s: float | None = None) -> None:
        """Say how it ended, and fail when something did not hold."""
        if back_s is not None and max(self.darks, default=0.0) > back_s:
            self.sentences.append(f"somebody was away for {max(self.darks):.1f} s, more than {back_s} s")
        self.verdict = "held" if not self.sentences else "**broken**"
        assert self.sentences == []


class Report:
    """Keeps the rows of all plays in one file, the newest of each fault; none is lost when a play breaks off."""

    def __init__(self, path: Path = ROWS) -> None:
        self._path = path
        self._open: list[Row] = []

    def row(self, fault: str, seed: int) -> Row:
        """Begin a row."""
        row = Row(fault, seed, datetime.now(UTC).date().isoformat())
        self._open.append(row)
        return row

    def save(self) -> None:
        """Keep what was found."""
        rows = {row["fault"]: row for row in _rows(self._path)}
        rows |= {row.fault: to_builtins(row) for row in self._open}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps(list(rows.values()), indent=1) + "\n")


def _rows(path: Path) -> list[dict[str, object]]:
    return json.loads(path.read_text()) if path.exists() else []


HEADING = """# What the long fault plays found

Written by `make test-faults` (real servers, real `redis-server`, real signals); the raw rows are in `report.json`, and
[which test shows which row](README.md) of the table of faults is beside it. A row's schedule is played again with
`PADDOCK_FAULTS_SEED=... make test-faults`. *Acknowledged* counts commands, *results* races whose result somebody saw;
*lost*, *doubled* and *wrong* are what the checks of `tests/faults/checks.py` found. *Away* is how long people were
without their seat, from losing the connection to having it back with all they missed.

| fault | day | seed | moments | acknowledged | results | lost | doubled | wrong | away, median / most | recovered | |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |
"""


def page(rows: Sequence[Row]) -> str:
    """Make the page."""
    lines = [_line(row) for row in rows]
    more = [f"- **{row.fault}**: " + "; ".join(_measures(row)) for row in rows if _measures(row)]
    tail = "\n\nMeasured besides:\n\n" + "\n".join(more) if more else ""
    return HEADING + "\n".join(lines) + tail + "\n"


def _line(row: Row) -> str:
    away = f"{median(row.darks):.2f} s / {max(row.darks):.2f} s" if row.darks else "-"
    back = f"{row.recovered} of {len(row.darks)}" if row.darks else "-"
    return (
        f"| {row.fault} | {row.when} | {row.seed} | {row.moments} | {row.acknowledged:,} | {row.races} "
        f"| {row.lost} | {row.doubled} | {row.wrong} | {away} | {back} | {row.verdict} |"
    )


def _measures(row: Row) -> list[str]:
    told = [
        f"{name} {value:,.0f}" if value == int(value) else f"{name} {value:.2f}" for name, value in row.measures.items()
    ]
    told += [f"results late by {row.late_s:.2f} s at most"] if row.late_s else []
    told += [f"{row.rebased} rooms made one of two copies"] if row.rebased else []
    return told


if __name__ == "__main__":
    import msgspec

    PAGE.write_text(page(msgspec.json.decode(ROWS.read_bytes(), type=list[Row])))
    print(PAGE.read_text())
