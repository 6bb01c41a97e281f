"""What a room owes: every state is due some day, a duty may be done twice, and nobody holds a timer."""

import pytest
from tests.domain.plays import ARA, HOUR, JUN, MINA, Play, level, voting

from paddock.domain import commands as c
from paddock.domain.duties import Forget, GatherAgain, Settle, StartRunning, next_due, owed
from paddock.domain.ids import Millis
from paddock.domain.refusals import Refusal
from paddock.domain.room import Closed, Countdown, Drawing, Gathering, Phase, Podium, Racing, RunOff
from paddock.domain.settings import Settings

ROUND: tuple[type[Phase], ...] = (Drawing, Countdown, Racing, Podium, RunOff)


def evening() -> Play:
    play = Play.opened("Mina", "Jun", settings=Settings(pick_seconds=20), races=level())
    play.all_pick(Mina=1, Jun=1)
    return play


@pytest.mark.parametrize("phase", (Gathering, *ROUND, Closed))
def test_every_phase_is_due_some_day(phase: type[Phase]) -> None:
    play = evening()
    if phase is Closed:
        play.waits(100 * HOUR)
    play.until(phase)
    due = next_due(play.room)
    assert due > play.now
    assert owed(play.room, Millis(due - 1)) == ()
    assert owed(play.room, due) != ()


@pytest.mark.parametrize("phase", ROUND)
def test_a_phase_of_a_round_ends_when_it_says(phase: type[Drawing | Countdown | Racing | Podium | RunOff]) -> None:
    play = evening()
    assert next_due(play.room) == play.phase(Gathering).deadline
    stage = play.until(phase)
    assert next_due(play.room) == stage.ends_at
    play.waits(stage.ends_at - play.now)
    assert play.room.phase != stage
    assert not isinstance(play.room.phase, phase)


@pytest.mark.parametrize("phase", ROUND)
def test_a_duty_done_twice_is_done_once(phase: type[Phase]) -> None:
    play = evening()
    play.until(phase)
    play.sleeps(next_due(play.room) - play.now)
    (duty,) = owed(play.room, play.now)
    assert not isinstance(play.performs(duty), Refusal)
    after = play.room
    assert play.performs(duty) is Refusal.NOTHING_OWED
    assert play.room == after


def test_what_each_phase_owes() -> None:
    play = evening()
    race = play.phase(Gathering).race
    expected: tuple[tuple[type[Phase], object], ...] = (
        (Gathering, Settle(c.CallPicks(race))),
        (Drawing, Settle(c.StartCountdown(race))),
        (Countdown, StartRunning(race)),
        (Racing, Settle(c.FinishRace(race))),
        (Podium, Settle(c.OpenRunOff(race))),
    )
    for phase, duty in expected:
        play.until(phase)
        assert owed(play.room, next_due(play.room)) == (duty,)
    runoff = play.until(RunOff).heat.card.race
    assert owed(play.room, next_due(play.room)) == (StartRunning(runoff),)
    last = play.races()
    assert owed(play.room, last.ends_at) == (GatherAgain(last.result.card.race),)
    play.waits(100 * HOUR)
    assert owed(play.room, play.phase(Closed).forget_at) == (Forget(),)


def test_seats_and_crowns_fall_due_beside_the_round() -> None:
    play = Play.opened("Mina", "Jun", "Ara")
    play.does(c.GoAway(MINA))
    assert next_due(play.room) == play.now + play.room.pace.host_grace_ms
    play.waits(play.room.pace.host_grace_ms)
    assert play.room.host == JUN
    assert next_due(play.room) == play.now + play.room.pace.seat_grace_ms - play.room.pace.host_grace_ms


def test_the_most_pressing_comes_first() -> None:
    play = Play.opened("Mina", "Jun", "Ara")
    play.does(c.GoAway(JUN))
    play.waits(1_000)
    play.does(c.GoAway(MINA))
    play.sleeps(10 * HOUR)
    assert owed(play.room, play.now) == (
        Settle(c.PassCrown()),
        Settle(c.ReleaseSeat(JUN)),
        Settle(c.ReleaseSeat(MINA)),
        Settle(c.CloseRoom()),
    )
    play.settles()
    play.phase(Closed)


def test_a_crown_nobody_can_take_is_not_owed() -> None:
    """A duty that is refused for ever would keep a scheduler spinning."""
    play = Play.opened("Mina", "Jun")
    play.does(c.GoAway(MINA), c.GoAway(JUN))
    play.sleeps(play.room.pace.host_grace_ms)
    assert owed(play.room, play.now) == ()


def test_a_scheduler_that_comes_late_catches_up_without_spinning() -> None:
    play = evening()
    play.joins("Ara", seated=False)
    play.does(c.GoAway(JUN), c.GoAway(ARA))
    for _ in range(60):
        play.sleeps(7 * HOUR)
        play.settles()
        assert play.forgotten or owed(play.room, play.now) == ()
    play.sleeps(play.room.pace.forget_ms)
    play.settles()
    assert play.forgotten


def test_a_closed_room_owes_nothing_but_to_be_forgotten() -> None:
    play = Play.opened("Mina", settings=voting())
    play.does(c.GoAway(MINA))
    play.waits(10 * HOUR)
    assert next_due(play.room) == play.phase(Closed).forget_at
