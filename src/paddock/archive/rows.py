"""A finished race as the rows that keep it, and its record put together again from them; it touches no database.

A body is the public record without its book and names: most races share one book, and names can be taken out.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from paddock.archive.calendar import Calendar, Keys
from paddock.archive.contract import line_of
from paddock.domain.book import Book, digest
from paddock.domain.card import Card, Rule
from paddock.domain.finished import FinishedRace
from paddock.domain.ids import Millis, PlayerId, RoomId
from paddock.domain.record import RaceRecord

Row = dict[str, object]


class Body(Struct, frozen=True):
    """What is a race's own of its record."""

    schema: int
    room: RoomId
    rule: Rule
    card: Card
    seed: str
    commitment: str
    starts_at: Millis
    finish: tuple[Millis | None, ...]
    order: tuple[tuple[int, ...], ...]
    payers: tuple[PlayerId, ...]


class Filed(Struct, frozen=True):
    """A race as rows that lack only the numbers of the rows they point to."""

    race: FinishedRace
    keys: Keys
    book: Row
    day: Row
    row: Row
    entries: tuple[tuple[PlayerId, Row], ...]


def file(race: FinishedRace, calendar: Calendar) -> Filed:
    """Make the rows of a race.

    Raises:
        ValueError, LookupError: it contradicts itself, as no race of ours does.
    """
    record = race.record
    card, keys = record.card, calendar.keys(record.starts_at)
    line = line_of(record)
    entries: tuple[tuple[PlayerId, Row], ...] = tuple(
        (
            runner.player,
            {
                "player": runner.player,
                "name": runner.name,
                "racer": runner.racer,
                "kind": runner.kind,
                "rank": runner.rank,
                "time_ms": runner.time_ms,
                "runoff": line.runoff,
                "starts_at": line.starts_at,
            },
        )
        for runner in line.runners
    )
    body = Body(**{name: getattr(record, name) for name in Body.__struct_fields__})
    row: Row = {
        "race": card.race,
        "first": race.first,
        "starts_at": record.starts_at,
        "day": keys.day,
        "track": card.track,
        "rule": record.rule.value,
        "runoff": card.runoff,
        "payer": record.payers[0] if len(record.payers) == 1 else None,
        "book": digest(record.book),
        "lineup": _kinds(card, range(len(card.lineup))),
        "picked": _kinds(card, card.picked),
        "winners": _kinds(card, record.order[0]),
        "losers": _kinds(card, record.order[-1]),
        "body": msgspec.json.encode(body).decode(),
    }
    book = {"digest": row["book"], "body": msgspec.json.encode(record.book).decode()}
    day: Row = {"day": keys.day, "week": keys.week, "month": keys.month, "races": 0, "players": 0, "rooms": 0}
    return Filed(race, keys, book, day, row, entries)


def _kinds(card: Card, lanes: range | tuple[int, ...]) -> str:
    return " ".join(sorted(card.lineup[lane] for lane in lanes))


def record_of(body: str, book: str, names: dict[PlayerId, str]) -> RaceRecord:
    """Put a public record together again; raises `msgspec.MsgspecError` when it is damaged."""
    own = msgspec.json.decode(body, type=Body)
    return RaceRecord(
        schema=1,
        room=own.room,
        rule=own.rule,
        card=own.card,
        book=msgspec.json.decode(book, type=Book),
        seed=own.seed,
        commitment=own.commitment,
        starts_at=own.starts_at,
        finish=own.finish,
        order=own.order,
        payers=own.payers,
        names=names,
    )
