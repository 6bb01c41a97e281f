"""The page `docs/benchmarks/hostile.md`, made of the raw files beside it: what there is of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from . import rounds
from .arena import SET_UPS, Raw
from .kinds import KINDS
from .ring import AFTER_S, Outcome

GOAL_MS = 20.0
BOUND_MB = 150.0
"""By how much the memory of all processes may grow under an attack: twice the caps of the first benchmark, rounded."""
SHOWN_GOT = 4

Rows = dict[str, dict[str, Outcome | str]]


def write(folder: Path) -> str:
    """Write the page of a folder of raw files, and return it."""
    now, before, play = (_read(folder / name) for name in ("hostile.json", "hostile-before.json", "hostile-play.json"))
    lines = ["# Hostile clients", ""]
    if "kinds" in now:
        lines += _kinds(now["kinds"], before.get("kinds", {}))
    if play:
        lines += _play(play)
    if "rounds" in now:
        lines += rounds.section(now["rounds"])
    text = "\n".join(lines)
    (folder / "hostile.md").write_text(text)
    return text


def _read(file: Path) -> Raw:
    raw: Raw = msgspec.json.decode(file.read_bytes()) if file.exists() else {}
    return raw


def _kinds(now: Raw, before: Raw) -> list[str]:
    rows = msgspec.convert(now["table"], Rows)
    old = msgspec.convert(before.get("table", {}), Rows)
    lines = [
        "## Every kind of attack on every set-up",
        "",
        f"`python -m bench.bench_hostile --part kinds`, {now['when']}, {now['machine']}. Raw numbers in `hostile.json`"
        f" and, of commit {before.get('commit', '?')} before the mends, in `hostile-before.json`.",
        "",
        "A party of twenty people in five rooms asks for the time every 100 ms each, picks once a second and sends a",
        f"WebSocket ping in between, while attackers do one thing for {now['seconds']:g} s as fast as the server lets",
        "them, each from an address of its own, and come back whenever they are thrown out. Servers, party and",
        "attackers share the two cores; attackers run at a low priority. A wait counts as all the questions that would",
        "have been asked meanwhile, so a frozen server is not measured by the few who asked. p50 and p99 are of the",
        f"party's answers, in ms. `CPU after` is what the server still worked in the {AFTER_S:g} s after the attackers",
        "had left, beyond its work for the party, in seconds of one core (`+`: and went on). Memory is that of all",
        "server processes together, at first and at its highest. Log lines are all but those of rooms that change.",
        "`Got` is what the attackers were answered.",
        f"The figures of before were taken for {before.get('seconds', 0):g} s each beside other work of the machine.",
        "",
        *_verdicts(rows),
    ]
    for set_up, title in SET_UPS.items():
        if set_up in rows:
            lines += [f"### {title.capitalize()}", "", *_table(rows[set_up], old.get(set_up, {})), ""]
    return lines


def _verdicts(rows: Rows) -> list[str]:
    lines = ["| goal, for every kind marked * | " + " | ".join(SET_UPS[one] for one in rows) + " |"]
    lines.append("| --- |" + " --- |" * len(rows))
    goals: dict[str, Callable[[Outcome], bool]] = {
        f"others' p99 under {GOAL_MS:g} ms": lambda one: one.during.answers["p99"] < GOAL_MS,
        "no worker taken for frozen": lambda one: one.restarts == 0,
        "nobody dropped": lambda one: one.dropped == 0,
        f"memory grows by less than {BOUND_MB:g} MB": lambda one: one.memory_peak - one.memory < BOUND_MB * 1e6,
    }
    for goal, met in goals.items():
        cells = []
        for table in rows.values():
            of_goal = {name: one for name, one in table.items() if KINDS[name].goal}
            missed = [name for name, one in of_goal.items() if isinstance(one, str) or not met(one)]
            cells.append(f"missed: {', '.join(missed)}" if missed else "met")
        lines.append(f"| {goal} | {' | '.join(cells)} |")
    return [*lines, ""]


def _table(rows: dict[str, Outcome | str], old: dict[str, Outcome | str]) -> list[str]:
    quiet = [one.quiet.answers for one in rows.values() if not isinstance(one, str)]
    calm = max(quiet, key=lambda one: one["p99"], default=None)
    lines = [
        "| attack | p50 / p99 before | p50 / p99 | most | CPU after, before | CPU after "
        "| memory, MB, before | memory, MB | log lines, before | log lines | got |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    if calm is not None:
        lines.append(
            f"| *(none: the highest of the quiet times)* | | {_pair(calm)} | {calm['most']:.0f} | | | | | | | |"
        )
    for name, kind in KINDS.items():
        now, was = rows.get(name, "not measured"), old.get(name, "not measured")
        title = f"`{name}`{'*' if kind.goal else ''}: {kind.attackers:,} × {kind.says}"
        then = was if isinstance(was, str) else _pair(was.during.answers) + _harm(was)
        spent, held, logged = ("", "", "") if isinstance(was, str) else (_after(was), _memory(was), f"{was.lines:,}")
        if isinstance(now, str):
            lines.append(f"| {title} | {then} | {now} | | {spent} | | {held} | | {logged} | | |")
            continue
        lines.append(
            f"| {title} | {then} | {_pair(now.during.answers)}{_harm(now)} | {now.worst_ms:.0f} | {spent} "
            f"| {_after(now)} | {held} | {_memory(now)} | {logged} | {now.lines:,} | {_got(now)} |"
        )
    return lines


def _pair(answers: dict[str, float]) -> str:
    return " / ".join(f"{answers[one]:.1f}" if answers[one] < 100 else f"{answers[one]:,.0f}" for one in ("p50", "p99"))


def _harm(one: Outcome) -> str:
    said = [f"{one.dropped} dropped"] if one.dropped else []
    said += [f"{one.restarts} workers killed as frozen"] if one.restarts else []
    return f" ({', '.join(said)})" if said else ""


def _after(one: Outcome) -> str:
    return f"{one.cpu_after_s:.1f}{'+' if one.still_busy else ''}"


def _memory(one: Outcome) -> str:
    return f"{one.memory / 1e6:.0f} to {one.memory_peak / 1e6:.0f}"


def _got(one: Outcome) -> str:
    told = {
        what: times for what, times in one.got.items() if times and what not in ("sent KB", "came again", "connections")
    }
    return ", ".join(f"{times:,} {what}" for what, times in list(told.items())[:SHOWN_GOT])


def _play(play: Raw) -> list[str]:
    return [
        "## Ten minutes of everything at once",
        "",
        f"`make test-hostile`, {play['when']}, {play['machine']}: {play['says']}",
        "",
        "| measured | |",
        "| --- | ---: |",
        *(f"| {name} | {value:,} |" for name, value in play["figures"].items()),
        "",
        *(f"- {sentence}" for sentence in play["wrong"] or ["Nothing was found wrong."]),
        "",
    ]
