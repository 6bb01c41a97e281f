"""Which texts contain a word: for each letter, the rooms whose text has it. It knows nothing of the room list's order.

A search looks at the rooms that have the rarest letters of the word, and at no others. The index is kept by letters and
not by pairs of letters, because there are few letters, so that nobody can fill the memory with odd titles: it takes
one entry for each different letter of each room.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Final

from paddock.domain.ids import RoomId

SETS: Final = 3
"""Letters whose rooms are intersected; with more, intersecting costs more than the texts that it saves."""
_NONE: Final[Set[RoomId]] = frozenset()


class TextIndex:
    """The texts of rooms, by the letters in them."""

    def __init__(self) -> None:
        self._texts: dict[RoomId, str] = {}
        self._with: dict[str, set[RoomId]] = {}

    def text(self, room: RoomId) -> str:
        """Return the text of a room; empty when it has none."""
        return self._texts.get(room, "")

    def put(self, room: RoomId, text: str) -> None:
        """Set the text of a room; empty for none."""
        before, after = set(self.text(room)), set(text)
        for letter in before - after:
            rooms = self._with[letter]
            rooms.discard(room)
            if not rooms:
                del self._with[letter]
        for letter in after - before:
            self._with.setdefault(letter, set()).add(room)
        if text:
            self._texts[room] = text
        else:
            self._texts.pop(room, None)

    def cost(self, word: str) -> int:
        """Return how many texts a search for a word looks at, at most."""
        return min((len(self._with.get(letter, _NONE)) for letter in set(word)), default=0)

    def candidates(self, word: str) -> Set[RoomId]:
        """Return rooms among which all are whose text contains a word; for a single letter exactly those."""
        sets = sorted((self._with.get(letter, _NONE) for letter in set(word)), key=len)
        found = sets[0]
        for rooms in sets[1:SETS]:
            if 4 * len(rooms) < 3 * len(self._texts):  # one that nearly all rooms are in saves nothing
                found = found & rooms
        return found

    def matching(self, word: str, rooms: Iterable[RoomId]) -> set[RoomId]:
        """Return those of some rooms whose text contains a word."""
        texts = self._texts
        return {room for room in rooms if room in texts and word in texts[room]}

    def find(self, word: str) -> Set[RoomId]:
        """Return the rooms whose text contains a word, which is not empty."""
        found = self.candidates(word)
        return found if len(word) == 1 else self.matching(word, found)
