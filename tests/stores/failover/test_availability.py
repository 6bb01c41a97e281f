"""Whether Redis is available to a node, told by its connection, its controller and a clock."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from paddock.stores.failover.availability import GRACE_PERIOD_S, Availability
from paddock.stores.failover.mode import NodeMode, Offline, RecoveryPhase, Shared


@dataclass
class Health:
    trouble: str | None = None
    reason: str | None = None


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def health() -> Health:
    return Health()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def availability(health: Health, clock: Clock) -> Availability:
    return Availability(health, clock)


def mode(availability: Availability) -> NodeMode:
    """Return the mode at this moment; a type checker takes the property to stay as it was compared."""
    return availability.mode


def test_redis_is_lost_and_every_room_is_back_before_the_grace_period_ends(
    availability: Availability, health: Health, clock: Clock
) -> None:
    assert mode(availability) == Shared(RecoveryPhase.SETTLED)
    health.trouble = "Redis is away"
    assert mode(availability) == Offline(), "before the controller has noticed it"
    availability.degraded = True
    assert mode(availability) == Offline()

    health.trouble = None
    assert mode(availability) == Shared(RecoveryPhase.RECONCILING), "before the controller has noticed it"
    availability.begin_grace_period()
    assert mode(availability) == Shared(RecoveryPhase.GRACE_PERIOD)
    availability.degraded = False
    assert mode(availability) == Shared(RecoveryPhase.GRACE_PERIOD), "other nodes may still have rooms to write back"
    clock.now += GRACE_PERIOD_S
    assert mode(availability) == Shared(RecoveryPhase.SETTLED)


def test_a_node_with_many_rooms_is_still_reconciling_after_the_grace_period(
    availability: Availability, clock: Clock
) -> None:
    availability.degraded = True
    availability.begin_grace_period()
    clock.now += GRACE_PERIOD_S - 0.01
    assert mode(availability) == Shared(RecoveryPhase.GRACE_PERIOD)
    clock.now += 0.01
    assert mode(availability) == Shared(RecoveryPhase.RECONCILING)


def test_an_emptied_redis_starts_the_grace_period_again(availability: Availability, clock: Clock) -> None:
    availability.begin_grace_period()
    clock.now += 2.0
    availability.begin_grace_period()
    clock.now += 2.0
    assert mode(availability) == Shared(RecoveryPhase.GRACE_PERIOD)


def test_a_reason_is_given_only_while_the_node_is_degraded(availability: Availability, health: Health) -> None:
    health.trouble, health.reason = "Redis is away", "redis_unreachable"
    reasons = [availability.reason]
    availability.degraded = True
    reasons.append(availability.reason)
    health.trouble = health.reason = None
    reasons.append(availability.reason)
    assert reasons == [None, "redis_unreachable", "redis_reconciling"]
