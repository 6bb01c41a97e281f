"""The crown: it survives a refresh, is never lost, and is never on two heads."""

import pytest
from tests.domain.plays import ARA, BORA, JUN, MINA, Play, gate, keys, one

from paddock.domain import commands as c
from paddock.domain import events as e
from paddock.domain.ids import PlayerId
from paddock.domain.refusals import Refusal
from paddock.domain.room import Countdown, Gathering
from paddock.domain.settings import Settings


def everything_only_a_host_may(player: PlayerId, play: Play) -> tuple[c.Command, ...]:
    return (
        c.StartRace(player),
        c.NextRound(player, play.fresh()),
        c.Kick(player, ARA),
        c.Block(player, ARA),
        c.Unblock(player, 0),
        c.HandOver(player, ARA),
        c.ChangeSettings(player, Settings(track=1000), gate(1)),
    )


def test_the_one_who_makes_a_room_is_host() -> None:
    assert Play.opened("Mina", "Jun").room.host == MINA


def test_nobody_else_does_what_a_host_may() -> None:
    """Lesson of the predecessor: any member could change the track."""
    play = Play.opened("Mina", "Jun", "Ara")
    play.joins("Bora", seated=False)
    for player in (JUN, BORA):
        for command in everything_only_a_host_may(player, play):
            play.refuses(command, Refusal.NOT_HOST)
    assert play.room.settings.track == 500


def test_a_crown_handed_over_is_gone() -> None:
    play = Play.opened("Mina", "Jun", "Ara")
    play.does(c.HandOver(MINA, JUN))
    assert play.sees().host == JUN
    for command in everything_only_a_host_may(MINA, play):
        play.refuses(command, Refusal.NOT_HOST)
    play.does(c.ChangeSettings(JUN, Settings(track=1000), gate(1)))


def test_during_a_hand_over_only_one_of_two_commands_counts() -> None:
    """Both hosts press at once: whatever comes after the hand-over is by the new host or by nobody."""
    play = Play.opened("Mina", "Jun", "Ara")
    play.does(c.HandOver(MINA, JUN))
    play.refuses(c.HandOver(MINA, ARA), Refusal.NOT_HOST)
    play.refuses(c.Kick(MINA, JUN), Refusal.NOT_HOST)
    play.does(c.Kick(JUN, MINA))
    assert play.room.host == JUN


def test_a_crown_goes_to_a_seat_only() -> None:
    play = Play.opened("Mina", "Jun")
    play.joins("Ara", seated=False)
    play.refuses(c.HandOver(MINA, MINA), Refusal.NOT_YOURSELF)
    play.refuses(c.HandOver(MINA, ARA), Refusal.NOT_SEATED)
    play.refuses(c.HandOver(MINA, BORA), Refusal.NO_SUCH_PLAYER)
    assert play.room.host == MINA


def test_the_crown_survives_a_refresh() -> None:
    play = Play.opened("Mina", "Jun")
    play.refuses(c.PassCrown(), Refusal.NOTHING_OWED)
    play.does(c.GoAway(MINA))
    play.waits(play.room.pace.host_grace_ms - 1)
    play.refuses(c.PassCrown(), Refusal.NOTHING_OWED)
    assert play.room.host == MINA
    play.does(c.ComeBack(MINA))
    play.waits(play.room.pace.host_grace_ms * 2)
    assert play.room.host == MINA


def test_a_host_who_stays_away_loses_the_crown_but_not_the_seat() -> None:
    play = Play.opened("Mina", "Jun", "Ara")
    play.does(c.GoAway(MINA), c.GoAway(JUN))
    play.waits(play.room.pace.host_grace_ms)
    assert play.room.host == ARA, "the first who is connected, in order of joining"
    assert MINA in play.room.members
    play.does(c.ComeBack(MINA))
    assert play.room.host == ARA, "coming back does not bring the crown back"
    play.refuses(c.PassCrown(), Refusal.NOTHING_OWED)


def test_the_crown_waits_for_somebody_to_pass_it_to() -> None:
    play = Play.opened("Mina", "Jun")
    play.does(c.GoAway(MINA), c.GoAway(JUN))
    play.waits(play.room.pace.host_grace_ms + 10_000)
    assert play.room.host == MINA
    play.refuses(c.PassCrown(), Refusal.NOTHING_OWED)
    play.does(c.ComeBack(JUN))
    play.waits(0)
    assert play.room.host == JUN


def test_a_host_who_leaves_leaves_the_crown() -> None:
    play = Play.opened("Mina", "Jun", "Ara")
    happened = play.does(c.GoAway(JUN), c.LeaveRoom(MINA))
    assert one(e.CrownPassed, happened).player == ARA
    play.does(c.LeaveRoom(ARA))
    assert play.room.host == JUN, "away, but nobody else is left"


@pytest.mark.parametrize("go", [c.LeaveRoom, c.GiveUpSeat])
def test_the_last_to_go_takes_the_crown_along(go: type[c.LeaveRoom | c.GiveUpSeat]) -> None:
    play = Play.opened("Mina")
    play.joins("Jun", seated=False)
    play.does(go(MINA))
    assert play.sees().host is None
    play.refuses(c.StartRace(JUN), Refusal.NOT_HOST)
    play.does(c.TakeSeat(JUN))
    assert play.room.host == JUN


def test_whoever_sits_down_first_in_an_empty_room_is_host() -> None:
    play = Play.opened("Mina")
    play.joins("Jun", seated=False)
    play.does(c.LeaveRoom(MINA))
    play.joins("Ara")
    assert play.room.host == ARA
    play.does(c.TakeSeat(JUN))
    assert play.room.host == ARA


def test_a_host_is_not_back_as_host_by_the_old_token() -> None:
    play = Play.opened("Mina", "Jun")
    play.does(c.LeaveRoom(MINA))
    play.does(c.JoinRoom(MINA, "Mina", keys("Mina")))
    assert play.room.host == JUN


def test_the_crown_passes_in_the_middle_of_a_round() -> None:
    play = Play.opened("Mina", "Jun", "Ara")
    play.starts()
    play.until(Countdown)
    play.does(c.LeaveRoom(MINA))
    assert play.room.host == JUN
    play.races()
    play.does(c.NextRound(JUN, play.fresh()))
    play.phase(Gathering)


def test_a_host_away_for_longer_than_the_seat_is_held_is_gone() -> None:
    play = Play.opened("Mina", "Jun")
    play.does(c.GoAway(MINA))
    play.waits(play.room.pace.seat_grace_ms)
    assert (play.room.host, MINA in play.room.members) == (JUN, False)


def test_those_who_come_to_watch_get_no_crown() -> None:
    play = Play.opened("Mina")
    play.does(c.LeaveRoom(MINA))
    play.joins("Jun", seated=False)
    assert play.room.host is None
    play.refuses(c.PassCrown(), Refusal.NOTHING_OWED)
