"""Which of two copies of a room continues from the other, told by their entries; pure."""

from __future__ import annotations

from enum import Enum, auto

from paddock.domain.events import Entry
from paddock.stores.whole import WholeRoom


class Ancestry(Enum):
    """The relation of the copy in Redis to the copy of this node."""

    LEVEL = auto()
    """It has every entry of ours, or more."""
    OLDER = auto()
    """Ours continues from it, and has every entry in between."""
    LOST = auto()
    """It is gone, or so old that entries in between are lost."""
    FORKED = auto()
    """Both continued from a common entry, each by itself."""
    ANOTHER = auto()
    """It is another, later room of the same code."""


def compare(ours: WholeRoom, theirs: WholeRoom | None, base: int | None) -> Ancestry:
    """Compare our copy with the copy in Redis; `base` is the version in Redis that ours continued from, if known.

    An entry that is equal in both proves that all entries before it are equal.
    """
    if theirs is None or theirs.place < ours.place:
        return Ancestry.LOST
    if theirs.place > ours.place:
        return Ancestry.ANOTHER
    if theirs.version < ours.version:
        if theirs.version < ours.first or (theirs.version == ours.first and not ours.entries):
            return Ancestry.LOST if base is not None and theirs.version <= base else Ancestry.FORKED
        known = entry_at(ours, theirs.version)
        there = entry_at(theirs, theirs.version)
        if known is None or there is None:
            return Ancestry.OLDER if base is None or theirs.version <= base else Ancestry.FORKED
        return Ancestry.OLDER if known == there else Ancestry.FORKED
    known, there = entry_at(ours, ours.version), entry_at(theirs, ours.version)
    if known is None or there is None:
        return Ancestry.LEVEL if base is None or ours.version <= base else Ancestry.FORKED
    return Ancestry.LEVEL if known == there else Ancestry.FORKED


def entry_at(room: WholeRoom, version: int) -> Entry | None:
    """Return the entry of a version, or None if the copy does not have it."""
    place = version - room.first - 1
    return room.entries[place] if 0 <= place < len(room.entries) else None
