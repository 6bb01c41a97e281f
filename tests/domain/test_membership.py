"""Coming, going, staying away and coming back: the seat is the token's, the name is only text."""

import pytest
from msgspec.structs import replace
from tests.domain.plays import ARA, BORA, DOHA, JUN, MINA, MINUTE, Play, keys, one, person

from paddock.domain import commands as c
from paddock.domain import events as e
from paddock.domain.refusals import Refusal
from paddock.domain.room import Countdown, Drawing, Gathering, Podium, Racing
from paddock.domain.settings import MAX_SPECTATORS, Settings


def full() -> Play:
    """A private room with every seat taken."""
    return Play.opened("Mina", "Jun", settings=Settings(capacity=2), password="a hash")


def test_whoever_comes_in_is_seated_and_ready() -> None:
    play = Play.opened("Mina")
    play.joins("Jun")
    (_, jun) = play.sees().members
    assert (jun.player, jun.name, jun.seated, jun.ready, jun.away_since) == (JUN, "Jun", True, True, None)


def test_members_stand_in_order_of_joining() -> None:
    play = Play.opened("Mina", "Jun", "Ara")
    play.does(c.LeaveRoom(JUN), c.GiveUpSeat(MINA), c.TakeSeat(MINA))
    play.joins("Jun")
    assert [member.player for member in play.sees().members] == [MINA, ARA, JUN]


def test_the_rejoin_of_a_private_and_full_room_is_not_refused() -> None:
    """Lesson of the predecessor: a player who came back to a private or full room was refused."""
    play = full()
    play.does(c.GoAway(JUN), c.ChangeSettings(MINA, replace(play.room.settings, locked=True), play.fresh().gate))
    happened = play.does(c.JoinRoom(person("another id"), "Somebody", keys("Jun")))
    assert happened == (e.MemberCameBack(JUN),)
    assert play.names() == {MINA: "Mina", JUN: "Jun"}


def test_a_name_alone_is_nobodys_seat() -> None:
    play = full()
    play.does(c.GoAway(JUN))
    play.refuses(c.JoinRoom(ARA, "Jun", keys("Ara")), Refusal.ROOM_FULL)


def test_coming_in_twice_is_being_in_once() -> None:
    play = full()
    assert play.does(c.JoinRoom(JUN, "Jun", keys("Jun"))) == ()
    assert len(play.room.members) == 2


def test_a_full_room_can_be_watched() -> None:
    play = full()
    play.refuses(c.JoinRoom(ARA, "Ara", keys("Ara")), Refusal.ROOM_FULL)
    play.joins("Ara", seated=False)
    play.refuses(c.TakeSeat(ARA), Refusal.ROOM_FULL)
    play.does(c.GiveUpSeat(JUN), c.TakeSeat(ARA))
    play.refuses(c.TakeSeat(JUN), Refusal.ROOM_FULL)


def test_there_is_an_end_to_those_who_watch() -> None:
    play = Play.opened("Mina", "Jun")
    for number in range(MAX_SPECTATORS):
        play.joins(f"W{number:03d}", seated=False)
    play.refuses(c.JoinRoom(ARA, "Ara", keys("Ara"), seated=False), Refusal.NO_SPACE_TO_WATCH)
    play.refuses(c.GiveUpSeat(JUN), Refusal.NO_SPACE_TO_WATCH)


def test_a_locked_room_lets_nobody_else_in_but_those_inside_move_freely() -> None:
    play = Play.opened("Mina", "Jun")
    play.joins("Ara", seated=False)
    play.does(c.ChangeSettings(MINA, Settings(locked=True), play.fresh().gate))
    play.refuses(c.JoinRoom(BORA, "Bora", keys("Bora")), Refusal.LOCKED)
    play.refuses(c.JoinRoom(BORA, "Bora", keys("Bora"), seated=False), Refusal.LOCKED)
    play.does(c.TakeSeat(ARA), c.GiveUpSeat(JUN), c.TakeSeat(JUN))


def test_sitting_down_twice_or_watching_twice_changes_nothing() -> None:
    play = Play.opened("Mina", "Jun")
    assert play.does(c.TakeSeat(JUN)) == ()
    play.does(c.GiveUpSeat(JUN))
    assert play.does(c.GiveUpSeat(JUN)) == ()


def test_whoever_sat_out_and_sits_down_again_is_ready() -> None:
    play = Play.opened("Mina", "Jun")
    play.does(c.SetReady(JUN, False), c.GiveUpSeat(JUN), c.TakeSeat(JUN))
    assert play.room.members[JUN].ready


def test_one_seat_each_where_the_room_allows_only_that() -> None:
    play = Play.opened("Mina", settings=Settings(one_device=True))
    play.joins("Jun", device="the office PC", address="the office")
    twin = keys("Ara", "the office PC", "the office")
    play.refuses(c.JoinRoom(ARA, "Ara", twin), Refusal.ONE_DEVICE)
    play.does(c.JoinRoom(ARA, "Ara", twin, seated=False))
    play.refuses(c.TakeSeat(ARA), Refusal.ONE_DEVICE)
    play.joins("Bora", device="another PC", address="the office")
    play.joins("Doha", device="the office PC", address="at home")
    play.does(c.GiveUpSeat(JUN), c.TakeSeat(ARA))


def test_two_from_one_device_where_the_room_does_not_mind() -> None:
    play = Play.opened("Mina")
    play.joins("Jun", device="Mina", address="Mina")
    assert len(play.room.seated()) == 2


# Away and back.


def test_a_seat_and_a_pick_are_held_for_the_grace() -> None:
    play = Play.opened("Mina", "Jun", "Ara")
    play.does(c.PickRacer(JUN, 0), c.GoAway(JUN))
    away = play.now
    play.waits(play.room.pace.seat_grace_ms - 1)
    assert play.room.members[JUN].away_since == away
    play.does(c.ComeBack(JUN))
    play.waits(MINUTE)
    assert play.room.members[JUN].away_since is None
    assert play.own(JUN).pick == 0


def test_a_seat_is_released_after_the_grace() -> None:
    play = Play.opened("Mina", "Jun", "Ara")
    play.does(c.PickRacer(JUN, 0), c.GoAway(JUN))
    play.waits(play.room.pace.seat_grace_ms)
    assert JUN not in play.room.members
    assert play.phase(Gathering).picks == {}
    left = one(e.MemberLeft, play.entries[-1].events)
    assert (left.player, left.reason) == (JUN, e.LeftReason.AWAY)
    play.refuses(c.ReleaseSeat(JUN), Refusal.NOTHING_OWED)


def test_a_spectator_who_stays_away_is_let_go_as_well() -> None:
    play = Play.opened("Mina")
    play.joins("Jun", seated=False)
    play.does(c.GoAway(JUN))
    play.waits(play.room.pace.seat_grace_ms)
    assert JUN not in play.room.members


def test_nobody_is_released_early_or_while_they_are_here() -> None:
    play = Play.opened("Mina", "Jun")
    play.refuses(c.ReleaseSeat(JUN), Refusal.NOTHING_OWED)
    play.does(c.GoAway(JUN))
    play.sleeps(play.room.pace.seat_grace_ms - 1)
    play.refuses(c.ReleaseSeat(JUN), Refusal.NOTHING_OWED)


def test_going_away_twice_and_coming_back_twice_change_nothing() -> None:
    play = Play.opened("Mina", "Jun")
    play.does(c.GoAway(JUN))
    since = play.room.members[JUN].away_since
    play.waits(5_000)
    assert play.does(c.GoAway(JUN)) == ()
    assert play.room.members[JUN].away_since == since
    play.does(c.ComeBack(JUN))
    assert play.does(c.ComeBack(JUN)) == ()


# Thrown out.


@pytest.mark.parametrize("seated", [True, False])
def test_a_kicked_player_is_not_back_at_once(seated: bool) -> None:
    """Lesson of the predecessor: a kicked player was back at once."""
    play = Play.opened("Mina", "Jun", "Ara")
    play.does(c.Kick(MINA, JUN))
    play.refuses(c.JoinRoom(JUN, "Jun", keys("Jun"), seated), Refusal.KICKED)
    new_token = keys("Not Jun", device="Jun", address="Jun")
    play.refuses(c.JoinRoom(JUN, "Not Jun", new_token, seated), Refusal.KICKED)
    other_phone = replace(keys("Ara"), token=keys("Jun").token)
    play.refuses(c.JoinRoom(JUN, "Jun", other_phone, seated), Refusal.KICKED)


def test_a_kick_is_over_with_the_round() -> None:
    play = Play.opened("Mina", "Jun", "Ara")
    play.does(c.Kick(MINA, JUN))
    play.races()
    play.refuses(c.JoinRoom(JUN, "Jun", keys("Jun")), Refusal.KICKED)
    play.does(c.NextRound(MINA, play.fresh()))
    play.joins("Jun")


def test_the_colleagues_of_a_kicked_player_may_come() -> None:
    play = Play.opened("Mina")
    play.joins("Jun", address="the office")
    play.does(c.Kick(MINA, JUN))
    play.joins("Ara", address="the office")


def test_a_blocked_player_stays_out_by_token_device_and_address() -> None:
    play = Play.opened("Mina", "Jun")
    play.does(c.Block(MINA, JUN))
    play.refuses(c.JoinRoom(JUN, "Jun", keys("Jun")), Refusal.BLOCKED)
    play.refuses(c.JoinRoom(ARA, "Ara", replace(keys("Ara"), token=keys("Jun").token)), Refusal.BLOCKED)
    play.refuses(c.JoinRoom(ARA, "Ara", keys("Ara", device="Jun")), Refusal.BLOCKED)
    play.refuses(c.JoinRoom(ARA, "Ara", keys("Ara", address="Jun"), seated=False), Refusal.BLOCKED)
    play.joins("Bora")
    play.races()
    play.does(c.NextRound(MINA, play.fresh()))
    play.refuses(c.JoinRoom(JUN, "Jun", keys("Jun")), Refusal.BLOCKED)


def test_one_troll_does_not_shut_the_whole_office_out() -> None:
    play = Play.opened("Mina")
    play.joins("Jun", address="the office")
    play.joins("Ara", address="the office")
    play.does(c.Block(MINA, JUN))
    play.joins("Bora", address="the office")
    play.refuses(c.JoinRoom(DOHA, "Doha", keys("Doha", device="Jun", address="the office")), Refusal.BLOCKED)


def test_a_blocked_player_can_be_let_in_again() -> None:
    play = Play.opened("Mina", "Jun", "Ara")
    play.does(c.Block(MINA, JUN), c.Block(MINA, ARA))
    assert play.sees().blocked == ("Jun", "Ara")
    for place in (-1, 2):
        play.refuses(c.Unblock(MINA, place), Refusal.NO_SUCH_PLAYER)
    play.does(c.Unblock(MINA, 0))
    assert play.sees().blocked == ("Ara",)
    play.joins("Jun")
    play.refuses(c.JoinRoom(ARA, "Ara", keys("Ara")), Refusal.BLOCKED)


@pytest.mark.parametrize("out", [c.Kick, c.Block])
def test_who_can_be_thrown_out(out: type[c.Kick | c.Block]) -> None:
    play = Play.opened("Mina", "Jun")
    play.joins("Ara", seated=False)
    play.refuses(out(MINA, MINA), Refusal.NOT_YOURSELF)
    play.refuses(out(MINA, BORA), Refusal.NO_SUCH_PLAYER)
    play.refuses(out(JUN, MINA), Refusal.NOT_HOST)
    play.does(out(MINA, ARA))
    assert ARA not in play.room.members


# The moment somebody goes.


@pytest.mark.parametrize("go", [c.LeaveRoom, c.GiveUpSeat])
@pytest.mark.parametrize("phase", [Countdown, Racing])
def test_from_the_countdown_on_a_pick_stays(
    phase: type[Countdown | Racing], go: type[c.LeaveRoom | c.GiveUpSeat]
) -> None:
    play = Play.opened("Mina", "Jun", "Ara")
    play.does(c.PickRacer(JUN, 0))
    play.starts()
    picks = dict(play.until(phase).heat.card.picks)
    play.does(go(JUN))
    assert dict(play.phase(phase).heat.card.picks) == picks
    assert picks[JUN] == 0


def test_coming_in_late_is_watching_the_race_from_a_seat() -> None:
    play = Play.opened("Mina", "Jun")
    play.starts()
    play.until(Racing)
    play.joins("Ara")
    assert ARA not in dict(play.races().result.card.picks)
    play.does(c.NextRound(MINA, play.fresh()))
    play.starts()
    assert ARA in play.phase(Drawing).picks


def test_nobody_acts_who_is_not_in_the_room() -> None:
    play = Play.opened("Mina", "Jun")
    for command in (c.PickRacer(ARA, 0), c.Say(ARA, "hi"), c.LeaveRoom(ARA), c.StartRace(ARA), c.ComeBack(ARA)):
        play.refuses(command, Refusal.NOT_IN_ROOM)
    play.does(c.LeaveRoom(JUN))
    play.refuses(c.PickRacer(JUN, 0), Refusal.NOT_IN_ROOM)


def test_one_person_alone_can_wait_but_not_race() -> None:
    play = Play.opened("Mina")
    play.refuses(c.StartRace(MINA), Refusal.TOO_FEW)
    play.joins("Jun", seated=False)
    play.refuses(c.StartRace(MINA), Refusal.TOO_FEW)
    play.does(c.TakeSeat(JUN))
    play.starts()
    play.until(Podium)
