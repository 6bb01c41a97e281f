"""The timer wheel: sleepers are woken in time, early wishes win, dropped ones are forgotten."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from paddock.socketio.wheel import Wheel

from .fuzz import examples


class Sleeper:
    def __init__(self, every: float | None = None) -> None:
        self.filed = 0
        self.woken: list[float] = []
        self.every = every

    def wake(self, now: float) -> float | None:
        self.woken.append(now)
        return None if self.every is None else now + self.every


def test_a_sleeper_is_woken_at_its_tick_and_not_before() -> None:
    wheel, sleeper = Wheel(0.5), Sleeper()
    assert wheel.file(sleeper, 1.2)
    assert wheel.next_turn() == 1.5
    wheel.turn(1.4)
    assert sleeper.woken == []
    wheel.turn(1.5)
    assert sleeper.woken == [1.5]
    assert wheel.next_turn() is None


def test_an_earlier_wish_wins_and_a_later_one_changes_nothing() -> None:
    wheel, sleeper = Wheel(1.0), Sleeper()
    wheel.file(sleeper, 10)
    assert wheel.file(sleeper, 5)
    assert not wheel.file(sleeper, 20)
    wheel.turn(5)
    assert sleeper.woken == [5]
    wheel.turn(30)
    assert sleeper.woken == [5]


def test_a_sleeper_that_asks_again_is_filed_again() -> None:
    wheel, sleeper = Wheel(1.0), Sleeper(every=2.0)
    wheel.file(sleeper, 2)
    for now in range(1, 9):
        wheel.turn(now)
    assert sleeper.woken == [2, 4, 6, 8]


def test_a_dropped_sleeper_is_let_go() -> None:
    wheel, kept, dropped = Wheel(1.0), Sleeper(), Sleeper()
    wheel.file(kept, 3)
    wheel.file(dropped, 3)
    wheel.drop(dropped)
    wheel.drop(dropped)
    assert len(wheel) == 1
    wheel.turn(3)
    assert (kept.woken, dropped.woken) == ([3], [])


def test_a_sleeper_dropped_while_its_neighbours_wake_stays_asleep() -> None:
    wheel = Wheel(1.0)
    sleepers = [Sleeper(), Sleeper()]

    class Killer(Sleeper):
        def wake(self, now: float) -> None:
            for sleeper in sleepers:
                wheel.drop(sleeper)

    killers = [Killer(), Killer()]
    for sleeper in (killers[0], sleepers[0], sleepers[1], killers[1]):
        wheel.file(sleeper, 1)
    wheel.turn(1)
    # Whoever came before a killer was woken; nobody is woken after it was dropped, and nobody is left.
    assert len(wheel) == 0
    wheel.turn(2)
    assert all(len(sleeper.woken) <= 1 for sleeper in sleepers)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 400)), max_size=30))
@settings(max_examples=examples(60), deadline=None)
def test_nobody_is_forgotten_and_nobody_is_late_by_more_than_a_tick(wishes: list[tuple[int, int]]) -> None:
    wheel = Wheel(0.25)
    sleepers = [Sleeper() for _ in range(5)]
    earliest: dict[int, float] = {}
    for who, tenth in wishes:
        wheel.file(sleepers[who], tenth / 10)
        earliest[who] = min(earliest.get(who, 1e9), tenth / 10)
    for step in range(1, 170):
        wheel.turn(step * 0.25)
    for who, at in earliest.items():
        assert len(sleepers[who].woken) == 1
        assert at <= sleepers[who].woken[0] <= at + 0.25 + 1e-9
