"""The fairness report as files: a page with tables, two plots and the raw numbers; it judges nothing.

matplotlib comes with the `bench` extra and is imported only when a plot is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from paddock.domain.book import Book, digest
from paddock.races.chances import LEVEL, Finding, MissingExtraError, noticeable
from paddock.races.tally import Tally

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Report(Struct, frozen=True):
    """Races per field, their counts, the tests on them and the settings they were run with."""

    races: int
    tallies: tuple[Tally, ...]
    findings: tuple[Finding, ...]
    book: Book

    @property
    def passed(self) -> bool:
        """Whether no test fails after the correction for their number."""
        return all(finding.adjusted > LEVEL for finding in self.findings)


def write(report: Report, out: Path) -> None:
    """Write report.md, lanes.svg, kinds.svg and raw.json into `out`, which is made when it is missing."""
    out.mkdir(parents=True, exist_ok=True)
    raw = {
        "races": report.races,
        "book": digest(report.book),
        "stable": report.book.stable,
        "passed": report.passed,
        "tallies": report.tallies,
        "tests": report.findings,
    }
    (out / "raw.json").write_bytes(msgspec.json.format(msgspec.json.encode(raw), indent=1) + b"\n")
    _plot(report, out / "lanes.svg", "lane")
    _plot(report, out / "kinds.svg", "kind")
    (out / "report.md").write_text(_page(report), encoding="utf-8")


def _page(report: Report) -> str:
    findings = report.findings
    lowest = min(findings, key=lambda finding: finding.p)
    below = sum(finding.p <= LEVEL for finding in findings)
    dead = sum(tally.dead_heats for tally in report.tallies)
    total = report.races * len(report.tallies)
    verdict = "**Passed.**" if report.passed else "**Failed.**"
    six = noticeable(report.races, 6, len(findings))
    stable = len(report.book.stable)
    many = noticeable(report.races, stable, len(findings))
    lines = [
        "# Fairness of the race",
        "",
        f"Made by `paddock fairness --races {report.races}`. Seeds are published (`paddock.races.tally.published`),",
        f"so the same command gives the same numbers. Settings: book `{digest(report.book)[:16]}`.",
        "",
        f"{verdict} {total:,} races: {report.races:,} on each track with each number of racers, each of a new lineup.",
        "",
        "**Question.** At each rank, does each lane, and each kind of racer, come in equally often? One chi-square",
        "test against equal shares per track, number of racers and rank, over lanes and over kinds:",
        f"{len(findings)} tests.",
        "",
        f"**Correction.** Of {len(findings)} tests of a fair race, {len(findings) * LEVEL:.2f} are expected to fall to",
        f"p = {LEVEL} by chance. So p-values are adjusted by Holm's method, and the report passes when each adjusted",
        f"value is over {LEVEL}: a fair race fails the whole report once in a thousand times at most.",
        "",
        f"- Lowest p: {lowest.p:.4g} ({lowest.over}, {lowest.field.track} m, {lowest.field.size} racers, "
        f"rank {lowest.rank}); adjusted {lowest.adjusted:.4g}.",
        f"- Tests at p <= {LEVEL} before the correction: {below}.",
        f"- Dead heats: {dead:,} races ({dead / total:.3%}), left out of the tests because they have no single ranks.",
        "",
        f"**What it can see.** A lane of six that took a rank too often by {six:.1%} of its share would be found nine",
        f"times out of ten; a kind of {stable}, by {many:.1%}. Smaller biases could hide. By construction",
        "there is nothing to cause one: lane and kind enter a race only through labels and inputs of a keyed hash.",
        "",
        "![Lanes](lanes.svg)",
        "",
        "![Kinds](kinds.svg)",
        "",
        "## Tests",
        "",
        "| track | racers | rank | lanes: chi-square | p | kinds: chi-square | p |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    kinds = {(one.field, one.rank): one for one in findings if one.over == "kinds"}
    for lane in (one for one in findings if one.over == "lanes"):
        kind = kinds[lane.field, lane.rank]
        lines.append(
            f"| {lane.field.track} m | {lane.field.size} | {lane.rank} "
            f"| {lane.chi_square:.1f} ({lane.freedom}) | {lane.p:.4f} "
            f"| {kind.chi_square:.1f} ({kind.freedom}) | {kind.p:.4f} |"
        )
    lines += ["", "## Lanes: how often each took each rank", ""]
    for tally in report.tallies:
        lines += [
            f"{tally.field.track} m, {tally.field.size} racers, {tally.dead_heats} dead heats",
            "",
            *_table(tally),
            "",
        ]
    lines += ["The counts by kind are in `raw.json`.", ""]
    return "\n".join(lines)


def _table(tally: Tally) -> list[str]:
    lanes = range(1, tally.field.size + 1)
    return [
        "| rank | " + " | ".join(f"lane {lane}" for lane in lanes) + " |",
        "| ---: |" + " ---: |" * tally.field.size,
        *(f"| {rank} | " + " | ".join(str(number) for number in row) + " |" for rank, row in enumerate(tally.lanes, 1)),
    ]


def _plot(report: Report, path: Path, over: str) -> None:
    """Draw one panel per field: each rank's deviation from equal shares, with the band of three standard deviations."""
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError("matplotlib") from error
    tracks = [track.metres for track in report.book.tracks]
    sizes = sorted({tally.field.size for tally in report.tallies})
    with rc_context({"svg.hashsalt": "paddock", "font.size": 8}):
        figure = Figure(figsize=(3.2 * len(sizes), 2.4 * len(tracks)), layout="constrained")
        grid = figure.subplots(len(tracks), len(sizes), sharey="row", squeeze=False)
        for tally in report.tallies:
            panel: Axes = grid[tracks.index(tally.field.track)][sizes.index(tally.field.size)]
            table = tally.lanes if over == "lane" else tally.kinds
            _draw(
                panel,
                table,
                [str(lane + 1) for lane in range(tally.field.size)] if over == "lane" else list(report.book.stable),
            )
            panel.set_title(f"{tally.field.track} m, {tally.field.size} racers")
        figure.supxlabel(over)
        figure.supylabel("deviation from an equal share, %")
        figure.suptitle(f"How often each {over} took each rank (a dot per rank); grey: three standard deviations")
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def _draw(panel: Axes, table: Sequence[Sequence[int]], labels: list[str]) -> None:
    total = sum(table[0])
    share = total / len(labels)
    band = 300 * ((1 - 1 / len(labels)) / share) ** 0.5
    panel.axhspan(-band, band, color="0.9", linewidth=0)
    panel.axhline(0, color="0.6", linewidth=0.8)
    for rank, counts in enumerate(table):
        shift = (rank - (len(table) - 1) / 2) * 0.1
        deviations = [100 * (number - share) / share for number in counts]
        panel.plot([place + shift for place in range(len(labels))], deviations, ".", markersize=4, color=f"C{rank}")
    panel.set_xticks(range(len(labels)), labels, rotation=90 if len(labels) > 6 else 0)
