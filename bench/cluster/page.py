"""The measured part of docs/benchmarks/cluster.md; pure. Goals are the project's, set before anything was measured."""

from __future__ import annotations

from collections.abc import Iterator

from bench.realtime.page import numbers

from . import commit
from .candidate import FEED, GAME, KINDS, NODE, Kind
from .parts import ALONE, NODES, ROOMS, SMALL, Part
from .results import Results
from .visit import Setting

CPU_GOAL = 0.5
FLAT = 1.15
CALM_MS = {1: 5.0, 2: 10.0}
"""At most so long until everybody sees what one asked for, in 99 of 100 cases, by the number of servers."""


def measured(results: Results) -> str:
    """Return the tables of a run, for the parts that were measured."""
    there = {sample.part for sample in results.samples}
    sections = [_machine(results)]
    sections += [_small(results)] if SMALL.name in there else []
    sections += [_calm(results)] if {SMALL.name, ALONE.name} <= there else []
    sections += [_growth(results, ROOMS, "rooms")] if ROOMS.name in there else []
    sections += [_growth(results, NODES, "servers")] if NODES.name in there else []
    sections += [_commits(results)] if commit.PART in there else []
    return "\n\n".join("\n".join(section) for section in sections)


def _machine(results: Results) -> Iterator[str]:
    loads = [sample.load for sample in results.samples]
    told = results.machine
    versions = ", ".join(f"{name} {told[name]}" for name in told if name not in ("processor", "cores", "system"))
    yield f"`{results.command}`, {max(sample.round for sample in results.samples)} rounds."
    yield f"{told['processor']}, {told['cores']} cores, {told['system']};"
    yield f"{versions}."
    yield f"Load average of the machine when a visit began: {min(loads):.1f} to {max(loads):.1f}, this run included."


def _small(results: Results) -> Iterator[str]:
    yield "Rooms of 16 over 2 servers, 10 of them talking at a time; us of CPU per delivery, median (least to most):"
    yield ""
    yield "| rooms | | all servers | Redis | together | deliveries per second |"
    yield "| ---: | --- | ---: | ---: | ---: | ---: |"
    for setting in SMALL.settings:
        for kind in KINDS:
            shown = [
                numbers(results.spread(SMALL.name, kind.name, setting.name, figure), 1, 1)
                for figure in ("servers_us", "redis_us", "all_us")
            ]
            pace = results.spread(SMALL.name, kind.name, setting.name, "per_second").median
            yield f"| {setting.rooms} | {kind.name} | {' | '.join(shown)} | {pace:,.0f} |"
    yield ""
    yield "| compared with Node | rooms | servers only | with Redis | goal (servers) | |"
    yield "| --- | ---: | ---: | ---: | ---: | --- |"
    for setting in SMALL.settings:
        for kind in (FEED, GAME):
            servers, together = (
                results.ratio(SMALL.name, kind, NODE, setting, figure) for figure in ("servers_us", "all_us")
            )
            word = "met" if servers.median <= CPU_GOAL else "**missed**"
            yield (
                f"| {kind.name} | {setting.rooms} | {numbers(servers, 1, 2)} | {numbers(together, 1, 2)} "
                f"| {CPU_GOAL:.2f} | {word} |"
            )


def _calm(results: Results) -> Iterator[str]:
    yield "From a command to all 16 having it, one command at a time with nothing else going on; ms:"
    yield ""
    yield "| | servers | p50 | p99 | goal (p99) | |"
    yield "| --- | ---: | ---: | ---: | ---: | --- |"
    calm = [(part, kind, setting) for part in (ALONE, SMALL) for setting in part.settings for kind in part.kinds]
    for part, kind, setting in calm:
        if not setting.calm:
            continue
        p50, p99 = (results.spread(part.name, kind.name, setting.name, f"calm_{share}_ms") for share in ("p50", "p99"))
        goal, word = "-", "no goal"
        if kind in (FEED, GAME):
            goal = f"{CALM_MS[setting.nodes]:.0f}"
            word = "met" if p99.median <= CALM_MS[setting.nodes] else "**missed**"
        journal = "" if setting.redis else ", with its journal"
        times = f"{numbers(p50, 1, 2)} | {numbers(p99, 1, 2)}"
        yield f"| {kind.name}{journal} | {setting.nodes} | {times} | {goal} | {word} |"


def _growth(results: Results, part: Part, what: str) -> Iterator[str]:
    first, last = part.settings[0], part.settings[-1]
    if part is ROOMS:
        yield "More rooms (of 4, over 2 servers, 10 talking at a time); us of CPU of all servers per delivery:"
    else:
        yield "More servers (100 rooms of 4 and 10 that talk at each); us of CPU of all servers per delivery:"
    yield ""
    heads = [f"{_amount(part, setting):,} {what}" for setting in part.settings]
    yield f"| | {' | '.join(heads)} | last to first | goal | |"
    yield f"| --- | {' | '.join('---:' for _ in heads)} | ---: | ---: | --- |"
    for kind in part.kinds:
        cells = [
            numbers(results.spread(part.name, kind.name, setting.name, "servers_us"), 1, 1) for setting in part.settings
        ]
        growth = results.growth(part.name, kind, first, last, "servers_us")
        goal, word = _flat(kind, growth.median)
        yield f"| {kind.name} | {' | '.join(cells)} | {numbers(growth, 1, 2)} | {goal} | {word} |"
    yield f"| joining: {GAME.name} | {' | '.join(_joining(results, part))} | | | us of CPU per guest |"


def _joining(results: Results, part: Part) -> Iterator[str]:
    for setting in part.settings:
        yield numbers(results.spread(part.name, GAME.name, setting.name, "entering_us"), 1, 0)


def _amount(part: Part, setting: Setting) -> int:
    return setting.rooms if part is ROOMS else setting.nodes


def _flat(kind: Kind, growth: float) -> tuple[str, str]:
    if kind is NODE:
        return "-", "no goal"
    return f"{FLAT:.2f}", "met" if growth <= FLAT else "**missed**"


def _commits(results: Results) -> Iterator[str]:
    yield f"One commit, {commit.ROOMS} rooms at once; us of CPU of the process that commits:"
    yield ""
    yield "| way to Redis | us per commit | commits per second |"
    yield "| --- | ---: | ---: |"
    for way in commit.WAYS:
        cost = numbers(results.spread(commit.PART, way, commit.SETTING, "commit_us"), 1, 1)
        pace = results.spread(commit.PART, way, commit.SETTING, "per_second").median
        yield f"| {way} | {cost} | {pace:,.0f} |"
