"""The clock of Redis is set, or its machine suspended: the nodes agree on the step, and steady time only runs.

What broke: everything that was due within the next three hours was due at once when the clock of Redis was set forward
by three hours, and nothing was due for three hours when it was set back.
"""

from __future__ import annotations

import re

import pytest
from tests.servers.redis_server import RedisServer

from paddock.domain.room import ClockSteps
from paddock.stores.redis.clock import Beat, StoreClock
from paddock.stores.redis.scripts import load_scripts

pytestmark = pytest.mark.processes

HOUR_MS = 3_600_000
NOON_MS = 1_800_000_000_000
PAUSE_MS = 600
CLOSE_MS = 20
SCRIPT = load_scripts().clock


class Node:
    """A node with a monotonic clock of its own."""

    def __init__(self, town: Town, boots_ms: int) -> None:
        self._town = town
        self.monotonic_ms = boots_ms
        self.clock = StoreClock(lambda: self.monotonic_ms * 1000)
        self.here = True
        self.suspended = False

    def beats(self, took_ms: int = 0, *, heard: bool = True) -> None:
        """Ask Redis as the pulse does, whose answer takes a while on its way back, or is never heard."""
        asked = self.monotonic_ms
        known, proposed = self.clock.steps(), self.clock.proposal
        told = (proposed.count, proposed.ms) if proposed is not None else ("", "")
        redis_ms = self._town.redis_ms
        beat = self._town.asked(0, known.count, known.ms, self.clock.beat_at, *told)
        self._town.ticks(took_ms)
        if heard:
            self.clock.sample(asked * 1000, self.monotonic_ms * 1000, redis_ms * 1000)
            self.clock.heed(beat)
            if self.clock.proposal is not None and proposed is None:
                self.beats()


class Town:
    """Machines whose clocks are in hand, around one Redis with the product's own script."""

    def __init__(self, server: RedisServer) -> None:
        self._server = server
        self.nodes: list[Node] = []
        self.true_ms = NOON_MS
        self.off_ms = 0

    @property
    def redis_ms(self) -> int:
        """What the clock of Redis shows."""
        return self.true_ms + self.off_ms

    def asked(self, *told: int | str) -> Beat:
        """Run the script at the moment that the clock of Redis shows."""
        now = f"{{{self.redis_ms // 1000}, {self.redis_ms % 1000 * 1000}}}"
        text = SCRIPT.text.replace("redis.call('TIME')", now)
        reply = self._server.ask("EVAL", text, "1", "clock", *map(str, told))
        numbers = [int(found) for found in re.findall(rb":(-?\d+)", reply)]
        assert len(numbers) == 5, reply
        at, count, ms, hole_from, hole_to = numbers
        return Beat(at, ClockSteps(count, ms), hole_from, hole_to)

    def joins(self, boots_ms: int = 77_000) -> Node:
        """Start one more node."""
        node = Node(self, boots_ms)
        self.nodes.append(node)
        node.beats()
        return node

    def ticks(self, ms: int) -> None:
        """Let time go by in which nobody beats; it does not for those who are suspended."""
        self.true_ms += ms
        for node in self.nodes:
            if not node.suspended:
                node.monotonic_ms += ms

    def passes(self, ms: int) -> None:
        """Let time go by, and the nodes that reach Redis beat in turn."""
        for _ in range(0, ms, PAUSE_MS):
            for node in self.nodes:
                self.ticks(PAUSE_MS // len(self.nodes))
                if node.here and not node.suspended:
                    node.beats()


@pytest.fixture
def town(shared: RedisServer) -> Town:
    return Town(shared)


def steadies(town: Town) -> list[int]:
    return [int(node.clock()) for node in town.nodes]


def close(one: int, other: int) -> bool:
    return abs(one - other) <= CLOSE_MS


@pytest.mark.parametrize("hours", [3, -3])
@pytest.mark.parametrize("nodes", [1, 2, 3])
def test_a_step_is_agreed_on_and_steady_time_does_not_notice(town: Town, nodes: int, hours: int) -> None:
    for number in range(nodes):
        town.joins(boots_ms=1_000 + number * HOUR_MS)
    town.passes(6_000)
    before, at = steadies(town), town.true_ms

    town.off_ms += hours * HOUR_MS
    for _ in range(20):
        town.passes(PAUSE_MS)
        assert all(close(now - town.true_ms, then - at) for now, then in zip(steadies(town), before, strict=True))

    assert {node.clock.steps().count for node in town.nodes} == {1}
    assert len({node.clock.steps().ms for node in town.nodes}) == 1, "all go by the same"
    for node in town.nodes:
        assert close(node.clock() + node.clock.steps().ms, town.redis_ms), "the calendar is the clock that was set"
        assert close(node.clock.exact(), town.redis_ms)


def test_steps_both_ways_one_after_the_other(town: Town) -> None:
    town.joins()
    town.joins()
    for hours in (3, -5, 2):
        town.passes(3_000)
        town.off_ms += hours * HOUR_MS
    town.passes(3_000)

    assert [node.clock.steps().count for node in town.nodes] == [3, 3]
    assert all(close(now, town.true_ms) for now in steadies(town))


@pytest.mark.parametrize("seconds", [3, 60])
def test_a_node_that_is_suspended_alone_takes_its_gap_for_no_step(town: Town, seconds: int) -> None:
    one, other = town.joins(), town.joins()
    town.passes(6_000)

    one.suspended = True
    town.passes(seconds * 1000)
    one.suspended = False
    one.beats()

    assert one.clock.steps() == other.clock.steps() == ClockSteps()
    assert all(close(now, town.true_ms) for now in steadies(town)), "it is with the others again"


def test_nodes_that_are_suspended_with_their_redis_go_on_where_they_were(town: Town) -> None:
    town.joins()
    town.joins()
    town.passes(6_000)
    before = steadies(town)

    for node in town.nodes:
        node.suspended = True
    town.ticks(5 * HOUR_MS)
    for node in town.nodes:
        node.suspended = False
    town.passes(3_000)

    assert all(close(now, then + 3_000) for now, then in zip(steadies(town), before, strict=True))
    assert all(close(node.clock() + node.clock.steps().ms, town.redis_ms) for node in town.nodes)


@pytest.mark.parametrize("hours", [3, -3])
@pytest.mark.parametrize("lost", ["nothing", "the last second", "everything"])
def test_a_step_while_redis_is_away(town: Town, shared: RedisServer, hours: int, lost: str) -> None:
    town.joins()
    town.joins()
    town.passes(6_000)

    town.ticks(60_000)
    town.off_ms += hours * HOUR_MS
    if lost == "everything":
        shared.ask("FLUSHALL")
    elif lost == "the last second":
        shared.ask("HINCRBY", "clock", "at", "-1000")
    town.passes(3_000)

    assert {node.clock.steps().count for node in town.nodes} == {1}
    assert all(close(now, town.true_ms) for now in steadies(town))


def test_a_redis_that_was_emptied_is_told_the_steps_again(town: Town, shared: RedisServer) -> None:
    town.joins()
    town.passes(3_000)
    town.off_ms += 3 * HOUR_MS
    town.passes(3_000)

    shared.ask("FLUSHALL")
    town.passes(3_000)
    newcomer = town.joins()

    assert newcomer.clock.steps().count == 1
    assert close(newcomer.clock(), town.true_ms)


def test_time_in_which_redis_does_not_answer_is_no_step(town: Town) -> None:
    town.joins()
    town.joins()
    town.passes(6_000)

    town.ticks(HOUR_MS)
    town.passes(3_000)

    assert {node.clock.steps() for node in town.nodes} == {ClockSteps()}
    assert all(close(now, town.true_ms) for now in steadies(town))


def test_a_slow_answer_is_no_step(town: Town) -> None:
    node = town.joins()
    town.passes(6_000)

    node.beats(took_ms=8_000)
    town.passes(1_200)

    assert node.clock.steps() == ClockSteps()
    assert close(node.clock(), town.true_ms)


@pytest.mark.parametrize("hours", [3, -3])
def test_a_step_whose_agreement_is_not_heard_is_taken_once(town: Town, hours: int) -> None:
    node = town.joins()
    town.passes(6_000)

    town.off_ms += hours * HOUR_MS
    node.beats(heard=False)
    town.passes(3_000)

    assert node.clock.steps().count == 1
    assert close(node.clock(), town.true_ms)


@pytest.mark.parametrize("hours", [3, -3])
def test_a_node_that_did_not_reach_redis_meanwhile_goes_by_what_the_others_agreed_on(town: Town, hours: int) -> None:
    one, _ = town.joins(), town.joins()
    town.passes(6_000)

    one.here = False
    town.off_ms += hours * HOUR_MS
    town.passes(6_000)
    one.here = True
    town.passes(PAUSE_MS)

    assert one.clock.steps().count == 1
    assert all(close(now, town.true_ms) for now in steadies(town))


def test_servers_that_start_with_a_clock_in_the_past_hold_up_nothing(town: Town) -> None:
    town.joins()
    town.passes(6_000)
    town.nodes.clear()

    town.ticks(10_000)
    town.off_ms -= NOON_MS
    after = town.joins()
    town.passes(3_000)
    assert close(after.clock(), town.true_ms - 10_000), "on from the last beat"
    town.off_ms = 0
    town.passes(3_000)

    assert close(after.clock(), town.true_ms - 10_000)
    assert close(after.clock() + after.clock.steps().ms, town.redis_ms)


def test_a_node_that_starts_right_after_a_step_does_not_count_it_twice(town: Town) -> None:
    one = town.joins()
    town.passes(6_000)

    town.off_ms -= 3 * HOUR_MS
    other = town.joins()
    town.passes(3_000)

    assert one.clock.steps() == other.clock.steps()
    assert one.clock.steps().count == 1
    assert abs(one.clock() - town.true_ms) <= PAUSE_MS
