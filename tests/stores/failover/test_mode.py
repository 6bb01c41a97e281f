"""Which store has the newest state of a room: every combination of what is known of Redis and of the room."""

from __future__ import annotations

from itertools import product

import pytest

from paddock.stores.failover.mode import (
    Local,
    Moving,
    NodeMode,
    Offline,
    RecoveryPhase,
    RoomMode,
    Shared,
    node_mode,
    room_mode,
    stored_mode,
)

SETTLED, RECONCILING, GRACE_PERIOD = (
    Shared(phase) for phase in (RecoveryPhase.SETTLED, RecoveryPhase.RECONCILING, RecoveryPhase.GRACE_PERIOD)
)
NODE_MODES: list[NodeMode] = [SETTLED, RECONCILING, GRACE_PERIOD, Offline()]


@pytest.mark.parametrize(
    ("is_available", "is_degraded", "in_grace_period", "mode"),
    [
        (True, False, False, SETTLED),
        (True, False, True, GRACE_PERIOD),  # Redis was emptied, or all rooms of this node are back already
        (True, True, False, RECONCILING),
        (True, True, True, GRACE_PERIOD),
        (False, False, False, Offline()),  # the controller has not seen it yet
        (False, False, True, Offline()),
        (False, True, False, Offline()),
        (False, True, True, Offline()),
    ],
)
def test_the_mode_of_a_node(is_available: bool, is_degraded: bool, in_grace_period: bool, mode: NodeMode) -> None:
    assert node_mode(is_available=is_available, is_degraded=is_degraded, in_grace_period=in_grace_period) == mode


@pytest.mark.parametrize(
    ("node", "is_isolated", "is_moving", "mode"),
    [
        (SETTLED, False, False, SETTLED),
        (SETTLED, False, True, Moving()),  # Redis came back while the room was being isolated
        (SETTLED, True, False, Local()),  # it could not be written back, and is tried again
        (SETTLED, True, True, Moving()),
        (RECONCILING, False, False, RECONCILING),
        (RECONCILING, False, True, Moving()),
        (RECONCILING, True, False, Local()),
        (RECONCILING, True, True, Moving()),
        (GRACE_PERIOD, False, False, GRACE_PERIOD),
        (GRACE_PERIOD, False, True, Moving()),
        (GRACE_PERIOD, True, False, Local()),
        (GRACE_PERIOD, True, True, Moving()),
        (Offline(), False, False, Offline()),
        (Offline(), False, True, Moving()),  # it is being isolated
        (Offline(), True, False, Local()),
        (Offline(), True, True, Moving()),  # Redis was lost again while the room was being written back
    ],
)
def test_the_mode_of_a_room(node: NodeMode, is_isolated: bool, is_moving: bool, mode: RoomMode) -> None:
    assert room_mode(node, is_isolated=is_isolated, is_moving=is_moving) == mode


@pytest.mark.parametrize(("node", "is_isolated"), list(product(NODE_MODES, (False, True))))
def test_a_move_does_not_change_where_a_room_is_until_it_has_ended(node: NodeMode, is_isolated: bool) -> None:
    assert stored_mode(node, is_isolated=is_isolated) == (Local() if is_isolated else node)
