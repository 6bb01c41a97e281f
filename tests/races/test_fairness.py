import json
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.domain import heats

from paddock.races.chances import LEVEL, MissingExtraError, holm, judge, noticeable
from paddock.races.fairness import fairness_report
from paddock.races.fairness_page import Report, write
from paddock.races.tally import Field, Tally, count, empty

SIX = Field(500, 6)


def even(counts: int) -> Tally:
    """A tally in which every lane and kind took every rank equally often."""
    kinds = len(heats.book().stable)
    return Tally(
        SIX, counts * 6, 0, [[counts] * 6 for _ in range(6)], [[counts * 6 // kinds] * kinds for _ in range(6)]
    )


def test_every_race_puts_one_lane_and_one_kind_at_each_rank() -> None:
    tally = count(SIX, heats.book(), 0, 60)
    assert tally.races == 60
    for table in (tally.lanes, tally.kinds):
        assert [sum(row) for row in table] == [60 - tally.dead_heats] * 6
    assert [sum(column) for column in zip(*tally.lanes, strict=True)] == [60 - tally.dead_heats] * 6


def test_pieces_add_up_to_the_whole() -> None:
    whole = empty(SIX, heats.book())
    for start, stop in ((0, 20), (20, 25), (25, 40)):
        whole.add(count(SIX, heats.book(), start, stop))
    assert whole == count(SIX, heats.book(), 0, 40)


def test_equal_counts_are_fair() -> None:
    assert all(finding.adjusted == 1.0 for finding in judge([even(1600)]))


def test_a_favoured_lane_is_found() -> None:
    tally = even(16_000)
    tally.lanes[0][2] += 1600  # lane 3 wins a tenth more often than its share
    (worst,) = [finding for finding in judge([tally]) if finding.adjusted <= LEVEL]
    assert (worst.over, worst.rank) == ("lanes", 1)


def test_a_favoured_kind_is_found_and_fails_the_report() -> None:
    tally = even(16_000)
    tally.kinds[5][0] += 1500
    findings = judge([tally])
    assert [(finding.over, finding.rank) for finding in findings if finding.adjusted <= LEVEL] == [("kinds", 6)]
    assert not Report(96_000, (tally,), findings, heats.book()).passed


def test_holm_multiplies_the_least_value_most() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_more_races_find_smaller_biases() -> None:
    assert noticeable(100_000, 6, 120) == pytest.approx(noticeable(400_000, 6, 120) * 2)
    assert 0.02 < noticeable(100_000, 6, 120) < 0.1


def test_the_report_is_written_and_is_the_same_when_made_again(tmp_path: Path) -> None:
    book = replace(heats.book(), tracks=heats.book().tracks[:1])
    seen: list[tuple[int, int]] = []
    report = fairness_report(80, tmp_path / "one", lambda done, total: seen.append((done, total)), book=book, workers=2)
    assert report.passed
    assert seen[-1] == (400, 400)
    write(report, tmp_path / "two")
    for name in ("report.md", "raw.json", "lanes.svg", "kinds.svg"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    raw = json.loads((tmp_path / "one" / "raw.json").read_text())
    assert raw["passed"] is True
    assert "**Passed.**" in (tmp_path / "one" / "report.md").read_text()


@pytest.mark.parametrize("library", ["scipy.stats", "matplotlib.figure"])
def test_without_the_bench_extra_the_command_that_brings_it_is_told(
    library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = Report(96_000, (even(16_000),), judge([even(16_000)]), heats.book())
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'paddock\[bench\]'"):
        judge([even(1600)]) if library == "scipy.stats" else write(report, tmp_path)


def test_too_few_races_for_a_test_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 80 races"):
        fairness_report(79, tmp_path, lambda done, total: None)
    assert not list(tmp_path.iterdir())
