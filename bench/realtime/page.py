"""The measured part of docs/benchmarks/realtime.md.

Pure. What people wrote around it stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from .candidate import CANDIDATES
from .goals import MEASURES, Measure, verdicts
from .results import Results, Spread

END = "<!-- end of what was measured -->"


def put(page: str, tables: str, command: str) -> str:
    """Return the page with its measured part, which `command` writes, replaced by these tables.

    Raises:
        ValueError: the page has no place for it.
    """
    before, begin, rest = page.partition(f"<!-- measured: written by {command} -->")
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page has no measured part")
    return f"{before}{begin}\n{tables}\n{END}{after}"


def measured(results: Results) -> str:
    """Return the tables of a run."""
    return "\n".join([*_machine(results), "", *_goals(results), "", *_figures(results)])


def _machine(results: Results) -> Iterator[str]:
    loads = [sample.load for sample in results.samples]
    told = results.machine
    versions = ", ".join(f"{name} {told[name]}" for name in told if name not in ("processor", "cores", "system"))
    yield f"`{results.command}`, {results.rounds()} rounds."
    yield f"{told['processor']}, {told['cores']} cores, {told['system']};"
    yield f"{versions}."
    yield f"Load average of the machine when a visit began: {min(loads):.1f} to {max(loads):.1f}, this run included."


def _goals(results: Results) -> Iterator[str]:
    yield "| paddock.socketio compared with | measure | sockets | ratio (least to most of the rounds) | goal | |"
    yield "| --- | --- | ---: | ---: | ---: | --- |"
    for verdict in verdicts(results):
        goal = verdict.goal
        most = "-" if verdict.most is None else f"{verdict.most:.2f}"
        title = goal.measure.title.partition(", us")[0].partition(", KB")[0]
        yield (
            f"| {goal.peer.name} | {title} | {verdict.sockets:,} "
            f"| {numbers(verdict.ratio, 1, 2)} | {most} | {verdict.word} |"
        )


def _figures(results: Results) -> Iterator[str]:
    yield "Medians, and least to most of the rounds:"
    yield ""
    yield "| measure | sockets | " + " | ".join(candidate.name for candidate in CANDIDATES) + " |"
    yield "| --- | ---: | " + " | ".join("---:" for _ in CANDIDATES) + " |"
    for measure in MEASURES:
        for sockets in results.sizes():
            yield f"| {measure.title} | {sockets:,} | " + " | ".join(_row(results, measure, sockets)) + " |"


def _row(results: Results, measure: Measure, sockets: int) -> Iterator[str]:
    for candidate in CANDIDATES:
        yield numbers(results.spread(candidate.name, sockets, measure.figure), measure.scale, measure.digits)


def numbers(spread: Spread, scale: float, digits: int) -> str:
    """Return the median, and least to most in brackets."""
    values = [f"{value / scale:.{digits}f}" for value in (spread.median, spread.least, spread.most)]
    return f"{values[0]} ({values[1]} to {values[2]})"
