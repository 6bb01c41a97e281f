"""The book: the settings of the races as validated integers; it reads no file and holds no names or looks.

Shares of the track, speed factors and chances are per mille; speeds are mm/s; durations are ms. The public record of
a race carries its whole book, so races stay verifiable after the settings change.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from paddock.domain.encoding import encode
from paddock.domain.ids import END, Kind
from paddock.domain.mood import Mood

_SLUG: Final = r"^[a-z][a-z0-9_]{0,23}" + END
Slug = Annotated[str, Meta(pattern=_SLUG)]
Share = Annotated[int, Meta(ge=0, le=1000)]
MAX_BYTES: Final = 65_536
"""A book is 2-3 KB; anything beyond this is no book."""


class Span(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The integers from `low` to `high`, both included; written `[low, high]`."""

    low: Annotated[int, Meta(ge=-100_000, le=100_000)]
    high: Annotated[int, Meta(ge=-100_000, le=100_000)]

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"a span runs from low to high, not from {self.low} to {self.high}")

    def within(self, low: int, high: int, what: str) -> None:
        """Raise `ValueError` naming `what` unless the whole span lies between `low` and `high`."""
        if self.low < low or self.high > high:
            raise ValueError(f"{what} must lie between {low} and {high}, not [{self.low}, {self.high}]")


class Track(Struct, frozen=True, forbid_unknown_fields=True):
    """A length in metres, the span of base speeds (mm/s) and how many gimmicks a racer meets."""

    metres: Annotated[int, Meta(ge=100, le=3000)]
    base: Span
    gimmicks: Span

    def __post_init__(self) -> None:
        self.base.within(5_000, 60_000, f"base speed on {self.metres} m (mm/s)")
        self.gimmicks.within(0, 12, f"gimmicks per racer on {self.metres} m")


class Phase(Struct, frozen=True, forbid_unknown_fields=True):
    """One part of a gimmick: its look, its length (ms) and its speed as a per mille of the base speed."""

    mood: Mood
    ms: Span
    factor: Span

    def __post_init__(self) -> None:
        self.ms.within(100, 10_000, f"the length of {self.mood} (ms)")
        self.factor.within(-3000, 4000, f"the speed factor of {self.mood} (per mille)")
        if self.mood in {Mood.FINISHED, Mood.OUT}:
            raise ValueError(f"{self.mood} is the end of a race, not a phase of a gimmick")


Phases = Annotated[tuple[Phase, ...], Meta(min_length=1, max_length=4)]


class Gimmick(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that befalls a racer at a place on the track; a category never comes twice running."""

    name: Slug
    category: Slug
    weight: Annotated[int, Meta(ge=1, le=1000)]
    phases: Phases


class Comeback(Struct, frozen=True, forbid_unknown_fields=True):
    """The last racer's chance when the leader has run `at` of the track: to transform, or else to pretend to."""

    at: Annotated[int, Meta(ge=100, le=900)]
    transform: Share
    fakeout: Share
    transformed: Phases
    pretended: Phases


class Weather(Struct, frozen=True, forbid_unknown_fields=True):
    """A weather that scales every racer's base speed alike (per mille)."""

    name: Slug
    weight: Annotated[int, Meta(ge=1, le=1000)]
    factor: Annotated[int, Meta(ge=500, le=1500)]


class Book(Struct, frozen=True, forbid_unknown_fields=True, cache_hash=True):
    """All settings of a race.

    `pace` is the per mille of the base speed drawn anew every `pace_ms`; `window` is the share of the track in which
    triggers lie, `gap` their least distance; no `weathers` means that the weather plays no part; `limit_ms` ends
    every race.
    """

    schema: Literal[1]
    tracks: Annotated[tuple[Track, ...], Meta(min_length=1, max_length=8)]
    pace_ms: Annotated[int, Meta(ge=250, le=5000)]
    pace: Span
    window: Span
    gap: Annotated[int, Meta(ge=10, le=1000)]
    gimmicks: Annotated[tuple[Gimmick, ...], Meta(min_length=1, max_length=64)]
    comeback: Comeback
    weathers: Annotated[tuple[Weather, ...], Meta(max_length=8)]
    limit_ms: Annotated[int, Meta(ge=10_000, le=120_000)]
    stable: Annotated[tuple[Annotated[Kind, Meta(pattern=_SLUG)], ...], Meta(min_length=6, max_length=64)]

    def __post_init__(self) -> None:
        check(self)

    def track(self, metres: int) -> Track:
        """Return the track of that length; raises `ValueError` when the book has none."""
        for track in self.tracks:
            if track.metres == metres:
                return track
        raise ValueError(f"the book has no track of {metres} m")


def check(book: Book) -> None:
    """Raise `ValueError` with a sentence for an operator when settings contradict each other."""
    book.pace.within(500, 1500, "pace (per mille)")
    book.window.within(10, 990, "the trigger window (per mille of the track)")
    _distinct([track.metres for track in book.tracks], "tracks")
    _distinct([gimmick.name for gimmick in book.gimmicks], "gimmicks")
    _distinct([weather.name for weather in book.weathers], "weathers")
    _distinct(list(book.stable), "kinds in the stable")
    most = max(track.gimmicks.high for track in book.tracks)
    if (most - 1) * book.gap > book.window.high - book.window.low:
        raise ValueError(f"{most} gimmicks {book.gap} per mille apart do not fit into the trigger window")
    if most > 1 and len({gimmick.category for gimmick in book.gimmicks}) == 1:
        raise ValueError("gimmicks need at least two categories, since none may follow itself")


def _distinct(names: list[int] | list[str] | list[Kind], what: str) -> None:
    if len(set(names)) != len(names):
        raise ValueError(f"{what} must differ from each other")


def parse_book(text: bytes | str) -> Book:
    """Read a book from its JSON text; raises `ValueError` saying what is wrong and where."""
    if len(text) > MAX_BYTES:
        raise ValueError(f"a book has at most {MAX_BYTES} bytes")
    try:
        return msgspec.json.decode(text, type=Book)
    except msgspec.DecodeError as error:
        raise ValueError(f"not a valid book of race settings: {error}") from error


@lru_cache(maxsize=32)
def digest(book: Book) -> str:
    """Return the SHA-256 of the book's canonical encoding in hexadecimal; equal books have equal digests."""
    return hashlib.sha256(encode(book)).hexdigest()
