"""Makes tests/vectors/races.json: races and draws with all their inputs, which pytest and vitest both compute again.

Everything follows from numbered seeds, so making the file twice gives the same bytes: `python scripts/make_vectors.py`.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from paddock.domain.book import Book, Span, Track, Weather, digest
from paddock.domain.card import Card, Draw, Rule
from paddock.domain.dice import Dice
from paddock.domain.draw import deal, draw_lineup, draw_rank, last_resort
from paddock.domain.encoding import encode
from paddock.domain.ids import Millis, PlayerId, RaceId, RoomId, Seed
from paddock.domain.mood import Mood
from paddock.domain.payers import payers
from paddock.domain.race import MAX_RUNOFFS, Race, run
from paddock.domain.record import record, verify
from paddock.domain.release import released, wire
from paddock.domain.segments import position
from paddock.races.settings import load_book

TARGET = Path(__file__).parent.parent / "tests" / "vectors" / "races.json"
BOOK = load_book()
LEVEL = replace(BOOK, tracks=(Track(500, Span(25_000, 25_000), Span(0, 0)),), pace=Span(1000, 1000))
"""Nothing happens, so everybody finishes in the same millisecond."""
SLOW = replace(BOOK, tracks=(Track(500, Span(8_000, 9_500), Span(3, 5)),))
"""Most racers are still out after 60 s."""
WET = replace(BOOK, weathers=(Weather("rain", 3, 850), Weather("tailwind", 1, 1050)), pace=Span(850, 1150))
BACKWARDS = replace(
    BOOK,
    gimmicks=tuple(replace(g, weight=900 if g.name == "turn" else 10) for g in BOOK.gimmicks),
    window=Span(20, 850),
)
"""Racers back up to the gate."""


def seed(number: int) -> Seed:
    return Seed(hashlib.sha256(f"vector {number}".encode()).digest())


def card(number: int, track: int, lanes: int, picks: tuple[int, ...] | None = None, rule: Rule = Rule.LAST) -> Card:
    race = RaceId(f"vector{number:010d}")
    lineup = draw_lineup(BOOK.stable, lanes, seed(number + 1_000_000))
    chosen = tuple(range(lanes)) if picks is None else picks
    votes = tuple((number + rank) % 4 for rank in range(lanes)) if rule is Rule.VOTE else ()
    distinct = len(set(chosen))
    draw = Draw(rule, votes, distinct, draw_rank(rule, votes, distinct, seed(number), race))
    return Card(race, track, lineup, tuple((PlayerId(f"vector{i:04d}"), lane) for i, lane in enumerate(chosen)), draw)


def run_off(number: int, track: int, lanes: int, players: int, runoff: int) -> Card:
    heat = card(number, track, lanes)
    contestants = tuple(PlayerId(f"vector{index:04d}") for index in range(players))
    picks = deal(contestants, lanes, seed(number), heat.race)
    distinct = len({lane for _, lane in picks})
    return replace(heat, picks=picks, runoff=runoff, draw=Draw(Rule.LAST, (), distinct, distinct))


def shows(mood: Mood) -> Callable[[Card, Race], bool]:
    return lambda _, race: any(segment.mood is mood for segments in race.segments for segment in segments)


def first(
    wanted: Callable[[Card, Race], bool], book: Book, make: Callable[[int], Card], start: int
) -> tuple[int, Card]:
    """Return the first numbered race from `start` on that is as wanted."""
    for number in range(start, start + 20_000):
        found = make(number)
        if wanted(found, run(found, book, seed(number))):
            return number, found
    raise AssertionError("no such race among 20,000")


def heats() -> Iterator[tuple[str, Book, int, Card]]:
    """Yield (name, book, seed number, card) of each vector."""
    number = 0
    for track in (500, 700, 1000):
        for lanes in range(2, 7):
            number += 1
            yield f"{track} m, {lanes} racers", BOOK, number, card(number, track, lanes)
    yield "some stay at the gate", BOOK, 20, card(20, 500, 6, (4, 1, 4, 2))
    yield "everybody on racer 0", BOOK, 21, card(21, 700, 4, (0, 0, 0))
    yield "the first pays", BOOK, 22, card(22, 1000, 5, rule=Rule.FIRST)
    yield "a voted rank pays", BOOK, 23, card(23, 500, 6, rule=Rule.VOTE)
    for mood in (Mood.TRANSFORM, Mood.FAKEOUT):
        found = first(shows(mood), BOOK, lambda n: card(n, 700, 6), 100)
        yield f"comeback: {mood}", BOOK, *found
    dead = first(lambda _, race: len(race.order) < 6, BOOK, lambda n: card(n, 500, 6), 1000)
    yield "dead heat", BOOK, *dead
    paying = first(lambda c, race: len(payers(c, race)) > 1, BOOK, lambda n: card(n, 1000, 6), 3000)
    yield "dead heat of the payers", BOOK, *paying
    yield "run-off with enough racers", BOOK, 30, run_off(30, 500, 6, 4, 1)
    yield "run-off with more players than racers", BOOK, 31, run_off(31, 700, 4, 11, 2)
    yield "last resort", LEVEL, 32, run_off(32, 500, 5, 5, MAX_RUNOFFS)
    yield "all equal", LEVEL, 33, card(33, 500, 4)
    yield "ended at 60 s", SLOW, 34, card(34, 500, 6)
    weather = first(lambda _, race: race.weather == "tailwind", WET, lambda n: card(n, 700, 6), 200)
    yield "weather", WET, *weather
    backwards = first(
        lambda _, race: any(s.mood is Mood.TURN and s.speed == 0 for ss in race.segments for s in ss),
        BACKWARDS,
        lambda n: card(n, 500, 6),
        300,
    )
    yield "backs up to the gate", BACKWARDS, *backwards


def race_vectors() -> tuple[dict[str, Book], list[dict[str, object]]]:
    books: dict[str, Book] = {}
    found: list[dict[str, object]] = []
    for name, book, number, heat in heats():
        race = run(heat, book, seed(number))
        names = {player: f"이름 {player[-2:]}" for player, _ in heat.picks}
        public = record(
            heat,
            book,
            seed(number),
            race,
            room=RoomId("K7AB2"),
            rule=heat.draw.rule,
            starts_at=Millis(1_800_000_000_000),
            names=names,
        )
        if verify(public):
            raise AssertionError(f"{name}: the record does not verify")
        books[digest(book)] = book
        until = race.end // 2
        lane = heat.picked[-1]
        found.append(
            {
                "name": name,
                "book": digest(book),
                "record": {key: value for key, value in msgspec.structs.asdict(public).items() if key != "book"},
                "segments": race.segments,
                "end": race.end,
                "weather": race.weather,
                "wire": {"since": until - 2000, "until": until, "row": wire(released(race, until - 2000, until))},
                "positions": [[lane, t, position(race.segments[lane], t)] for t in range(-100, race.end + 999, 777)],
            }
        )
    return books, found


def dice_vectors() -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for number, (label, low, high) in enumerate(
        [
            ("pace:0", 900, 1100),
            ("gimmick:5", 0, 2**32 - 1),
            ("form:3", 0, 3 * 2**30 - 1),
            ("말", -700, -300),
            ("", 5, 5),
        ]
    ):
        inputs = encode(("inputs", number))
        race = RaceId(f"dice{number:012d}")
        stream = Dice(seed(number), race, inputs).stream(label)
        found.append(
            {
                "seed": seed(number).hex(),
                "race": race,
                "inputs": inputs.hex(),
                "label": label,
                "low": low,
                "high": high,
                "thrown": stream.many(20, low, high),
            }
        )
    return found


def draw_vectors() -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for number in range(12):
        rule = (Rule.VOTE, Rule.VOTE, Rule.VOTE, Rule.FIRST, Rule.LAST)[number % 5]
        race = RaceId(f"draw{number:012d}")
        votes = ((), (0, 0), (1, 2, 3), (0, 0, 0, 9), (5, 0, 5, 1), (1000, 1))[number % 6]
        distinct = 2 + number % 5
        players = tuple(PlayerId(f"drawn{index:05d}") for index in range(1 + number * 2))
        size = 2 + number % 5
        found.append(
            {
                "seed": seed(number).hex(),
                "race": race,
                "rule": rule,
                "votes": votes,
                "distinct": distinct,
                "rank": draw_rank(rule, votes, distinct, seed(number), race),
                "players": players,
                "size": size,
                "deal": deal(players, size, seed(number), race),
                "lineup": draw_lineup(BOOK.stable, size, seed(number)),
                "lastResort": last_resort(card(number, 500, 4), seed(number), players),
                "card": card(number, 500, 4),
            }
        )
    return found


def vectors() -> bytes:
    """Return the file: one vector per line, so that a difference can be read."""
    books, races = race_vectors()

    def rows(items: list[dict[str, object]]) -> bytes:
        return b"[\n" + b",\n".join(msgspec.json.encode(item) for item in items) + b"\n]"

    book_rows = (
        b"{\n" + b",\n".join(b'"%b":%b' % (k.encode(), msgspec.json.encode(v)) for k, v in books.items()) + b"\n}"
    )
    parts = {b"stable": msgspec.json.encode(BOOK.stable), b"dice": rows(dice_vectors()), b"draws": rows(draw_vectors())}
    parts |= {b"books": book_rows, b"races": rows(races)}
    return b"{\n" + b",\n".join(b'"%b":%b' % item for item in parts.items()) + b"\n}\n"


if __name__ == "__main__":
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(vectors())
    sys.stdout.write(f"{TARGET.name}: {TARGET.stat().st_size} bytes\n")
