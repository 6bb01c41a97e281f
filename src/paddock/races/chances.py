"""Judges counts: chi-square against equal shares, corrected for the number of tests; it runs no race.

scipy comes with the `bench` extra and is imported only when something is judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from paddock.races.tally import Field, Tally

LEVEL: Final = 0.001
"""The level of the whole family of tests: a fair race fails the report once in a thousand times."""
POWER: Final = 0.9


class MissingExtraError(RuntimeError):
    """A library for reports is not installed; the message says which command installs it."""

    def __init__(self, library: str) -> None:
        super().__init__(f"{library} is not installed; `pip install 'paddock[bench]'` brings it")


class Finding(Struct, frozen=True):
    """One test: over `lanes` or `kinds`, of one rank (from 1) of one field; `adjusted` is the p-value after Holm."""

    field: Field
    over: str
    rank: int
    chi_square: float
    freedom: int
    p: float
    adjusted: float


def judge(tallies: Sequence[Tally]) -> tuple[Finding, ...]:
    """Return one test per field, rank, and lanes or kinds. Raises `MissingExtraError` without scipy.

    Under fairness each race puts one lane (kind) of equally likely ones at a rank, independently of other races.
    """
    try:
        from scipy.stats import chisquare
    except ImportError as error:
        raise MissingExtraError("scipy") from error
    raw: list[Finding] = []
    for tally in tallies:
        for over, table in (("lanes", tally.lanes), ("kinds", tally.kinds)):
            for rank, counts in enumerate(table, 1):
                found = chisquare(counts)
                statistic, p = float(found.statistic), float(found.pvalue)
                raw.append(Finding(tally.field, over, rank, statistic, len(counts) - 1, p, p))
    corrected = holm([test.p for test in raw])
    return tuple(
        Finding(one.field, one.over, one.rank, one.chi_square, one.freedom, one.p, adjusted)
        for one, adjusted in zip(raw, corrected, strict=True)
    )


def holm(values: Sequence[float]) -> list[float]:
    """Return p-values adjusted by Holm's method (S. Holm, 1979), in the order given."""
    adjusted = [1.0] * len(values)
    least = 0.0
    for place, index in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        least = max(least, min(1.0, (len(values) - place) * values[index]))
        adjusted[index] = least
    return adjusted


def noticeable(races: int, categories: int, tests: int) -> float:
    """Return the smallest bias that the report finds nine times out of ten.

    It is the relative surplus `d` of one lane's share at a rank, the other lanes sharing the loss: the noncentrality of
    the statistic is then `races * d**2 / (categories - 1)`, held against the strictest level of Holm's method.
    Raises `MissingExtraError` without scipy.
    """
    try:
        from scipy.optimize import brentq
        from scipy.stats import chi2, ncx2
    except ImportError as error:
        raise MissingExtraError("scipy") from error
    freedom = categories - 1
    limit = float(chi2.isf(LEVEL / tests, freedom))
    needed = float(brentq(lambda centre: float(ncx2.sf(limit, freedom, centre)) - POWER, 0.01, 10_000))
    return float((needed * freedom / races) ** 0.5)
