"""Fills an empty PostgreSQL with races of people who meet in rooms; all figures come from the archive's own recount.

Rooms are evenings of up to eight people, but for a few in which the same people have met for two years; some people
come far more often than others. A race in twenty is a run-off. All races have the same record.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.archive.evenings import raced

from paddock.archive.calendar import Calendar
from paddock.archive.recount import put_right
from paddock.archive.rows import file
from paddock.archive.tables import audit, entries, metadata, races, standings

SEATS = 8
RACING = 6
EVENING = 20
"""Races of a room."""
LONG_ROOMS = 10
LONG = 1_000
"""Races of a room that lasts."""
DAYS = 730

STEPS = {
    "people": """
        INSERT INTO profiles (profile, name, named_at, renamed, since)
        SELECT lpad(n::text, 12, 'p'), 'Name ' || n, :base, false, :base FROM generate_series(1, :people) n
    """,
    "devices": "INSERT INTO devices SELECT 'device-' || id, id FROM profiles",
    "rooms": """
        INSERT INTO rooms (code, opened_at, title)
        SELECT translate(lpad(to_hex(n), 5, '0'), '01abcdef', 'XYABCDEF'), :base + n * 60000::bigint, 'Room ' || n
        FROM generate_series(1, :rooms) n
    """,
    "seats": """
        CREATE TEMP TABLE seats AS
        SELECT room, seat, 1 + floor(:people * power(random(), 1.5))::bigint AS person
        FROM generate_series(1, :rooms) room, generate_series(0, :seats - 1) seat
    """,
    "days": """
        INSERT INTO days
        SELECT to_char(d, 'YYYY-MM-DD'), to_char(d, 'IYYY-"W"IW'), to_char(d, 'YYYY-MM'), 0, 0, 0
        FROM generate_series(0, :days + 1) n, LATERAL (
            SELECT (to_timestamp(:base / 1000) AT TIME ZONE 'Asia/Seoul')::date + n AS d
        ) day
    """,
    "books": "INSERT INTO books VALUES ('book', (SELECT book FROM sample))",
    "races": """
        INSERT INTO races (race, room_id, first, starts_at, day, track, rule, runoff, payer, book, lineup, picked,
                           winners, losers, body)
        SELECT id, room, CASE WHEN runoff = 1 THEN lpad((n - 1)::text, 16, 'r') ELSE id END, at,
               to_char(to_timestamp(at / 1000) AT TIME ZONE 'Asia/Seoul', 'YYYY-MM-DD'), 500, 'last', runoff,
               CASE WHEN n % 20 <> 18 THEN 'seat' || lpad(((n * 7) % 6)::text, 6, '0') END, 'book',
               'crab hare mole snail tiger', 'crab hare mole snail tiger',
               (ARRAY['crab', 'hare', 'mole', 'snail', 'tiger'])[1 + n % 5],
               (ARRAY['crab', 'hare', 'mole', 'snail', 'tiger'])[1 + (n * 3 + 2) % 5], (SELECT body FROM sample)
        FROM (
            SELECT n, lpad(n::text, 16, 'r') AS id, CASE WHEN n % 20 = 19 THEN 1 ELSE 0 END AS runoff,
                   CASE WHEN n <= :longraces THEN 1 + (n - 1) / :long
                        ELSE :longrooms + 1 + (n - 1 - :longraces) / :evening END AS room,
                   CASE WHEN n <= :longraces THEN :base + (n - 1) % :long * (86400000::bigint * :days / :long)
                        ELSE :base + ((n - 1) / :evening * 86400000 / (:rooms / :days + 1))
                             + (n - 1) % :evening * 120000 END AS at
            FROM generate_series(1::bigint, :races) n
        ) made
    """,
    "entries": """
        INSERT INTO entries (race_id, player, profile_id, name, racer, kind, rank, time_ms, runoff, starts_at)
        SELECT r.id, 'seat' || lpad(s.seat::text, 6, '0'), s.person, 'Name ' || s.person, s.seat % 5,
               (ARRAY['crab', 'hare', 'mole', 'snail', 'tiger'])[1 + s.seat % 5], 1 + (s.seat + r.id) % 5,
               20000 + (s.seat + r.id) % 5 * 700, r.runoff, r.starts_at
        FROM races r JOIN seats s ON s.room = r.room_id AND (s.seat + r.id) % :seats < :racing
    """,
}


async def fill(connection: AsyncConnection, people: int, number: int, say: Callable[[str], None]) -> dict[str, float]:
    """Make people and races and derive all figures; gives the seconds that each step took."""
    values = {
        "people": people,
        "races": number,
        "rooms": LONG_ROOMS + (number - LONG_ROOMS * LONG) // EVENING,
        "longrooms": LONG_ROOMS,
        "longraces": LONG_ROOMS * LONG,
        "long": LONG,
        "evening": EVENING,
        "seats": SEATS,
        "racing": RACING,
        "days": DAYS,
        "base": 1_735_000_000_000,
    }
    took: dict[str, float] = {}
    # Keys are right as they are made, and indexes are quicker made in one go.
    await connection.execute(text("SET session_replication_role = replica"))
    await connection.execute(text("SET LOCAL statement_timeout = 0"))
    await connection.execute(text("SELECT setseed(0.5)"))
    slow = [index for table in (races, entries, audit, standings) for index in table.indexes]
    for index in slow:
        await connection.run_sync(index.drop)
    filed = file(raced(1, "A", "B", "C", "D", "E"), Calendar("Asia/Seoul"))
    sample = {"book": filed.book["body"], "body": filed.row["body"]}
    await connection.execute(text("CREATE TEMP TABLE sample (book text, body text)"))
    await connection.execute(text("INSERT INTO sample VALUES (:book, :body)"), sample)
    for name, statement in STEPS.items():
        began = time.monotonic()
        await connection.exec_driver_sql(re.sub(r"(?<!:):([a-z]+)\b", lambda found: str(values[found[1]]), statement))
        took[name] = time.monotonic() - began
        say(f"{name}: {took[name]:.1f} s")
    began = time.monotonic()
    for index in slow:
        if index.table is not standings:
            await connection.run_sync(index.create)
    took["indexes"] = time.monotonic() - began
    say(f"indexes: {took['indexes']:.1f} s")
    began = time.monotonic()
    await connection.execute(text("ANALYZE"))
    await put_right(connection)
    took["figures, by a recount"] = time.monotonic() - began
    say(f"figures: {took['figures, by a recount']:.1f} s")
    began = time.monotonic()
    for index in slow:
        if index.table is standings:
            await connection.run_sync(index.create)
    took["indexes of standings"] = time.monotonic() - began
    await connection.execute(text("SET session_replication_role = origin"))
    assert metadata.tables
    return took
