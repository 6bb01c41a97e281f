"""How older snapshots become new ones: one pure function per schema, on the decoded mapping; it knows no storage.

A change of `Room` (or anything in it) that older snapshots do not decode into raises `SCHEMA` by one and adds the
function that leads there to `UPGRADES`, under the schema it starts from. A field with a default needs neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

SCHEMA: Final = 2
"""The schema that snapshots are written with."""

Upgrade = Callable[[dict[str, object]], dict[str, object]]
"""Takes a room as decoded JSON of one schema and gives it in the next; it may change the mapping it was given."""


def know_devices(snapshot: dict[str, object]) -> dict[str, object]:
    """Lead from schema 1 to 2: a heat knows its players' devices; those who have left by now stay without a profile."""
    match snapshot:
        case {"members": dict(members), "phase": dict(phase)}:
            holder = phase.get("heat", phase if phase["type"] == "podium" else None)
            if isinstance(holder, dict):
                holder["devices"] = {player: member["keys"]["device"] for player, member in members.items()}
        case _:
            pass
    return snapshot


UPGRADES: Final[Mapping[int, Upgrade]] = {1: know_devices}
"""By the schema an upgrade starts from; schema 1 is the first one released."""


def upgrade(snapshot: dict[str, object], schema: int, upgrades: Mapping[int, Upgrade] = UPGRADES) -> dict[str, object]:
    """Lead a decoded snapshot from `schema` to `SCHEMA`, step by step.

    Raises:
        LookupError: no upgrade starts from a schema on the way.
    """
    for step in range(schema, SCHEMA):
        if step not in upgrades:
            raise LookupError(f"no upgrade leads on from snapshot schema {step}")
        snapshot = upgrades[step](snapshot)
    return snapshot
