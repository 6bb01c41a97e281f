"""The race: card, book and seed in, every racer's whole way out; no clock, no randomness of its own, no lane order.

Racers run independently of each other but for one moment: when the leader has first run the book's share of the
track, the last picked racer may come back. So each racer's course is computed alone, that moment is read off the
courses, and at most one course is computed again with the comeback in it. Times are ms since the start.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from paddock.domain.book import Book, Phase, digest
from paddock.domain.card import Card
from paddock.domain.course import Course, Turning, travel
from paddock.domain.dice import Dice, Stream
from paddock.domain.encoding import encode
from paddock.domain.fate import Fate, throw
from paddock.domain.ids import Millis, Seed
from paddock.domain.mood import Mood
from paddock.domain.segments import Segment, position, reached

MAX_LINEUP: Final = 12
"""More lanes than this fit on no phone."""
MAX_RUNOFFS: Final = 5
"""After this many run-offs a tie is broken by the dice, so that every round ends."""


class Race(Struct, frozen=True, gc=False):
    """A race from start to end, secret until shown.

    `segments[lane]` is empty for a racer that nobody picked: it stays at the gate. `finish[lane]` is the finishing
    ms; None at the gate. A racer still out when the time limit `end`s the race gets the limit plus 1 ms for each mm
    it had to go, which ranks it by distance and is no time to show. `order` holds the picked lanes, best first, in
    groups of equal `finish` (dead heats). `weather` is a name from the book, or empty.
    """

    segments: tuple[tuple[Segment, ...], ...]
    finish: tuple[Millis | None, ...]
    order: tuple[tuple[int, ...], ...]
    end: Millis
    weather: str = ""


def run(card: Card, book: Book, seed: Seed) -> Race:
    """Run a race; the same card, book and seed give the same integers everywhere.

    Raises `ValueError` for a card that names no such track or racer, or on which nobody picked.
    """
    check_card(card, book)
    track = book.track(card.track)
    dice = Dice(seed, card.race, encode((card, digest(book))))
    weather, factor = _weather(dice, book)
    course = Course(card.track * 1000, book.pace_ms, book.limit_ms)
    fates = {lane: Fate(dice, lane, book, track, factor) for lane in card.picked}
    ways = {lane: travel(fate, course) for lane, fate in fates.items()}
    turning = _comeback(dice.stream("comeback"), book, course, fates, ways)
    if turning is not None:
        lane, turn = turning
        ways[lane] = travel(fates[lane], course, turn)
    finish = {lane: _finish(way[-1], course) for lane, way in ways.items()}
    lanes = range(len(card.lineup))
    return Race(
        segments=tuple(ways.get(lane, ()) for lane in lanes),
        finish=tuple(finish.get(lane) for lane in lanes),
        order=_order(finish),
        end=Millis(min(max(finish.values()), course.limit_ms)),
        weather=weather,
    )


def check_card(card: Card, book: Book) -> None:
    """Raise `ValueError` saying why no race can be run from the card."""
    book.track(card.track)
    if not 2 <= len(card.lineup) <= MAX_LINEUP:
        raise ValueError(f"a race has from 2 to {MAX_LINEUP} lanes, not {len(card.lineup)}")
    if not card.picks:
        raise ValueError("nobody picked a racer")
    players = [player for player, _ in card.picks]
    if players != sorted(set(players)):
        raise ValueError("picks are sorted by player, one each")
    if not all(0 <= racer < len(card.lineup) for _, racer in card.picks):
        raise ValueError("a pick is outside of the lineup")


def _weather(dice: Dice, book: Book) -> tuple[str, int]:
    if not book.weathers:
        return "", 1000
    roll = dice.stream("weather").below(sum(weather.weight for weather in book.weathers))
    for weather in book.weathers:
        roll -= weather.weight
        if roll < 0:
            return weather.name, weather.factor
    raise AssertionError("the weights add up to more than the roll")


def _comeback(
    stream: Stream, book: Book, course: Course, fates: dict[int, Fate], ways: dict[int, tuple[Segment, ...]]
) -> tuple[int, Turning] | None:
    """Return which lane comes back, and how; the last one is chosen by the dice when several are equally far behind."""
    comeback = book.comeback
    mark = course.line * comeback.at // 1000
    passes = [t for t in (reached(way, mark) for way in ways.values()) if t is not None]
    if len(ways) < 2 or not passes:
        return None
    phases: tuple[Phase, ...]
    if stream.below(1000) < comeback.transform:
        phases = comeback.transformed
    elif stream.below(1000) < comeback.fakeout:
        phases = comeback.pretended
    else:
        return None
    t = min(passes)
    places = {lane: position(way, t) for lane, way in ways.items()}
    least = min(places.values())
    last = [lane for lane, place in places.items() if place == least]
    lane = last[stream.below(len(last))]
    return lane, Turning(t, throw(stream, phases, fates[lane].base))


def _finish(last: Segment, course: Course) -> Millis:
    return Millis(last.t if last.mood is Mood.FINISHED else course.limit_ms + course.line - last.mm)


def _order(finish: dict[int, Millis]) -> tuple[tuple[int, ...], ...]:
    groups: dict[Millis, list[int]] = {}
    for lane, ms in finish.items():
        groups.setdefault(ms, []).append(lane)
    return tuple(tuple(sorted(groups[ms])) for ms in sorted(groups))
