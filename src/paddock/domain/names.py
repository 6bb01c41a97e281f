"""Names and texts that people type: what may be shown, how long it may be, and when two names look alike; no markup.

Lengths count extended grapheme clusters (UAX 29), what a person calls a character; the `regex` library knows them, the
standard library does not.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from typing import Final

import regex

from paddock.domain.lookalikes import folded, looks_of

NAME_GRAPHEMES: Final = 20

_GRAPHEME: Final = regex.compile(r"\X")
_PLAIN: Final = regex.compile(r"[ -~ㄱ-ㅣ가-힣]+")
"""What nearly everything is written in: here a character is a grapheme, shows, and is composed already."""
_ONE_EMOJI: Final = r"\p{Extended_Pictographic}[\uFE0E\uFE0F]?\p{Emoji_Modifier}?"
_FLAGS_BY_TAGS: Final = "|".join(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in region) + "\U000e007f"
    for region in ("gbeng", "gbsct", "gbwls")
)
_EMOJI: Final = regex.compile(
    rf"{_FLAGS_BY_TAGS}|{_ONE_EMOJI}(?:\u200D{_ONE_EMOJI}){{0,3}}|\p{{Regional_Indicator}}{{1,2}}|[0-9#*]\uFE0F?\u20E3"
)
"""The emoji there are, not whatever can be joined: families have four, a flag two letters, a key cap one digit."""
_HIDDEN: Final = regex.compile(r"[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\uFFFD]")
"""What does not show: controls, formats (bidi among them), surrogates, fillers, joiners, the blank of Braille, and the
sign for what could not be read.

The categories are those of the `regex` library, because Python's own know no emoji that is younger than Python.
"""
_PILE: Final = regex.compile(r"[\p{Mn}\p{Me}]{3}|^[ \p{M}].+|^\p{M}", regex.DOTALL)
"""Three marks in a row, or one that stands on nothing."""
_LONGEST: Final = 12
"""Code points of one grapheme that is no emoji; without end, one would do to write over the whole page."""
_STYLES: Final = frozenset("\ufe0e\ufe0f")
"""Choose between the plain and the coloured form of an emoji."""


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


def fold(text: str) -> str:
    """Give what to search for instead of a text: the same for texts that differ in case, marks, and look-alikes."""
    return folded(_packed(text))


def unique(name: str, taken: Collection[str]) -> str:
    """Give the name itself, or with the lowest number from 2 that makes it look like none of the taken ones.

    The name is shortened as far as the number needs.
    """
    looks = {look for other in taken for look in looks_of(_packed(other))}
    if looks.isdisjoint(looks_of(_packed(name))):
        return name
    number = 2
    while True:
        suffix = f" {number}"
        kept = "".join(_GRAPHEME.findall(name)[: NAME_GRAPHEMES - len(suffix)])
        candidate = kept.rstrip() + suffix
        if looks.isdisjoint(looks_of(_packed(candidate))):
            return candidate
        number += 1


def _packed(text: str) -> str:
    """Give a text without what is easily overlooked: spaces, and the style of an emoji."""
    return "".join(character for character in text if character != " " and character not in _STYLES)


def _clean(line: str, most: int) -> str | None:
    if _PLAIN.fullmatch(line):
        return line if len(line) <= most else None
    if not line:
        return None
    text = unicodedata.normalize("NFC", line)
    clusters = _GRAPHEME.findall(text)
    if len(clusters) > most or not all(_shows(cluster) for cluster in clusters):
        return None
    return text


def _shows(cluster: str) -> bool:
    """Say whether a grapheme cluster shows as one character: an emoji, or nothing hidden and no pile of marks."""
    if _EMOJI.fullmatch(cluster):
        return True
    return len(cluster) <= _LONGEST and not _HIDDEN.search(cluster) and not _PILE.search(cluster)
