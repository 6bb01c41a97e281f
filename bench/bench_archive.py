"""Measures the archive at size: a million races of 100,000 people in a PostgreSQL that is started for it.

    python -m bench.bench_archive [--races 1000000] [--people 100000] [--out docs/benchmarks]

Fills the database, asks every question of the contract many times and once for its plan, and records on top of it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import signal
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
import structlog
from bench.records.filling import DAYS, LONG, LONG_ROOMS, fill
from bench.records.questions import FIRST, Ask, Ranked, World, questions
from msgspec.structs import replace
from sqlalchemy import event, func, select, text
from sqlalchemy.ext.asyncio import create_async_engine
from tests.archive.archives import archive_on
from tests.archive.evenings import player, raced
from tests.servers.postgres_server import PostgresServer, started

from paddock.archive.boards import Asked
from paddock.archive.calendar import ALL
from paddock.archive.contract import LEAST_RACES, Board, Period, ProfileId
from paddock.archive.database import Limits
from paddock.archive.migrating import Schema
from paddock.archive.postgres import Postgres
from paddock.archive.sql import SqlArchive
from paddock.archive.tables import EVERYWHERE, profiles, rooms, standings
from paddock.domain.finished import FinishedRace

OPTIONS = (
    "-c",
    "shared_buffers=1GB",
    "-c",
    "work_mem=64MB",
    "-c",
    "maintenance_work_mem=512MB",
    "-c",
    "max_wal_size=8GB",
)
SAMPLES = 300
RANKED = 2_000
"""People of each board whose own rank may be asked for."""
WARM = 20
RECORDED_S = 8.0
SHIPPED = Limits()
GOAL_MS = 50.0


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


async def filled(
    server: PostgresServer, url: str, people: int, number: int
) -> tuple[dict[str, float], list[str], float]:
    """Fill the database; gives what each step took, the codes of its rooms, and its size in GB."""
    node = Postgres(url, Limits(10, 7200))
    await Schema(node).ready()
    await node.close()
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
    async with engine.begin() as connection:
        took = await fill(connection, people, number, lambda line: print(line, file=sys.stderr))
    async with engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("VACUUM ANALYZE"))
        codes = list(await connection.scalars(select(rooms.c.code).order_by(rooms.c.id)))
        size = await connection.scalar(text("SELECT pg_database_size(current_database())"))
    await engine.dispose()
    return took, codes, (size or 0) / 1e9


async def measured(archive: SqlArchive, ask: Ask, dice: random.Random) -> list[float]:
    """Ask one question again and again; gives milliseconds."""
    times: list[float] = []
    for turn in range(WARM + SAMPLES):
        began = time.perf_counter()
        await ask(archive, dice)
        if turn >= WARM:
            times.append((time.perf_counter() - began) * 1000)
    return times


LIKE = {Period.DAY: "____-__-__", Period.WEEK: "____-W__", Period.MONTH: "____-__", Period.ALL: "all"}


async def ranked(url: str) -> Ranked:
    """Find some who are on each board, as often as the board has rows of them."""
    found: Ranked = {}
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
    async with engine.connect() as connection:
        for board, period in product(Board, Period):
            least = standings.c.races >= LEAST_RACES if board is Board.WIN_RATE else Asked(board, 0, "").value > 0
            some = select(profiles.c.profile, standings.c.period).join(
                standings, standings.c.profile_id == profiles.c.id
            )
            some = some.where(standings.c.scope == EVERYWHERE, standings.c.period.like(LIKE[period]), least)
            rows = await connection.execute(some.order_by(func.random()).limit(RANKED))
            found[board, period] = [(ProfileId(person), day_of(key)) for person, key in rows]
    await engine.dispose()
    return found


def day_of(key: str) -> date:
    """Give a day of the time that a key stands for."""
    if key == ALL:
        return FIRST
    year, _, rest = key.partition("-")
    if rest.startswith("W"):
        return date.fromisocalendar(int(year), int(rest[1:]), 1)
    return date.fromisoformat(key if "-" in rest else f"{key}-01")


class Heard:
    """Statements as they go to the driver, with their values."""

    def __init__(self, archive: SqlArchive) -> None:
        self.statements: list[tuple[str, object]] = []
        event.listen(archive.server.engine.sync_engine, "before_cursor_execute", self._hear)

    def _hear(self, connection: object, cursor: object, statement: str, parameters: object, *rest: object) -> None:
        self.statements.append((statement, parameters))


async def plans(archive: SqlArchive, url: str, asked: dict[str, Ask], heard: Heard) -> dict[str, list[str]]:
    """Give the plan of the slowest statement of each question, with the times of its own run."""
    found: dict[str, list[str]] = {}
    connection = await asyncpg.connect(url)
    for name, ask in asked.items():
        heard.statements.clear()
        await ask(archive, random.Random(7))
        worst: tuple[float, list[str]] = (-1.0, [])
        for statement, parameters in list(heard.statements):
            if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
                continue
            values = list(parameters) if isinstance(parameters, list | tuple) else []
            rows = await connection.fetch(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS) {statement}", *values)
            lines = [row[0] for row in rows]
            took = float(lines[-1].split()[-2])
            worst = max(worst, (took, lines))
        found[name] = worst[1]
    await connection.close()
    return found


def race(number: int, people: int, dice: random.Random) -> FinishedRace:
    """Make a race of five people who are in the archive, in a room that is."""
    names = [f"N{turn}" for turn in range(5)]
    made = raced(number, *names, at=1_790_000_000_000 + number * 1000, room=dice.randint(1, 2000))
    devices = {player(name): f"device-{dice.randint(1, people)}" for name in names}
    return replace(made, devices=devices)


async def recorded(archive: SqlArchive, people: int, batch: int, first: int) -> tuple[float, int]:
    """Record batches for some seconds; gives races per second, and the number of the next race."""
    dice, number = random.Random(batch), first
    began = time.perf_counter()
    while time.perf_counter() - began < RECORDED_S:
        await archive.record([race(number + turn, people, dice) for turn in range(batch)])
        number += batch
    return (number - first) / (time.perf_counter() - began), number


async def run(server: PostgresServer, people: int, number: int) -> dict[str, object]:
    url = server.url("bench")
    took, codes, size = await filled(server, url, people, number)
    archive = archive_on(Postgres(url, SHIPPED))
    await archive.open()
    asked = questions(World(people, number, DAYS, codes, LONG_ROOMS, await ranked(url)))
    dice = random.Random(1)
    figures: dict[str, dict[str, float]] = {}
    for name, ask in asked.items():
        times = await measured(archive, ask, dice)
        figures[name] = {
            "p50_ms": round(percentile(times, 0.5), 2),
            "p99_ms": round(percentile(times, 0.99), 2),
            "most_ms": round(max(times), 2),
        }
        print(f"{name:45} p50 {figures[name]['p50_ms']:7.2f}  p99 {figures[name]['p99_ms']:7.2f} ms", file=sys.stderr)
    shown = await plans(archive, url, asked, Heard(archive))
    rates: dict[str, float] = {}
    first = 10_000_000
    for batch in (64, 8, 1):
        rate, first = await recorded(archive, people, batch, first)
        rates[f"batches of {batch}"] = round(rate)
    await archive.close()
    return {
        "races": number,
        "people": people,
        "size_gb": round(size, 2),
        "filling_s": {name: round(value, 1) for name, value in took.items()},
        "samples": SAMPLES,
        "questions": figures,
        "recorded_per_second": rates,
        "plans": shown,
    }


HEADING = """# The archive at size

{when}, {cpus} cores, Python {python}, PostgreSQL {postgres} on the same machine
(`{options}`, without fsync); made by `make bench-archive`, raw numbers in
`archive.json`. {races:,} races of {people:,} people, {size_gb} GB. Each question was asked {samples} times, one after
the other, after {warm} to warm up, through the archive as it is shipped (all statements of a question, and what Python
makes of them); values were chosen by dice, people as often as they race; own ranks
are of people who are on the board. The goal is a p99 below {goal:.0f} ms; the
highest is **{worst:.1f} ms** ({slowest}).
"""


def document(found: dict[str, object], machine: dict[str, object]) -> str:
    figures: dict[str, dict[str, float]] = found["questions"]  # type: ignore[assignment]
    filling: dict[str, float] = found["filling_s"]  # type: ignore[assignment]
    rates: dict[str, float] = found["recorded_per_second"]  # type: ignore[assignment]
    shown: dict[str, list[str]] = found["plans"]  # type: ignore[assignment]
    slowest = max(figures, key=lambda name: figures[name]["p99_ms"])
    head = HEADING.format(
        **machine, **found, warm=WARM, goal=GOAL_MS, slowest=slowest, worst=figures[slowest]["p99_ms"]
    )
    rows = [
        f"| {name} | {one['p50_ms']:.2f} | {one['p99_ms']:.2f} | {one['most_ms']:.2f} |"
        for name, one in figures.items()
    ]
    parts = [head, "| question | p50, ms | p99, ms | most, ms |\n| --- | ---: | ---: | ---: |\n" + "\n".join(rows)]
    parts.append("## Recording\n\nInto the full database, races of five people who are in it, one recorder:")
    parts.append(
        "| | races per second |\n| --- | ---: |\n"
        + "\n".join(f"| {name} | {rate:,.0f} |" for name, rate in rates.items())
    )
    parts.append("## Filling\n\nSet-based statements; the figures come from the archive's own recount:")
    parts.append(
        "| step | seconds |\n| --- | ---: |\n" + "\n".join(f"| {name} | {took:.1f} |" for name, took in filling.items())
    )
    parts.append("## Plans\n\nOf the slowest statement of each question (`EXPLAIN (ANALYZE, BUFFERS)`):")
    parts += [f"**{name}**\n```\n" + "\n".join(lines) + "\n```" for name, lines in shown.items()]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--races", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--out", type=Path, help="a folder for archive.json and archive.md")
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))
    if arguments.races < LONG_ROOMS * LONG * 2:
        parser.error(f"at least {LONG_ROOMS * LONG * 2} races: half of them are those of rooms that last")
    server = started(*OPTIONS)
    try:
        server.make("bench")
        version = asyncio.run(_version(server))
        found = asyncio.run(run(server, arguments.people, arguments.races))
    finally:
        server.remove()
    machine: dict[str, object] = {
        "when": datetime.now(UTC).date().isoformat(),
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
        "postgres": version,
        "options": " ".join(option for option in OPTIONS if option != "-c"),
    }
    told = document(found, machine)
    print(told.partition("## Plans")[0])
    if arguments.out is not None:
        (arguments.out / "archive.json").write_text(json.dumps({"machine": machine, **found}, indent=1) + "\n")
        (arguments.out / "archive.md").write_text(told)


async def _version(server: PostgresServer) -> str:
    connection = await asyncpg.connect(server.url())
    version = str(await connection.fetchval("SHOW server_version"))
    await connection.close()
    return version.split()[0]


if __name__ == "__main__":
    main()
