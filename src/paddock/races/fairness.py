"""The proof of fairness: runs many races per track and field size on all cores, judges and writes the report.

It uses published seeds, so the same number of races gives the same report anywhere.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from paddock.domain.book import Book
from paddock.races.chances import judge
from paddock.races.fairness_page import Report, write
from paddock.races.settings import load_book
from paddock.races.tally import Field, Tally, count, empty

SIZES: Final = range(2, 7)
CHUNK: Final = 1000
"""Races per piece of work: about half a second, so that progress moves and an interrupt is quick."""


def fairness_report(
    races: int, out: Path, progress: Callable[[int, int], None], *, book: Book | None = None, workers: int | None = None
) -> Report:
    """Run `races` races on each track with each field size, write report.md, plots and raw.json into `out`.

    `progress(done, total)` is called as races are done. `workers` is the number of processes (one per core). Raises
    `ValueError` for fewer races than a chi-square test can use (five per kind) and `MissingExtraError` when the `bench`
    extra is not installed.
    """
    settings = load_book() if book is None else book
    if races < 5 * len(settings.stable):
        raise ValueError(f"a test over {len(settings.stable)} kinds needs at least {5 * len(settings.stable)} races")
    fields = [Field(track.metres, size) for track in settings.tracks for size in SIZES]
    judge([])  # a missing library should be told before the work, not after it
    tallies = {field: empty(field, settings) for field in fields}
    done = 0
    for tally in _counted(fields, settings, races, workers or os.cpu_count() or 1):
        tallies[tally.field].add(tally)
        done += tally.races
        progress(done, races * len(fields))
    report = Report(races, tuple(tallies.values()), judge(list(tallies.values())), settings)
    write(report, out)
    return report


def _counted(fields: list[Field], book: Book, races: int, workers: int) -> Iterator[Tally]:
    """Yield tallies as they are done; a few pieces per worker are under way at a time."""
    pieces = ((field, start, min(start + CHUNK, races)) for field in fields for start in range(0, races, CHUNK))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        under_way: set[Future[Tally]] = set()
        for field, start, stop in pieces:
            under_way.add(pool.submit(count, field, book, start, stop))
            if len(under_way) >= 3 * workers:
                finished, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in finished)
        finished, _ = wait(under_way)
        yield from (future.result() for future in finished)
