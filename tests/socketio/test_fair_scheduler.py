"""Who comes next when a client sends more than fits into one turn: the scheduler alone, with its own time."""

from __future__ import annotations

from collections import Counter

from paddock.socketio.fair_scheduler import FairScheduler, Work

MS = 0.001


class Loop:
    """An event loop and a clock without a system."""

    def __init__(self, budget: float = 5 * MS) -> None:
        self.now = 0.0
        self.soon: list[Work] = []
        self.log: list[str] = []
        self.scheduler = FairScheduler(budget, self.soon.append, lambda: self.now)

    def work(self, name: str, seconds: float, times: int = 1, *, urgent: bool = False) -> None:
        """Ask for turns that take so long each, one after the other."""

        def turn() -> None:
            self.now += seconds
            self.log.append(name)
            if times > 1:
                self.work(name, seconds, times - 1, urgent=urgent)

        self.scheduler.submit(name.partition("/")[0], turn, urgent=urgent)

    def iterate(self) -> list[str]:
        """Run one iteration; return what was done in it."""
        ready, self.soon[:] = list(self.soon), []
        for turn in ready:
            turn()
        log, self.log = self.log, []
        return log


def test_an_iteration_ends_when_its_budget_is_spent_and_the_next_one_goes_on() -> None:
    loop = Loop()
    for name in "abcdefg":
        loop.work(name, 2 * MS)
    assert [loop.iterate() for _ in range(4)] == [["a", "b", "c"], ["d", "e", "f"], ["g"], []]
    assert not loop.soon


def test_sources_take_turns_however_many_connections_they_have() -> None:
    loop = Loop(1.0)
    for number in range(50):
        loop.work(f"flooder/{number}", MS)
    loop.work("office/1", MS)
    loop.work("office/2", MS)
    done = loop.iterate()
    assert done[:4] == ["flooder/0", "office/1", "flooder/1", "office/2"]


def test_those_within_their_allowance_come_first_and_nobody_is_held_for_ever() -> None:
    loop = Loop()
    loop.work("flooder", 2 * MS, times=1000)
    loop.work("player", 2 * MS, times=1000, urgent=True)
    done = Counter(name for _ in range(10) for name in loop.iterate())
    assert done == {"flooder": 10, "player": 20}


def test_what_is_done_at_once_is_charged_to_the_iteration_it_is_done_in() -> None:
    loop = Loop()
    spent = []
    for seconds in (4 * MS, 2 * MS):
        loop.scheduler.charge(seconds)
        spent.append(loop.scheduler.is_exhausted)
    loop.iterate()
    assert [*spent, loop.scheduler.is_exhausted] == [False, True, False]
    assert not loop.soon


def test_a_turn_that_waited_for_something_is_charged_with_a_bounded_time() -> None:
    loop = Loop(budget=20 * MS)
    loop.scheduler.charge(3.0)
    assert not loop.scheduler.is_exhausted


def test_an_idle_scheduler_asks_the_event_loop_for_nothing() -> None:
    loop = Loop()
    loop.work("a", MS)
    assert loop.scheduler.waiting == 1
    loop.iterate()
    loop.iterate()
    assert loop.scheduler.waiting == 0
    assert not loop.soon
