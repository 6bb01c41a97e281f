"""Heats for the tests of the race: cards and seeds from a number, and the book in the package."""

import hashlib
from functools import cache

from paddock.domain.book import Book
from paddock.domain.card import Card, Draw, Rule
from paddock.domain.ids import PlayerId, RaceId, Seed
from paddock.races.settings import load_book


@cache
def book() -> Book:
    return load_book()


def seed(number: int) -> Seed:
    return Seed(hashlib.sha256(f"seed {number}".encode()).digest())


def player(number: int) -> PlayerId:
    return PlayerId(f"player{number:04d}")


def race_id(number: int) -> RaceId:
    return RaceId(f"race{number:012d}")


def card(
    number: int, track: int = 500, lanes: int = 6, picks: tuple[int, ...] | None = None, rank: int | None = None
) -> Card:
    """One player per lane unless `picks` says who is on which; the last racer pays unless `rank` says otherwise."""
    chosen = tuple(range(lanes)) if picks is None else picks
    distinct = len(set(chosen))
    draw = Draw(Rule.LAST, (), distinct, distinct if rank is None else rank)
    held = tuple((player(index), lane) for index, lane in enumerate(chosen))
    return Card(race_id(number), track, book().stable[:lanes], held, draw)
