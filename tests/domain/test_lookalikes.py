"""Names of one room that people would take for one another get a number, whatever script they are written in."""

from __future__ import annotations

import unicodedata

import pytest

from paddock.domain.lookalikes import looks_of
from paddock.domain.names import clean_name, unique


@pytest.mark.parametrize(
    ("there", "comes"),
    [
        ("Mina", "Мina"),  # Cyrillic М
        ("Nina", "Νina"),  # Greek Ν
        ("Zoe", "Ζoe"),  # Greek Ζ
        ("Tom", "Τοm"),  # Greek Τ and ο
        ("COFFEE", "СОFFEE"),  # Cyrillic С and О
        ("Hugo", "Нugo"),  # Cyrillic Н
        ("paypal", "раураl"),  # Cyrillic
        ("AMY", "ᎪᎷᎽ"),  # Cherokee
        ("Paul", "𝓟𝓪𝓾𝓵"),  # mathematical
        ("Ann", "Ａｎｎ"),  # fullwidth
        ("kim", "ᴋɪᴍ"),  # small capitals
        ("ada", "ɑdɑ"),  # IPA
        ("ox", "օх"),  # Armenian and Cyrillic
        ("LISA", "ꓡꓲꓢꓮ"),  # Lisu
        ("Oli", "0l1"),
        ("Bill", "BiII"),
        ("I", "Ⅰ"),  # Roman numeral
        ("νικος", "ΝΙΚΟΣ"),
        ("Иван", "ИВАН"),
        ("Νικος", "Nikoς"),
    ],
)
def test_a_name_that_looks_like_another_is_numbered(there: str, comes: str) -> None:
    """What broke: Ν and Ζ of Greek, Cherokee, Lisu and small capitals passed beside the Latin name they look like."""
    assert unique(comes, [there]) == f"{comes} 2"
    assert unique(there, [comes]) == f"{there} 2"


@pytest.mark.parametrize(
    ("there", "comes"),
    [("민지", "민자"), ("Mina", "Nina"), ("Иван", "Ирина"), ("한글", "한굴"), ("1호", "2호")],
)
def test_names_that_differ_stay_as_they_are(there: str, comes: str) -> None:
    assert unique(comes, [there]) == comes


def test_hangul_is_untouched() -> None:
    for code in range(0xAC00, 0xD7A4):
        assert looks_of(chr(code)) == {chr(code)}


def test_a_lone_surrogate_and_its_sign_are_no_name() -> None:
    assert clean_name("a\ufffdb") is None
    assert clean_name("\ud800") is None


def test_what_something_looks_like_is_itself_latin_or_what_it_was() -> None:
    """Looking twice makes no difference, so two names never differ by how often they were folded."""
    for code in range(0x20, 0x30000):
        if unicodedata.category(chr(code)) in {"Lu", "Ll", "Lo", "Nd"}:
            for look in looks_of(chr(code)):
                assert look in looks_of(look), f"U+{code:04X}"
