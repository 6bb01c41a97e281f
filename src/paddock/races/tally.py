"""Counts who came in where in many races on published seeds; it judges nothing and knows no statistics."""

from __future__ import annotations

import hashlib

from msgspec import Struct

from paddock.domain.book import Book
from paddock.domain.card import Card, Draw, Rule
from paddock.domain.draw import draw_lineup
from paddock.domain.ids import PlayerId, RaceId, Seed
from paddock.domain.race import run


class Field(Struct, frozen=True):
    """A track in metres and the number of racers on it, one player each."""

    track: int
    size: int


class Tally(Struct):
    """How often each lane and each kind took each rank (`lanes[rank][lane]`, `kinds[rank][kind in the stable]`).

    Races with a dead heat have no such ranks; they are counted in `dead_heats` and nowhere else, which favours nobody.
    """

    field: Field
    races: int
    dead_heats: int
    lanes: list[list[int]]
    kinds: list[list[int]]

    def add(self, other: Tally) -> None:
        """Add the counts of other races of the same field."""
        self.races += other.races
        self.dead_heats += other.dead_heats
        for mine, theirs in ((self.lanes, other.lanes), (self.kinds, other.kinds)):
            for row, counts in zip(mine, theirs, strict=True):
                row[:] = [one + more for one, more in zip(row, counts, strict=True)]


def empty(field: Field, book: Book) -> Tally:
    """Return a tally without races."""
    ranks = range(field.size)
    return Tally(field, 0, 0, [[0] * field.size for _ in ranks], [[0] * len(book.stable) for _ in ranks])


def published(field: Field, number: int, purpose: str) -> bytes:
    """Return the 32 bytes of a race of the report, which anybody can make again; no served race uses them."""
    return hashlib.sha256(f"paddock fairness/1 {purpose} {field.track} {field.size} {number}".encode()).digest()


def count(field: Field, book: Book, start: int, stop: int) -> Tally:
    """Run the races numbered from `start` to `stop - 1` and return their tally."""
    tally = empty(field, book)
    index = {kind: place for place, kind in enumerate(book.stable)}
    picks = tuple((PlayerId(f"fair{lane:06d}"), lane) for lane in range(field.size))
    draw = Draw(Rule.LAST, (), field.size, field.size)
    for number in range(start, stop):
        lineup = draw_lineup(book.stable, field.size, published(field, number, "lineup"))
        card = Card(RaceId(f"fair{number:012d}"), field.track, lineup, picks, draw)
        race = run(card, book, Seed(published(field, number, "seed")))
        tally.races += 1
        if len(race.order) < field.size:
            tally.dead_heats += 1
            continue
        for rank, (lane,) in enumerate(race.order):
            tally.lanes[rank][lane] += 1
            tally.kinds[rank][index[lineup[lane]]] += 1
    return tally
