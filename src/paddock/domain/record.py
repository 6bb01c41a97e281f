"""The public record of a finished race, and its verification: everything is computed again from card, book and seed.

Verifying shows that the result follows from a seed fixed before the picks. Names, room and starting time are told,
not proved.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from paddock.domain.book import Book
from paddock.domain.card import Card, Rule
from paddock.domain.dice import commitment
from paddock.domain.draw import deal, draw_rank
from paddock.domain.ids import END, Millis, PlayerId, RoomId, Seed
from paddock.domain.payers import settle
from paddock.domain.race import Race, run

SCHEMA: Final = 1
Hex = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}" + END)]


class RaceRecord(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One finished race as everybody may see it; `names` are for display only, `rule` is the one of the round."""

    schema: Literal[1]
    room: RoomId
    rule: Rule
    card: Card
    book: Book
    seed: Hex
    commitment: Hex
    starts_at: Millis
    finish: tuple[Millis | None, ...]
    order: tuple[tuple[int, ...], ...]
    payers: tuple[PlayerId, ...]
    names: dict[PlayerId, str]


class Field(StrEnum):
    """What can be wrong in a record."""

    COMMITMENT = "commitment"
    RULE = "rule"
    CARD = "card"
    RANK = "rank"
    DEAL = "deal"
    FINISH = "finish"
    ORDER = "order"
    PAYERS = "payers"


class Difference(Struct, frozen=True, gc=False):
    """A field of the record and, as JSON texts, what it says and what it should say."""

    field: Field
    recorded: str
    expected: str


def record(
    card: Card,
    book: Book,
    seed: Seed,
    race: Race,
    *,
    room: RoomId,
    rule: Rule,
    starts_at: Millis,
    names: dict[PlayerId, str],
) -> RaceRecord:
    """Return the public record of a race that is over; it tells the seed, so it must not leave the server before."""
    return RaceRecord(
        schema=1,
        room=room,
        rule=rule,
        card=card,
        book=book,
        seed=seed.hex(),
        commitment=commitment(seed),
        starts_at=starts_at,
        finish=race.finish,
        order=race.order,
        payers=settle(card, race, seed),
        names=names,
    )


def verify(record: RaceRecord) -> tuple[Difference, ...]:
    """Return what differs from a recomputation; an empty tuple means verified."""
    card, seed = record.card, Seed(bytes.fromhex(record.seed))
    found: list[Difference] = []

    def compare(field: Field, recorded: object, expected: object) -> None:
        if recorded != expected:
            found.append(Difference(field, _text(recorded), _text(expected)))

    compare(Field.COMMITMENT, record.commitment, commitment(seed))
    compare(Field.RULE, card.draw.rule, record.rule)
    try:
        race = run(card, record.book, seed)
        rank = draw_rank(card.draw.rule, card.draw.votes, card.draw.distinct, seed, card.race)
    except ValueError as error:
        return (*found, Difference(Field.CARD, str(error), ""))
    compare(Field.RANK, (card.draw.distinct, card.draw.rank), (len(card.picked), rank))
    if card.runoff > 0:
        players = tuple(player for player, _ in card.picks)
        compare(Field.DEAL, card.picks, deal(players, len(card.lineup), seed, card.race))
    compare(Field.FINISH, record.finish, race.finish)
    compare(Field.ORDER, record.order, race.order)
    compare(Field.PAYERS, record.payers, settle(card, race, seed))
    return tuple(found)


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()
