"""Opening, changing and closing a room: what its host may do, what its founder may do, and when it ends."""

from tests.domain.plays import HOUR, JUN, MINA, MINUTE, Play, keys, level, person

from paddock.domain import commands as c
from paddock.domain.duties import Settle, owed
from paddock.domain.refusals import Refusal
from paddock.domain.room import Closed, ClosedReason, Countdown, Podium
from paddock.domain.settings import MAX_SHUT_OUT, Settings


def test_a_room_is_not_closed_while_its_payers_wait_for_their_run_off() -> None:
    """A podium with several payers once counted as over: a room that had emptied closed on it, and nobody paid."""
    play = Play.opened("Mina", "Jun", races=level())
    play.all_pick(Mina=1, Jun=1)
    play.starts()
    play.until(Podium)
    play.does(c.LeaveRoom(MINA), c.LeaveRoom(JUN))
    play.sleeps(play.room.pace.empty_grace_ms)
    assert Settle(c.CloseRoom()) not in owed(play.room, play.now)
    play.refuses(c.CloseRoom(), Refusal.NOTHING_OWED)
    assert len(play.races().result.payers) == 1


def test_races_that_the_clock_alone_starts_do_not_keep_a_room_alive() -> None:
    """Two forgotten tabs and a pick deadline once raced for ever, because every draw counted as somebody's doing."""
    play = Play.opened("Mina", "Jun", settings=Settings(pick_seconds=600, life_h=1))
    play.waits(2 * HOUR)
    assert play.phase(Closed).reason is ClosedReason.EXPIRED
    assert play.records


def test_a_host_who_starts_and_goes_on_keeps_the_room_alive() -> None:
    play = Play.opened("Mina", "Jun", settings=Settings(life_h=1))
    for _ in range(3):
        play.waits(50 * MINUTE)
        play.starts()
        assert play.room.active_at == play.now
        play.races()
        play.does(c.NextRound(MINA, play.fresh()))
        assert play.room.active_at == play.now


def test_those_who_watch_see_who_pays_though_the_players_have_gone() -> None:
    """A room that had emptied during the race once closed in the moment of its result, before anybody could read it."""
    play = Play.opened("Mina", "Jun")
    play.joins("Ara", seated=False)
    play.starts()
    play.until(Countdown)
    play.does(c.LeaveRoom(MINA), c.LeaveRoom(JUN))
    play.sleeps(10 * MINUTE)
    podium = play.races()
    play.waits(play.room.pace.podium_ms - 1)
    assert play.phase(Podium) == podium
    play.waits(1)
    assert play.phase(Closed).reason is ClosedReason.EMPTY


def test_a_room_remembers_no_more_than_so_many_it_has_shut_out() -> None:
    """A host with a script could once make the snapshot of a room grow without bound."""
    play = Play.opened("Mina")
    for number in range(MAX_SHUT_OUT + 1):
        play.joins(f"K{number}")
        play.joins(f"B{number}")
        play.does(c.Kick(MINA, person(f"K{number}")), c.Block(MINA, person(f"B{number}")))
    assert (len(play.room.kicked), len(play.room.blocked)) == (MAX_SHUT_OUT, MAX_SHUT_OUT)
    assert len(play.sees().blocked) == MAX_SHUT_OUT
    play.joins("B0")
    play.refuses(c.JoinRoom(person("again"), "B1", keys("B1")), Refusal.BLOCKED)
