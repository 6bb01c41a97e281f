"""What people may be called and what they may write: shown as typed, told apart, and never more than it looks."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.plays import ARA, BORA, DOHA, JUN, MINA, Play

from paddock.domain import commands as c
from paddock.domain.names import NAME_GRAPHEMES, clean_block, clean_line, clean_name, fold, graphemes, unique
from paddock.domain.refusals import Refusal

FAMILY = "👨‍👩‍👧‍👦"
SCOTLAND = "🏴󠁧󠁢󠁳󠁣󠁴󠁿"


@pytest.mark.parametrize(
    "name",
    [
        "Jun",
        "호랑이",
        "ㅋㅋㅋ",
        "ㅏ",
        "ᄒ",
        "꼴찌 1호",
        "Zoë",
        "Nguyễn Thị",
        "ไทยแลนด์",
        "हिन्दी",
        "🐎",
        "👋🏽",
        "❤️",
        "❤️‍🔥",
        "👩🏻‍❤️‍💋‍👩🏻",
        FAMILY,
        "🏳️‍🌈",
        "🇰🇷",
        SCOTLAND,
        "1️⃣",
        "<b>x</b>",
        "O'Neil; DROP TABLE",
        "__proto__",
        "constructor",
        "0",
    ],
)
def test_a_name_is_shown_as_typed(name: str) -> None:
    assert clean_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "nothing"),
        (" \t\u3000\u00a0", "white space alone"),
        ("a" * (NAME_GRAPHEMES + 1), "too long"),
        ("Jun\x00", "a control"),
        ("Jun\u200b", "a zero-width space"),
        ("J\u200du\u200dn", "joiners between letters"),
        ("\u202eJun", "a right-to-left override"),
        ("Jun\u2066", "an isolate"),
        ("\u061cJun", "an Arabic mark of direction"),
        ("Jun\ufeff", "a byte order mark"),
        ("J\u00adun", "a soft hyphen"),
        ("\u3164", "a Hangul filler"),
        ("\uffa0Jun", "a half-width Hangul filler"),
        ("\u115f", "a leading filler"),
        ("호\u1160랑이", "a vowel filler"),
        ("\u2800", "the blank of Braille"),
        ("Z\u0300\u0301\u0302", "a pile of marks"),
        ("ก\u0e49\u0e49\u0e49\u0e49", "a pile of Thai tones"),
        ("\u0301Jun", "a mark on nothing"),
        ("Jun \u0301", "a mark on a space"),
        ("\ue000", "a private character"),
        ("\ud83d", "half a character"),
        ("Jun\udfff", "the other half"),
        ("\U000e0067Jun", "a tag outside of a flag"),
        ("🐎\u200d", "a joiner that joins nothing"),
    ],
)
def test_a_name_that_hides_something_is_refused(name: str, why: str) -> None:
    assert clean_name(name) is None, why


def test_a_name_is_one_line_of_composed_characters() -> None:
    assert clean_name("  Jun\n\t Kim\u3000") == "Jun Kim"
    assert clean_name("e\u0301") == "é"
    assert clean_name(unicodedata.normalize("NFD", "호랑이")) == "호랑이"


def test_the_length_counts_what_a_person_would_count() -> None:
    assert graphemes(FAMILY + SCOTLAND + "호랑이") == 5
    assert clean_name(FAMILY * NAME_GRAPHEMES) is not None
    assert clean_name("각" * NAME_GRAPHEMES) is not None
    assert clean_name("각" * (NAME_GRAPHEMES + 1)) is None


@pytest.mark.parametrize("name", ["Tiger\ufe0f", "T\u034figer", "Tiger\U000e0101", "Tiger\u180b", "Ti\u17b4ger"])
def test_no_name_is_an_invisible_copy_of_another(name: str) -> None:
    """Variation selectors are marks by category: they once passed, and did not fold away."""
    assert clean_name(name) is None


def test_no_grapheme_goes_on_for_ever() -> None:
    """Joined emoji and piled-up jamo are one grapheme however many there are: a name could once fill the page."""
    assert clean_name("👩" + "\u200d👩" * 20) is None
    assert clean_name("ᄀ" * 12) is not None
    assert clean_name("ᄀ" * 13) is None
    assert clean_name("🐎" + "\ufe0f" * 3) is None
    assert clean_name("🐎\U000e0067\U000e007f") is None


def test_emoji_younger_than_python_are_shown() -> None:
    """Python 3.11 does not know the emoji of 2022 and later, which phones have: they were refused as unassigned."""
    assert clean_name("\U0001fae8") == "\U0001fae8"
    assert clean_line("\U0001fae9\U0001fac6", 200) is not None


def test_a_text_of_several_lines_keeps_them() -> None:
    assert clean_block("\n 라떼  금지 \r\n\n한 잔씩\n", 500) == "라떼 금지\n\n한 잔씩"
    assert clean_block("", 500) == ""
    assert clean_block("a\nb\u202ec", 500) is None
    assert clean_block("\n".join("ab"), 2) is None
    assert clean_block("a" * 500, 500) == "a" * 500
    assert clean_block("a" * 501, 500) is None
    assert clean_block("ab\n" * 2, 5) == "ab\nab"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tiger", "tiger"),
        ("Tiger", "T1ger"),
        ("Tiger", "Тigеr"),
        ("Tiger", "Ti ger"),
        ("Tiger", "Ｔｉｇｅｒ"),
        ("Tiger", "Tigér"),
        ("Tiger", "Tıger"),
        ("lO0", "1oo"),
        ("❤️", "❤"),
        ("호랑이", unicodedata.normalize("NFD", "호랑이")),
    ],
)
def test_names_that_look_alike_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_names_that_differ_do_not_fold_to_one() -> None:
    assert len({fold(name) for name in ("호랑이", "호랑", "Tiger", "Tiger 2", "Tigger", "🐎", "🐴", "가", "각")}) == 9


def test_a_taken_name_gets_the_lowest_number_that_is_free() -> None:
    assert unique("Tiger", []) == "Tiger"
    assert unique("Tiger", ["tiger"]) == "Tiger 2"
    assert unique("TIGER", ["tiger", "T1ger 2"]) == "TIGER 3"
    assert unique("Tiger", [f"Tiger {number}" for number in range(2, 12)] + ["Tiger"]) == "Tiger 12"


def test_a_long_name_makes_room_for_its_number() -> None:
    full = NAME_GRAPHEMES
    assert unique("a" * full, ["a" * full]) == "a" * (full - 2) + " 2"
    assert unique(FAMILY * full, [FAMILY * full]) == FAMILY * (full - 2) + " 2"
    assert unique("a" * (full - 3) + " bc", ["a" * (full - 3) + " bc"]) == "a" * (full - 3) + " 2"


@given(st.lists(st.text(min_size=1, max_size=30), max_size=6))
def test_whatever_people_type_names_are_short_stable_and_apart(typed: list[str]) -> None:
    taken: list[str] = []
    for text in typed:
        name = clean_name(text)
        if name is None:
            continue
        assert clean_name(name) == name
        shown = unique(name, taken)
        assert 1 <= graphemes(shown) <= NAME_GRAPHEMES
        assert clean_name(shown) == shown
        assert fold(shown) not in {fold(other) for other in taken}
        taken.append(shown)


@given(st.text(st.sampled_from("aZ0 ~<&가힣각ㄱㅎㅏㅣ"), min_size=1, max_size=25))
def test_what_nearly_everything_is_written_in_needs_no_second_look(text: str) -> None:
    line = " ".join(text.split())
    assert unicodedata.normalize("NFC", line) == line
    assert graphemes(line) == len(line)
    assert (clean_name(text) is not None) == (1 <= len(line) <= NAME_GRAPHEMES)


# In a room.


def test_a_stranger_who_types_the_hosts_name_is_not_the_host() -> None:
    """Lesson of the predecessor: a stranger typing the host's name became host."""
    play = Play.opened("Mina")
    play.joins("Jun", shown="Mina")
    assert play.names() == {MINA: "Mina", JUN: "Mina 2"}
    assert play.room.host == MINA
    play.refuses(c.StartRace(JUN), Refusal.NOT_HOST)


def test_a_name_is_text_whatever_it_looks_like() -> None:
    """Lesson of the predecessor: nicknames went into the page as HTML. Here they are kept as typed, for text nodes."""
    play = Play.opened("Mina")
    play.joins("Jun", shown="<img src=x>")
    assert play.names()[JUN] == "<img src=x>"


def test_three_tigers_are_three_people() -> None:
    play = Play.opened("Mina")
    for name in ("Jun", "Ara", "Bora"):
        play.joins(name, shown="Tiger")
    assert list(play.names().values())[1:] == ["Tiger", "Tiger 2", "Tiger 3"]
    play.does(c.LeaveRoom(ARA))
    play.joins("Doha", shown="T1GER")
    assert play.names()[DOHA] == "T1GER 2"


def test_a_name_that_hides_something_does_not_come_in() -> None:
    play = Play.opened("Mina", "Jun")
    play.refuses(c.RenamePlayer(JUN, "J\u200bun"), Refusal.BAD_NAME)
    member = play.room.members[JUN]
    play.does(c.LeaveRoom(JUN))
    play.refuses(c.JoinRoom(BORA, "\u3164", member.keys), Refusal.BAD_NAME)


def test_taking_ones_own_name_again_changes_nothing() -> None:
    play = Play.opened("Mina", "Jun")
    assert play.does(c.RenamePlayer(JUN, " Jun ")) == ()
    play.does(c.RenamePlayer(JUN, "JUN"))
    assert play.names()[JUN] == "JUN"
    play.does(c.RenamePlayer(JUN, "mina"))
    assert play.names()[JUN] == "mina 2"
