"""The vectors hold both computations of a race, this one and the web client's, to the same integers."""

import msgspec
import pytest
from msgspec import Raw, Struct
from scripts.make_vectors import TARGET, vectors

from paddock.domain.book import Book, digest
from paddock.domain.ids import Seed
from paddock.domain.race import run
from paddock.domain.record import RaceRecord, verify
from paddock.domain.segments import Segment


class Vector(Struct):
    name: str
    book: str
    record: dict[str, Raw]
    segments: tuple[tuple[Segment, ...], ...]
    end: int
    weather: str


class File(Struct):
    books: dict[str, Book]
    races: list[Vector]


FILE = msgspec.json.decode(TARGET.read_bytes(), type=File)


def test_making_the_vectors_again_gives_the_same_file() -> None:
    assert vectors() == TARGET.read_bytes()


@pytest.mark.parametrize("vector", FILE.races, ids=[vector.name for vector in FILE.races])
def test_a_vector_runs_as_written(vector: Vector) -> None:
    book = FILE.books[vector.book]
    assert digest(book) == vector.book
    text = msgspec.json.encode(vector.record | {"book": Raw(msgspec.json.encode(book))})
    record = msgspec.json.decode(text, type=RaceRecord)
    race = run(record.card, book, Seed(bytes.fromhex(record.seed)))
    assert race.segments == vector.segments
    assert (race.end, race.weather) == (vector.end, vector.weather)
    assert verify(record) == ()


def test_the_vectors_cover_what_is_rare() -> None:
    names = {vector.name for vector in FILE.races}
    assert {"comeback: transform", "comeback: fakeout", "dead heat of the payers"} <= names
    assert {"last resort", "ended at 60 s", "backs up to the gate"} <= names
    assert 20 <= len(names) <= 40
