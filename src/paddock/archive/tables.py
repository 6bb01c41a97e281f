"""The archive's tables, the same on PostgreSQL and SQLite; migrations lead a database here and nothing else does.

A race keeps its public record in two pieces: what is its own (`races.body`), and its book, of which most races share
one. Names are in the entries alone, so that taking a person's name out of all races is one statement.
`standings`, `kinds` and `days` hold nothing of their own: `figures` derives them from races and entries.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from paddock.archive.contract import LEAST_RACES

EVERYWHERE: Final = 0
"""The scope of standings over all rooms; rooms are numbered from 1."""

_NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
_NUMBER: Final = BigInteger().with_variant(Integer, "sqlite")
"""A row's number; SQLite numbers rows by itself only when the type is just this."""

metadata: Final = MetaData(naming_convention=_NAMES)


def _number() -> Column[int]:
    return Column("id", _NUMBER, primary_key=True, autoincrement=True)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


profiles: Final = Table(
    "profiles",
    metadata,
    _number(),
    Column("profile", String(12), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("named_at", BigInteger, nullable=False),
    Column("renamed", Boolean, nullable=False),
    Column("since", BigInteger, nullable=False),
)
"""People. `name` is the one of their newest race, which began at `named_at`, until they choose one (`renamed`)."""

devices: Final = Table(
    "devices",
    metadata,
    Column("device", String(64), primary_key=True),
    Column("profile_id", _NUMBER, ForeignKey(profiles.c.id, ondelete="CASCADE"), nullable=False, index=True),
)
"""Whose device a hashed token belongs to."""

erased: Final = Table(
    "erased",
    metadata,
    Column("device", String(64), primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
)
"""Devices whose data was deleted: what they raced before and is recorded late stays without a name."""

moves: Final = Table(
    "moves",
    metadata,
    Column("profile_id", _NUMBER, ForeignKey(profiles.c.id, ondelete="CASCADE"), primary_key=True),
    Column("code", String(64), nullable=False, unique=True),
    Column("until", BigInteger, nullable=False),
)
"""Hashes of one-time codes by which another device becomes a person's."""

rooms: Final = Table(
    "rooms",
    metadata,
    _number(),
    Column("code", String(8), nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    UniqueConstraint("code", "opened_at"),
)
"""Rooms; one code can be several rooms, one after the other."""

books: Final = Table(
    "books", metadata, Column("digest", String(64), primary_key=True), Column("body", Text, nullable=False)
)

days: Final = Table(
    "days",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("week", String(8), nullable=False),
    Column("month", String(7), nullable=False),
    _count("races"),
    _count("players"),
    _count("rooms"),
)
"""Days with races, in the time zone that was set when they were recorded, and the week and month they lie in."""

races: Final = Table(
    "races",
    metadata,
    _number(),
    Column("race", String(16), nullable=False, unique=True),
    Column("room_id", _NUMBER, ForeignKey(rooms.c.id), nullable=False),
    Column("first", String(16), nullable=False, index=True),
    Column("starts_at", BigInteger, nullable=False, index=True),
    Column("day", String(10), ForeignKey(days.c.day), nullable=False),
    Column("track", Integer, nullable=False),
    Column("rule", String(8), nullable=False),
    Column("runoff", Integer, nullable=False),
    Column("payer", String(10)),
    Column("book", String(64), ForeignKey(books.c.digest), nullable=False),
    Column("lineup", Text, nullable=False),
    Column("picked", Text, nullable=False),
    Column("winners", Text, nullable=False),
    Column("losers", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_races_history", "room_id", "starts_at", "race"),
    Index("ix_races_day", "day", "room_id", "runoff"),
)
"""Heats. `first` is the first heat of the round, `payer` the player it left alone to pay.

`lineup`, `picked`, `winners` and `losers` are sorted kinds with spaces between.
"""

entries: Final = Table(
    "entries",
    metadata,
    Column("race_id", _NUMBER, ForeignKey(races.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("player", String(10), primary_key=True),
    Column("profile_id", _NUMBER, ForeignKey(profiles.c.id, ondelete="SET NULL")),
    Column("name", Text, nullable=False),
    Column("racer", Integer, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("time_ms", Integer),
    Column("runoff", Integer, nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Index("ix_entries_person", "profile_id", "starts_at", "race_id"),
)
"""Who raced in a heat on what, and how it ended; `runoff` and `starts_at` are the heat's."""

standings: Final = Table(
    "standings",
    metadata,
    Column("scope", BigInteger, primary_key=True, autoincrement=False),
    Column("period", String(10), primary_key=True),
    Column("profile_id", _NUMBER, ForeignKey(profiles.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    _count("races"),
    _count("wins"),
    _count("paid"),
    _count("bound"),
    Index("ix_standings_races", "scope", "period", "races", "profile_id"),
    Index("ix_standings_wins", "scope", "period", "wins", "profile_id"),
    Index("ix_standings_paid", "scope", "period", "paid", "profile_id"),
    Index(
        "ix_standings_bound",
        "scope",
        "period",
        "bound",
        "profile_id",
        postgresql_where=text(f"races >= {LEAST_RACES}"),
        sqlite_where=text(f"races >= {LEAST_RACES}"),
    ),
    Index("ix_standings_person", "profile_id"),
)
"""What a person has in one room (its number) or everywhere, in one day, week, month or in all.

`bound` is the Wilson lower bound of the win rate in millionths.
"""

kinds: Final = Table(
    "kinds",
    metadata,
    Column("kind", String(24), primary_key=True),
    _count("lined_up"),
    _count("picked"),
    _count("wins"),
    _count("lasts"),
)

audit: Final = Table(
    "audit",
    metadata,
    _number(),
    Column("room_id", _NUMBER, ForeignKey(rooms.c.id), nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("profile_id", _NUMBER, ForeignKey(profiles.c.id, ondelete="SET NULL"), index=True),
    Column("setting", String(32), nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Index("ix_audit_room", "room_id", "at"),
)
"""What hosts changed in their rooms."""

quarantine: Final = Table(
    "quarantine",
    metadata,
    Column("race", String(16), primary_key=True),
    Column("reason", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
)
"""Races that the database would not take, as they were handed in; `paddock db quarantine` lists and retries them."""
