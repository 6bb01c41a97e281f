"""Race settings for tests that watch whole races: files as an operator writes them, with shorter races."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec.structs import replace

from paddock.domain.book import Book, Gimmick, Phase, Span, Track
from paddock.domain.mood import Mood
from paddock.races.settings import load_book

FAST = Span(50_000, 60_000)


def sprint() -> Book:
    """Races of about three seconds: a rocket for everybody a few metres after the start."""
    rocket = Gimmick("rocket", "dash", 1, (Phase(Mood.ROCKET, Span(10_000, 10_000), Span(3000, 4000)),))
    return replace(_plain(Span(1, 1)), gimmicks=(rocket,), window=Span(10, 30), gap=10)


def brisk() -> Book:
    """Races of about ten seconds on 500 m, with the gimmicks that ship with Paddock."""
    return _plain(Span(2, 3))


def _plain(gimmicks: Span) -> Book:
    shipped = load_book()
    tracks = tuple(Track(track.metres, FAST, gimmicks) for track in shipped.tracks)
    return replace(shipped, tracks=tracks, comeback=replace(shipped.comeback, transform=0, fakeout=0))


def written(book: Book, path: Path) -> Path:
    """Write a book to a file and give its path."""
    path.write_bytes(msgspec.json.encode(book))
    return path
