"""Names and texts that people type: what may be shown, how long it may be, and when two names look alike; no markup.

Lengths count extended grapheme clusters (UAX 29), what a person calls a character; the `regex` library knows them, the
standard library does not.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from typing import Final

import regex

NAME_GRAPHEMES: Final = 20

_GRAPHEME: Final = regex.compile(r"\X")
_FILLERS: Final = frozenset("\u115f\u1160\u3164\uffa0")
"""Hangul fillers: letters by category, invisible on screen."""
_JOINER: Final = "\u200d"
_VARIATION: Final = "\ufe0f"
_MARKS_IN_A_ROW: Final = 2
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories that do not show: controls, formats (bidi and zero-width among them), surrogates, unassigned."""
_TAGS: Final = range(0xE0020, 0xE0080)
"""Tag characters, which spell the flags of England, Scotland and Wales; allowed only inside an emoji."""

_LOOKALIKES: Final = str.maketrans(
    {
        "0": "o", "1": "l", "|": "l", "i": "l", "5": "s", "$": "s", "@": "a",
        "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "l", "ѕ": "s", "ј": "j", "к": "k",
        "м": "m", "т": "t", "н": "h", "в": "b",
        "α": "a", "ο": "o", "ρ": "p", "ν": "v", "ε": "e", "ι": "l", "κ": "k", "τ": "t", "υ": "y", "χ": "x",
    }
)  # fmt: skip
"""Letters that pass for one another at arm's length: digits, Cyrillic and Greek in the place of Latin."""


def graphemes(text: str) -> int:
    """Count the characters of a text as a person would."""
    return len(_GRAPHEME.findall(text))


def clean_line(text: str, most: int) -> str | None:
    """Give a text of one line as it will be shown: NFC, white space folded; None when it cannot be.

    It cannot when it is empty, longer than `most` graphemes, or holds characters that do not show or pile up.
    """
    return _clean(" ".join(text.split()), most)


def clean_block(text: str, most: int) -> str | None:
    """Give a text of several lines as it will be shown, the empty text included; None when it cannot be."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    shown = [_clean(line, most) if line else "" for line in lines]
    if any(line is None for line in shown):
        return None
    block = "\n".join(line for line in shown if line is not None).strip("\n")
    return block if graphemes(block) <= most else None


def clean_name(text: str) -> str | None:
    """Give a nickname as it will be shown, 1 to `NAME_GRAPHEMES` graphemes; None when it cannot be."""
    return clean_line(text, NAME_GRAPHEMES)


def fold(name: str) -> str:
    """Give what a name looks like: equal for names that people would take for one another."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    bare = "".join(character for character in folded if not unicodedata.combining(character))
    return unicodedata.normalize("NFC", bare.replace(" ", "").translate(_LOOKALIKES))


def unique(name: str, taken: Collection[str]) -> str:
    """Give the name itself, or with the lowest number from 2 that makes it look like none of the taken ones.

    The name is shortened as far as the number needs.
    """
    looks = {fold(other) for other in taken}
    if fold(name) not in looks:
        return name
    number = 2
    while True:
        suffix = f" {number}"
        kept = "".join(_GRAPHEME.findall(name)[: NAME_GRAPHEMES - len(suffix)])
        candidate = kept.rstrip() + suffix
        if fold(candidate) not in looks:
            return candidate
        number += 1


def _clean(line: str, most: int) -> str | None:
    if not line or any("\ud800" <= character <= "\udfff" for character in line):
        return None
    text = unicodedata.normalize("NFC", line)
    clusters = _GRAPHEME.findall(text)
    if len(clusters) > most or not all(_shows(cluster) for cluster in clusters):
        return None
    return text


def _shows(cluster: str) -> bool:
    """Say whether a grapheme cluster shows as one character: nothing hidden but inside an emoji, no piles of marks."""
    marks = 0
    emoji = _is_emoji(cluster)
    for character in cluster:
        category = unicodedata.category(character)
        if character in _FILLERS:
            return False
        if character == _JOINER or ord(character) in _TAGS:
            if not emoji or character == cluster[-1] == _JOINER:
                return False
            continue
        if category in _HIDDEN:
            return False
        if category in {"Mn", "Me"} and character != _VARIATION:
            marks += 1
    return marks <= _MARKS_IN_A_ROW and not _is_bare_mark(cluster)


def _is_emoji(cluster: str) -> bool:
    return regex.match(r"[\p{Extended_Pictographic}\p{Regional_Indicator}]", cluster) is not None


def _is_bare_mark(cluster: str) -> bool:
    return unicodedata.category(cluster[0]) in {"Mn", "Me"}
