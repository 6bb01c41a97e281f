"""Where ids and dice come from: the operating system's random source, behind one small class that tests replace."""

from __future__ import annotations

import secrets
from typing import Final

from paddock.archive.contract import ProfileId
from paddock.domain.commands import Fresh, Gate
from paddock.domain.ids import (
    CODE_ALPHABET,
    CODE_LETTERS,
    SECRET_CODE_LETTERS,
    Kind,
    PlayerId,
    RaceId,
    RoomId,
    Seed,
)

_PLAIN: Final = "abcdefghijklmnopqrstuvwxyz0123456789"


class Chance:
    """Makes codes, ids, secret roots and the dice for lineups."""

    def __init__(self, stable: tuple[Kind, ...]) -> None:
        self._stable = stable

    def code(self, *, secret: bool = False) -> RoomId:
        """Make a room code, a longer one if it is to be a secret; whether it is free, the store says."""
        return RoomId(_word(CODE_ALPHABET, SECRET_CODE_LETTERS if secret else CODE_LETTERS))

    def player(self) -> PlayerId:
        """Make a player id, unique in a room for all practical purposes (36 ** 10)."""
        return PlayerId(_word(_PLAIN, 10))

    def profile(self) -> ProfileId:
        """Make the name of a person over all rooms, unique for all practical purposes (36 ** 12)."""
        return ProfileId(_word(_PLAIN, 12))

    def move(self) -> str:
        """Make a one-time code that people can type: 40 bits as `K7AB-2CDE`, good for minutes and a few guesses."""
        letters = _word(CODE_ALPHABET, 8)
        return f"{letters[:4]}-{letters[4:]}"

    def share(self) -> float:
        """Give a number from 0 to 1, for jitter."""
        return secrets.randbits(32) / 2**32

    def gate(self) -> Gate:
        """Make dice for a lineup."""
        return Gate(secrets.token_bytes(32), self._stable)

    def fresh(self) -> Fresh:
        """Make everything a new round needs."""
        return Fresh(RaceId(_word(_PLAIN, 16)), Seed(secrets.token_bytes(32)), self.gate())


def _word(alphabet: str, letters: int) -> str:
    """Draw a word, each as likely as any other, with one question to the system instead of one per letter."""
    number = secrets.randbelow(len(alphabet) ** letters)
    drawn: list[str] = []
    for _ in range(letters):
        number, letter = divmod(number, len(alphabet))
        drawn.append(alphabet[letter])
    return "".join(drawn)
