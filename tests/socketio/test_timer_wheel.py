"""The timer wheel: sleepers are woken in time, early wishes win, dropped ones are forgotten."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from paddock.socketio.timer_wheel import TimerWheel

from .fuzz import examples


class Sleeper:
    def __init__(self, every: float | None = None) -> None:
        self.wheel_slot = 0
        self.woken: list[float] = []
        self.every = every

    def wake(self, now: float) -> float | None:
        self.woken.append(now)
        return None if self.every is None else now + self.every


def test_a_sleeper_is_woken_at_its_tick_and_not_before() -> None:
    wheel, sleeper = TimerWheel(0.5), Sleeper()
    assert wheel.schedule(sleeper, 1.2)
    assert wheel.next_deadline() == 1.5
    wheel.advance(1.4)
    assert sleeper.woken == []
    wheel.advance(1.5)
    assert sleeper.woken == [1.5]
    assert wheel.next_deadline() is None


def test_an_earlier_wish_wins_and_a_later_one_changes_nothing() -> None:
    wheel, sleeper = TimerWheel(1.0), Sleeper()
    wheel.schedule(sleeper, 10)
    assert wheel.schedule(sleeper, 5)
    assert not wheel.schedule(sleeper, 20)
    wheel.advance(5)
    assert sleeper.woken == [5]
    wheel.advance(30)
    assert sleeper.woken == [5]


def test_a_sleeper_that_asks_again_is_filed_again() -> None:
    wheel, sleeper = TimerWheel(1.0), Sleeper(every=2.0)
    wheel.schedule(sleeper, 2)
    for now in range(1, 9):
        wheel.advance(now)
    assert sleeper.woken == [2, 4, 6, 8]


def test_a_dropped_sleeper_is_let_go() -> None:
    wheel, kept, dropped = TimerWheel(1.0), Sleeper(), Sleeper()
    wheel.schedule(kept, 3)
    wheel.schedule(dropped, 3)
    wheel.cancel(dropped)
    wheel.cancel(dropped)
    assert len(wheel) == 1
    wheel.advance(3)
    assert (kept.woken, dropped.woken) == ([3], [])


def test_a_sleeper_dropped_while_its_neighbours_wake_stays_asleep() -> None:
    wheel = TimerWheel(1.0)
    sleepers = [Sleeper(), Sleeper()]

    class Killer(Sleeper):
        def wake(self, now: float) -> None:
            for sleeper in sleepers:
                wheel.cancel(sleeper)

    killers = [Killer(), Killer()]
    for sleeper in (killers[0], sleepers[0], sleepers[1], killers[1]):
        wheel.schedule(sleeper, 1)
    wheel.advance(1)
    # Whoever came before a killer was woken; nobody is woken after it was dropped, and nobody is left.
    assert len(wheel) == 0
    wheel.advance(2)
    assert all(len(sleeper.woken) <= 1 for sleeper in sleepers)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 400)), max_size=30))
@settings(max_examples=examples(60), deadline=None)
def test_nobody_is_forgotten_and_nobody_is_late_by_more_than_a_tick(wishes: list[tuple[int, int]]) -> None:
    wheel = TimerWheel(0.25)
    sleepers = [Sleeper() for _ in range(5)]
    earliest: dict[int, float] = {}
    for who, tenth in wishes:
        wheel.schedule(sleepers[who], tenth / 10)
        earliest[who] = min(earliest.get(who, 1e9), tenth / 10)
    for step in range(1, 170):
        wheel.advance(step * 0.25)
    for who, at in earliest.items():
        assert len(sleepers[who].woken) == 1
        assert at <= sleepers[who].woken[0] <= at + 0.25 + 1e-9
