"""How two copies of a room stand to each other: whose history goes on from whose; pure."""

from __future__ import annotations

from enum import Enum, auto

from paddock.domain.events import Entry
from paddock.stores.whole import WholeRoom


class Relation(Enum):
    """What the shared copy is to ours."""

    LEVEL = auto()
    """It has all that ours has, or more."""
    OLDER = auto()
    """Ours goes on from it, and has every entry in between."""
    LOST = auto()
    """It is gone, or so old that entries in between cannot be given."""
    FORKED = auto()
    """Both went on, each by itself."""
    ANOTHER = auto()
    """It is another, later room of the same code."""


def relate(ours: WholeRoom, theirs: WholeRoom | None, base: int | None) -> Relation:
    """Compare our copy with the shared one. `base` is the shared version that ours went on from, if that is known.

    An entry that is the same in both shows that everything before it is the same.
    """
    if theirs is None or theirs.place < ours.place:
        return Relation.LOST
    if theirs.place > ours.place:
        return Relation.ANOTHER
    if theirs.version < ours.version:
        if theirs.version < ours.first or (theirs.version == ours.first and not ours.entries):
            return Relation.LOST if base is not None and theirs.version <= base else Relation.FORKED
        known = entry_at(ours, theirs.version)
        there = entry_at(theirs, theirs.version)
        if known is None or there is None:
            return Relation.OLDER if base is None or theirs.version <= base else Relation.FORKED
        return Relation.OLDER if known == there else Relation.FORKED
    known, there = entry_at(ours, ours.version), entry_at(theirs, ours.version)
    if known is None or there is None:
        return Relation.LEVEL if base is None or ours.version <= base else Relation.FORKED
    return Relation.LEVEL if known == there else Relation.FORKED


def entry_at(room: WholeRoom, version: int) -> Entry | None:
    """Give the entry of a version, or None when it is not there any more."""
    place = version - room.first - 1
    return room.entries[place] if 0 <= place < len(room.entries) else None
