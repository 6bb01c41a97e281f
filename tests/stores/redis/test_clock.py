"""The store's time follows the clock of Redis, whatever the clock of this machine says.

Here no beat tells of steps: `test_clock_steps` plays those.
"""

from __future__ import annotations

import pytest

from paddock.stores.redis.clock import StoreClock

HOUR_US = 3_600_000_000


class Machine:
    """A machine whose monotonic clock and whose Redis are told what time it is, in microseconds."""

    def __init__(self) -> None:
        self.monotonic = 5_000_000
        self.redis = 1_800_000_000_000_000
        self.clock = StoreClock(lambda: self.monotonic)

    def passes(self, us: int) -> None:
        self.monotonic += us
        self.redis += us

    def sample(self, there_us: int = 100, back_us: int = 100) -> None:
        asked = self.monotonic
        self.passes(there_us)
        said = self.redis
        self.passes(back_us)
        self.clock.sample(asked, self.monotonic, said)

    @property
    def redis_ms(self) -> int:
        return self.redis // 1000


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_the_time_is_that_of_redis(machine: Machine) -> None:
    machine.sample()

    assert abs(machine.clock() - machine.redis_ms) <= 1


def test_between_samples_it_goes_on_by_itself(machine: Machine) -> None:
    machine.sample()
    machine.passes(7_000_000)

    assert abs(machine.clock() - machine.redis_ms) <= 1


def test_a_slow_answer_does_not_spoil_a_good_one(machine: Machine) -> None:
    machine.sample()
    for _ in range(5):
        machine.passes(500_000)
        machine.sample(there_us=300_000, back_us=100)

    assert abs(machine.clock() - machine.redis_ms) <= 1


def test_a_clock_set_forward_is_followed(machine: Machine) -> None:
    machine.sample()
    machine.redis += HOUR_US
    machine.sample()

    assert abs(machine.clock() - machine.redis_ms) <= 1


def test_a_clock_set_back_makes_time_stand_still_and_limits_follow_it(machine: Machine) -> None:
    machine.sample()
    before = machine.clock()
    machine.redis -= HOUR_US
    machine.sample()

    assert machine.clock() == before
    assert abs(machine.clock.exact() - machine.redis_ms) <= 1


def test_a_refusal_corrects_it_at_once(machine: Machine) -> None:
    machine.sample()
    machine.redis += HOUR_US

    machine.clock.correct(machine.redis_ms)

    assert abs(machine.clock.exact() - machine.redis_ms) <= 1
