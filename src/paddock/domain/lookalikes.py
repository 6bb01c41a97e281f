"""Letters that pass for Latin ones at arm's length: tables, and what a text looks like by them; no rules about names.

The pairs follow the Unicode Consortium's list of confusable characters (UTS #39, `confusables.txt`) for whole letters
of the scripts below, written down by hand; compatibility forms (fullwidth, mathematical, circled, Roman numerals) need
none, because Unicode itself decomposes them. Hangul is touched by nothing here.
"""

from __future__ import annotations

import unicodedata
from typing import Final


def _table(*pairs: tuple[str, str]) -> dict[int, str]:
    table: dict[int, str] = {}
    for foreign, latin in pairs:
        if len(foreign) != len(latin):
            raise ValueError(f"{foreign} and {latin} are not of one length")
        table |= {ord(letter): other for letter, other in zip(foreign, latin, strict=True)}
    return table


_CAPITALS: Final = _table(
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϺϳ", "abezhlkmnoptyxcmj"),  # Greek
    ("АВЕЅІЈКМНОРСТУХҮҺԌԚԜӀЗ", "abesljkmhopctyxyhgqwl3"),  # Cyrillic
    ("ՍՕՏԼ", "uosl"),  # Armenian
)
"""Capitals whose small letters look like something else, or like nothing: Ν is N, and ν is v."""

_SMALL: Final = _table(
    ("01|iı5$@", "ollllssa"),
    ("ɑɡɩøłđħƅ", "agloldhb"),  # Latin
    ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghljklmnoprstuvwyz"),  # Latin, small capitals
    ("αβγειικνορτυχσϲωηϳ", "abyellkvoptyxocwnj"),  # Greek
    ("авгекмнорстухіѕјһԁԛԝҽӏүьѵґ", "abrekmhopctyxlsjhdqwelybvr"),  # Cyrillic
    ("օսոհցզքլյ", "ounhgqplj"),  # Armenian
    ("ⲁⲃⲉⲏⲓⲕⲙⲛⲟⲣⲥⲧⲩⲭ", "abehlkmnopctyx"),  # Coptic
    ("ᎠᎡᎢᎥᎪᎫᎬᎳᎷᎻᎽᏀᏃᏏᏒᏔᏕᏙᏚᏞᏟᏢᏦᏴᏂᏎᏤᏫ", "drtlajewmhygzbrwsvslcpkbh4vo"),  # Cherokee
    ("ꓐꓑꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ", "bpdtgkjczfmnlsrvhwxyaelou"),  # Lisu
)


def folded(text: str) -> str:
    """Return a text in small letters without marks, its letters those that they look like when they are small."""
    return _small(_bare(text))


def looks_of(text: str) -> frozenset[str]:
    """Return what a text looks like, its capitals taken as capitals or as small letters: texts that share one clash."""
    bare = _bare(text)
    return frozenset((_small(bare), _small(bare.translate(_CAPITALS))))


def _small(text: str) -> str:
    # Twice, as a letter may look like one that looks like another: the Cherokee i like i, and i like l.
    return unicodedata.normalize("NFC", text.casefold().translate(_SMALL).translate(_SMALL))


def _bare(text: str) -> str:
    """Return a text without marks, in letters that are decomposed as far as they can be."""
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
