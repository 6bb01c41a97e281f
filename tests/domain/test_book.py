import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.domain import heats

from paddock.domain.book import MAX_BYTES, digest, parse_book
from paddock.races.settings import load_book

Loose = dict[str, Any]  # a book before it is one: tests bend it out of shape


def loose() -> Loose:
    settings: Loose = json.loads(msgspec.json.encode(heats.book()))
    return settings


def test_the_book_in_the_package_keeps_the_promises_of_the_game() -> None:
    book = heats.book()
    assert [track.metres for track in book.tracks] == [500, 700, 1000]
    assert len(book.stable) >= 12
    assert len(book.gimmicks) == 11
    assert book.limit_ms == 60_000
    assert not book.weathers


def test_a_book_survives_its_own_json() -> None:
    assert parse_book(msgspec.json.encode(heats.book())) == heats.book()


def test_the_digest_sees_every_change() -> None:
    changed = loose()
    changed["gimmicks"][3]["phases"][0]["ms"][1] += 1
    assert digest(parse_book(json.dumps(changed))) != digest(heats.book())
    assert digest(parse_book(json.dumps(loose()))) == digest(heats.book())


def bent(change: Callable[[Loose], object]) -> str:
    settings = loose()
    change(settings)
    return json.dumps(settings)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda b: b.update(pace=[1100, 900]), "from low to high"),
        (lambda b: b.update(pace=[100, 900]), "pace"),
        (lambda b: b.update(pace=[900.5, 1000]), "int"),
        (lambda b: b.update(pace=[True, 1000]), "int"),
        (lambda b: b.update(window=[0, 850]), "trigger window"),
        (lambda b: b.update(gap=200), "do not fit"),
        (lambda b: b.update(limit_ms=5), "limit_ms"),
        (lambda b: b.update(schema=2), "schema"),
        (lambda b: b.update(surprise=1), "surprise"),
        (lambda b: b["tracks"].append(b["tracks"][0]), "tracks must differ"),
        (lambda b: b["tracks"][0].update(base=[0, 20_000]), "base speed on 500 m"),
        (lambda b: b["tracks"][0].update(gimmicks=[3, 99]), "gimmicks per racer"),
        (lambda b: b["gimmicks"][0].update(weight=0), "weight"),
        (lambda b: b["gimmicks"][0].update(name="<b>"), "name"),
        (lambda b: b["gimmicks"][1].update(name="stop"), "gimmicks must differ"),
        (lambda b: b["gimmicks"][0]["phases"][0].update(mood="sulk"), "mood"),
        (lambda b: b["gimmicks"][0]["phases"][0].update(mood="finished"), "end of a race"),
        (lambda b: b["gimmicks"][0]["phases"][0].update(ms=[0, 10]), "length of stop"),
        (lambda b: b["gimmicks"][0]["phases"][0].update(factor=[0, 9000]), "speed factor of stop"),
        (lambda b: b["gimmicks"][0].update(phases=[]), "phases"),
        (lambda b: [gimmick.update(category="same") for gimmick in b["gimmicks"]], "two categories"),
        (lambda b: b["comeback"].update(transform=1001), "transform"),
        (lambda b: b.update(stable=["tiger"]), "stable"),
        (lambda b: b.update(stable=["tiger"] * 6), "kinds in the stable must differ"),
        (lambda b: b.update(stable=["Tiger!", "a", "b", "c", "d", "e"]), "stable"),
    ],
)
def test_settings_that_make_no_race_are_refused_with_a_reason(
    change: Callable[[Loose], object], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_book(bent(change))


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{", '{"schema": 1}', "\ufeff{}", b"\xff\xfe", " " * (MAX_BYTES + 1)]
)
def test_what_is_no_book_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match="book"):
        parse_book(text)


def test_an_operator_gives_his_own_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(bent(lambda b: b.update(gap=60)))
    assert load_book(path).gap == 60


def test_a_bad_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(bent(lambda b: b.update(gap=999)))
    with pytest.raises(ValueError, match=r"mine\.json: .*do not fit"):
        load_book(path)
