"""Which store has the newest state of a room, and who may change it there; pure.

Every method of the failover store matches on these types, so each combination is decided here and nowhere else. Which
node may change a room that is not in the local store is decided by its home (`paddock.domain.home`):

=====================  ======================================  =============================================
mode                   reads                                   changes
=====================  ======================================  =============================================
`Shared(SETTLED)`      Redis                                   Redis; decided on the replica (`known`)
`Shared(RECONCILING)`  Redis                                   Redis; decided on what Redis has
`Shared(GRACE_PERIOD)` Redis; a missing room is "unavailable"  Redis, on the home node; else `NotHome`
`Local`                the local store                         the local store
`Moving`               wait until the move has ended           wait until the move has ended
`Offline`              the replica; without one `NotHome`      the local store, on the home node; else `NotHome`
=====================  ======================================  =============================================
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class RecoveryPhase(Enum):
    """How far a node with a working Redis is from normal operation."""

    SETTLED = auto()
    """Every room is in Redis, except the isolated ones."""
    RECONCILING = auto()
    """This node is still writing isolated rooms back; other nodes have had the time to write theirs."""
    GRACE_PERIOD = auto()
    """Redis is back, or was emptied: any node may be about to write back a newer copy of a room."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Redis has the newest state."""

    phase: RecoveryPhase


@dataclass(frozen=True, slots=True)
class Local:
    """The room is isolated: the local store of this node has its newest state."""


@dataclass(frozen=True, slots=True)
class Moving:
    """The room is being moved between the local store and Redis."""


@dataclass(frozen=True, slots=True)
class Offline:
    """Redis is unavailable, and the room is not isolated here."""


NodeMode = Shared | Offline
"""What applies to everything that belongs to no isolated room."""
StoredMode = NodeMode | Local
"""Where the newest state of a room is, whether or not it is being moved."""
RoomMode = StoredMode | Moving
"""How a room is read and changed."""

_SHARED: Final = {phase: Shared(phase) for phase in RecoveryPhase}
_LOCAL, _MOVING, _OFFLINE = Local(), Moving(), Offline()


def node_mode(*, is_available: bool, is_degraded: bool, in_grace_period: bool) -> NodeMode:
    """Return the mode of a node; it is degraded until every room that went on here is back in Redis."""
    if not is_available:
        return _OFFLINE
    if in_grace_period:
        return _SHARED[RecoveryPhase.GRACE_PERIOD]
    return _SHARED[RecoveryPhase.RECONCILING if is_degraded else RecoveryPhase.SETTLED]


def stored_mode(node: NodeMode, *, is_isolated: bool) -> StoredMode:
    """Return where a room's newest state is."""
    return _LOCAL if is_isolated else node


def room_mode(node: NodeMode, *, is_isolated: bool, is_moving: bool) -> RoomMode:
    """Return how a room is read and changed; a move comes first, because its end changes where the room is."""
    return _MOVING if is_moving else stored_mode(node, is_isolated=is_isolated)
