"""The source of ids, codes and dice: the random generator of the operating system, in one class that tests replace."""

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


class RandomSource:
    """Draws codes, ids, secret roots, jitter, and the dice for lineups.

    Args:
        stable: all kinds of racers that a lineup is drawn from.
    """

    def __init__(self, stable: tuple[Kind, ...]) -> None:
        self._stable = stable

    def room_code(self, *, secret: bool = False) -> RoomId:
        """Return a room code, a longer one for a secret room; the store decides whether it is free."""
        return RoomId(_word(CODE_ALPHABET, SECRET_CODE_LETTERS if secret else CODE_LETTERS))

    def player_id(self) -> PlayerId:
        """Return a player id, which is unique in a room with near certainty (36 ** 10 values)."""
        return PlayerId(_word(_PLAIN, 10))

    def profile_id(self) -> ProfileId:
        """Return the id of a person over all rooms, which is unique with near certainty (36 ** 12 values)."""
        return ProfileId(_word(_PLAIN, 12))

    def transfer_code(self) -> str:
        """Return a one-time code of 40 bits to type on another device, for example `K7AB-2CDE`.

        So few bits are enough only because a code is valid for minutes, and because guesses are limited.
        """
        letters = _word(CODE_ALPHABET, 8)
        return f"{letters[:4]}-{letters[4:]}"

    def jitter(self) -> float:
        """Return a number of at least 0 and less than 1, to spread retries over time."""
        return secrets.randbits(32) / 2**32

    def gate(self) -> Gate:
        """Return the dice for a lineup."""
        return Gate(secrets.token_bytes(32), self._stable)

    def fresh(self) -> Fresh:
        """Return the race id, the root and the dice of a new round."""
        return Fresh(RaceId(_word(_PLAIN, 16)), Seed(secrets.token_bytes(32)), self.gate())


def _word(alphabet: str, letters: int) -> str:
    """Return a uniformly drawn word; one call to the operating system draws all of its letters."""
    number = secrets.randbelow(len(alphabet) ** letters)
    drawn: list[str] = []
    for _ in range(letters):
        number, letter = divmod(number, len(alphabet))
        drawn.append(alphabet[letter])
    return "".join(drawn)
