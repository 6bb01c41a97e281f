"""Secret picks, votes, readiness, and the moment all of it is locked."""

import pytest
from msgspec.structs import replace
from tests.domain.plays import ARA, BORA, JUN, MINA, Play, gate, level, one, voting

from paddock.domain import commands as c
from paddock.domain import events as e
from paddock.domain.card import Rule
from paddock.domain.event_views import (
    OwnPickView,
    OwnVoteView,
    PlayerPickedView,
    VotesChangedView,
    own_event,
    public_event,
)
from paddock.domain.ids import PlayerId
from paddock.domain.refusals import Refusal
from paddock.domain.room import Drawing, Gathering, Pick, Podium, RunOff
from paddock.domain.rounds import lot
from paddock.domain.settings import Settings
from paddock.domain.views import GatheringView

IN_A_ROUND = (Drawing, Podium)


def sees_picked(play: Play) -> tuple[str, ...]:
    phase = play.sees().phase
    assert isinstance(phase, GatheringView)
    return phase.picked


def sees_votes(play: Play) -> tuple[int, ...]:
    phase = play.sees().phase
    assert isinstance(phase, GatheringView)
    return phase.votes


# Picks.


def test_others_see_that_somebody_picked_never_what() -> None:
    """Lesson of the predecessor: picks could be read before the race."""
    play = Play.opened("Mina", "Jun")
    (picked,) = play.does(c.PickRacer(JUN, 3))
    assert public_event(picked) == PlayerPickedView(JUN)
    assert own_event(picked) == (JUN, OwnPickView(3, False))
    assert sees_picked(play) == (JUN,)
    assert play.own(JUN).pick == 3
    assert play.own(MINA).pick is None


def test_racer_0_is_a_racer() -> None:
    """Lesson of the predecessor: racer 0 was treated as "no pick"."""
    play = Play.opened("Mina", "Jun")
    play.does(c.PickRacer(JUN, 0))
    assert (play.own(JUN).pick, play.own(JUN).blind) == (0, False)
    play.all_pick(Mina=1)
    play.starts()
    assert play.phase(Drawing).picks == {MINA: Pick(1), JUN: Pick(0)}


def test_another_racer_replaces_the_pick_and_the_same_one_takes_it_back() -> None:
    play = Play.opened("Mina", "Jun")
    play.does(c.PickRacer(JUN, 0), c.PickRacer(JUN, 4))
    assert play.own(JUN).pick == 4
    assert play.does(c.PickRacer(JUN, 4)) == (e.PickTakenBack(JUN),)
    assert sees_picked(play) == ()
    play.does(c.PickRacer(JUN, 4))
    assert sees_picked(play) == (JUN,)


def test_several_may_pick_the_same_racer() -> None:
    play = Play.opened("Mina", "Jun", "Ara")
    play.all_pick(Mina=2, Jun=2, Ara=2)
    assert sees_picked(play) == (ARA, JUN, MINA)


def test_a_blind_pick_is_hidden_from_the_picker_too() -> None:
    play = Play.opened("Mina", "Jun")
    (picked,) = play.does(c.PickForMe(JUN))
    assert own_event(picked) == (JUN, OwnPickView(None, True))
    assert (play.own(JUN).pick, play.own(JUN).blind) == (None, True)
    assert play.phase(Gathering).picks[JUN].blind


def test_a_blind_pick_is_taken_back_like_any_other_and_thrown_only_once() -> None:
    """Picking blind again and again does not try the dice until they show something else."""
    play = Play.opened("Mina", "Jun")
    play.does(c.PickForMe(JUN))
    first = play.phase(Gathering).picks[JUN]
    assert play.does(c.PickForMe(JUN)) == (e.PickTakenBack(JUN),)
    play.does(c.PickForMe(JUN))
    assert play.phase(Gathering).picks[JUN] == first


def test_picking_the_racer_one_has_blindly_does_not_give_it_away() -> None:
    play = Play.opened("Mina", "Jun")
    for racer in range(5):
        play.does(c.PickForMe(JUN))
        (picked,) = play.does(c.PickRacer(JUN, racer))
        assert public_event(picked) == PlayerPickedView(JUN), "never taken back, whichever racer it was"


def test_blind_picks_favour_no_racer() -> None:
    phase = Play.opened().phase(Gathering)
    counts = [0] * 6
    for number in range(6_000):
        counts[lot(phase.root, phase.race, PlayerId(f"p{number}"), 6)] += 1
    assert all(850 < count < 1150 for count in counts), counts


@pytest.mark.parametrize("racer", [-1, 5, 2**40])
def test_there_is_no_such_racer(racer: int) -> None:
    play = Play.opened("Mina", "Jun")
    play.refuses(c.PickRacer(JUN, racer), Refusal.NO_SUCH_RACER)


def test_those_who_watch_do_not_pick() -> None:
    play = Play.opened("Mina")
    play.joins("Jun", seated=False)
    for command in (c.PickRacer(JUN, 0), c.PickForMe(JUN), c.SetReady(JUN, False)):
        play.refuses(command, Refusal.NOT_SEATED)


@pytest.mark.parametrize("phase", IN_A_ROUND)
def test_picks_after_the_lock_are_refused(phase: type[Drawing | Podium]) -> None:
    play = Play.opened("Mina", "Jun", settings=voting())
    play.starts()
    play.until(phase)
    for command in (
        c.PickRacer(JUN, 0),
        c.PickForMe(JUN),
        c.CastVote(JUN, 1),
        c.SetReady(JUN, False),
        c.StartRace(MINA),
        c.ChangeSettings(MINA, voting(track=1000), gate(1)),
        c.ChangeSettings(MINA, voting(racers=6), gate(1)),
        c.ChangeSettings(MINA, Settings(), gate(1)),
    ):
        play.refuses(command, Refusal.RACE_UNDER_WAY)


def test_a_leaver_takes_pick_and_vote_along() -> None:
    play = Play.opened("Mina", "Jun", "Ara", settings=voting())
    play.does(c.PickRacer(JUN, 1), c.CastVote(JUN, 2), c.LeaveRoom(JUN))
    assert (sees_picked(play), sees_votes(play)) == ((), (0, 0, 0, 0, 0))


# Ready or not.


def test_whoever_sits_out_has_no_pick_and_does_not_race() -> None:
    play = Play.opened("Mina", "Jun", "Ara", settings=voting())
    play.does(c.PickRacer(JUN, 1), c.CastVote(JUN, 2), c.SetReady(JUN, False))
    assert (sees_picked(play), sees_votes(play)) == ((), (0, 0, 0, 0, 0))
    play.starts()
    assert set(play.phase(Drawing).picks) == {MINA, ARA}


def test_whoever_picks_takes_part() -> None:
    play = Play.opened("Mina", "Jun")
    play.does(c.SetReady(JUN, False), c.PickRacer(JUN, 0))
    assert play.room.members[JUN].ready


def test_whoever_votes_takes_part() -> None:
    """Somebody who sat the race out could once vote on who of the others pays, at no risk of their own."""
    play = Play.opened("Mina", "Jun", settings=voting())
    play.does(c.SetReady(JUN, False), c.CastVote(JUN, 1))
    assert play.room.members[JUN].ready


def test_being_ready_twice_changes_nothing() -> None:
    play = Play.opened("Mina", "Jun")
    assert play.does(c.SetReady(JUN, True)) == ()
    assert len(play.does(c.SetReady(JUN, False))) == 1
    assert play.does(c.SetReady(JUN, False)) == ()


def test_two_must_be_ready() -> None:
    play = Play.opened("Mina", "Jun")
    play.does(c.SetReady(JUN, False))
    play.refuses(c.StartRace(MINA), Refusal.TOO_FEW)
    play.does(c.SetReady(JUN, True))
    play.starts()


def test_a_host_may_sit_out() -> None:
    play = Play.opened("Mina", "Jun", "Ara")
    play.does(c.SetReady(MINA, False))
    play.starts()
    assert set(play.phase(Drawing).picks) == {JUN, ARA}


# Votes.


def test_votes_are_counted_live_and_nobody_is_told_whose() -> None:
    play = Play.opened("Mina", "Jun", settings=voting())
    voted = one(e.VoteCast, play.does(c.CastVote(JUN, 2)))
    assert public_event(voted) == VotesChangedView((0, 1, 0, 0, 0))
    assert own_event(voted) == (JUN, OwnVoteView(2))
    play.does(c.CastVote(MINA, 2))
    assert sees_votes(play) == (0, 2, 0, 0, 0)
    assert (play.own(JUN).vote, play.own(BORA).vote) == (2, None)


def test_a_vote_can_be_changed_and_taken_back() -> None:
    play = Play.opened("Mina", "Jun", settings=voting())
    play.does(c.CastVote(JUN, 2), c.CastVote(JUN, 5))
    assert sees_votes(play) == (0, 0, 0, 0, 1)
    assert play.does(c.CastVote(JUN, 5)) == ()
    taken_back = one(e.VoteCast, play.does(c.CastVote(JUN, None)))
    assert public_event(taken_back) == VotesChangedView((0, 0, 0, 0, 0))
    assert sees_votes(play) == (0, 0, 0, 0, 0)
    assert play.does(c.CastVote(JUN, None)) == ()


def test_who_may_vote_for_what() -> None:
    play = Play.opened("Mina", "Jun", settings=voting())
    play.joins("Ara", seated=False)
    play.refuses(c.CastVote(ARA, 1), Refusal.NOT_SEATED)
    for rank in (0, 6, -1):
        play.refuses(c.CastVote(JUN, rank), Refusal.NO_SUCH_RANK)
    play.does(c.ChangeSettings(MINA, Settings(rule=Rule.FIRST), gate(1)))
    play.refuses(c.CastVote(JUN, 1), Refusal.NO_VOTE)


def test_votes_fall_with_the_vote() -> None:
    play = Play.opened("Mina", "Jun", settings=voting())
    play.does(c.CastVote(JUN, 2))
    play.does(c.ChangeSettings(MINA, voting(title="still voting"), gate(1)))
    assert play.own(JUN).vote == 2
    play.does(c.ChangeSettings(MINA, Settings(), gate(1)), c.ChangeSettings(MINA, voting(), gate(1)))
    assert (play.own(JUN).vote, sees_votes(play)) == (None, (0, 0, 0, 0, 0))


def test_other_racers_at_the_gate_void_picks_and_votes() -> None:
    play = Play.opened("Mina", "Jun", settings=voting())
    play.does(c.PickRacer(JUN, 4), c.CastVote(JUN, 5))
    lineup = play.phase(Gathering).lineup
    play.does(c.ChangeSettings(MINA, voting(track=1000), gate(2)))
    assert (play.phase(Gathering).lineup, play.own(JUN).pick) == (lineup, 4)
    play.does(c.ChangeSettings(MINA, voting(racers=4), gate(2)))
    assert len(play.phase(Gathering).lineup) == 4
    assert (play.own(JUN).pick, play.own(JUN).vote, sees_votes(play)) == (None, None, (0, 0, 0, 0))
    play.refuses(c.PickRacer(JUN, 4), Refusal.NO_SUCH_RACER)


# The deadline.


def test_the_deadline_picks_for_the_absent() -> None:
    play = Play.opened("Mina", "Jun", settings=Settings(pick_seconds=20))
    play.does(c.PickRacer(MINA, 0), c.GoAway(JUN))
    assert play.phase(Gathering).deadline == play.now + 20_000
    play.waits(19_999)
    play.phase(Gathering)
    play.waits(1)
    picks = play.phase(Drawing).picks
    assert picks[MINA] == Pick(0)
    assert picks[JUN].blind


def test_the_absent_are_picked_for_at_the_hosts_word_as_well() -> None:
    play = Play.opened("Mina", "Jun", "Ara")
    play.does(c.PickForMe(ARA))
    blind = play.phase(Gathering).picks[ARA]
    play.starts()
    picks = play.phase(Drawing).picks
    assert picks[ARA] == blind
    assert picks[JUN].blind
    assert play.own(JUN).pick is None


def test_the_deadline_stands_while_two_are_ready() -> None:
    play = Play.opened("Mina", settings=Settings(pick_seconds=20))
    assert play.phase(Gathering).deadline is None
    play.joins("Jun")
    assert play.phase(Gathering).deadline == play.now + 20_000
    for undo, redo in (
        (c.SetReady(JUN, False), c.SetReady(JUN, True)),
        (c.SetReady(JUN, False), c.PickRacer(JUN, 0)),
        (c.GiveUpSeat(JUN), c.TakeSeat(JUN)),
        (c.ChangeSettings(MINA, Settings(), gate(1)), c.ChangeSettings(MINA, Settings(pick_seconds=20), gate(1))),
    ):
        play.waits(5_000)
        play.does(undo)
        assert play.phase(Gathering).deadline is None
        play.waits(1_000)
        play.does(redo)
        assert play.phase(Gathering).deadline == play.now + 20_000
    play.does(c.LeaveRoom(JUN))
    assert play.phase(Gathering).deadline is None


def test_a_third_player_does_not_move_the_deadline() -> None:
    play = Play.opened("Mina", "Jun", settings=Settings(pick_seconds=20))
    deadline = play.phase(Gathering).deadline
    play.waits(10_000)
    play.joins("Ara")
    assert play.phase(Gathering).deadline == deadline


def test_a_new_length_of_picking_begins_at_once() -> None:
    """A host who cut ten minutes to twenty seconds once had to wait for the ten minutes all the same."""
    play = Play.opened("Mina", "Jun", settings=Settings(pick_seconds=600))
    play.waits(5_000)
    play.does(c.ChangeSettings(MINA, Settings(pick_seconds=20), gate(1)))
    assert play.phase(Gathering).deadline == play.now + 20_000
    play.waits(5_000)
    play.does(c.ChangeSettings(MINA, Settings(pick_seconds=20, title="coffee"), gate(1)))
    assert play.phase(Gathering).deadline == play.now + 15_000


def test_the_next_round_has_a_deadline_of_its_own() -> None:
    play = Play.opened("Mina", "Jun", settings=Settings(pick_seconds=20))
    play.races()
    play.does(c.NextRound(MINA, play.fresh()))
    assert play.phase(Gathering).deadline == play.now + 20_000


def test_picks_are_called_once_in_time_and_for_their_own_round() -> None:
    play = Play.opened("Mina", "Jun", settings=Settings(pick_seconds=20))
    play.sleeps(19_999)
    play.refuses(c.CallPicks(play.phase(Gathering).race), Refusal.NOTHING_OWED)
    play.sleeps(1)
    play.refuses(c.CallPicks(play.fresh().race), Refusal.NOTHING_OWED)
    play.does(c.CallPicks(play.phase(Gathering).race))
    play.refuses(c.CallPicks(play.phase(Drawing).race), Refusal.NOTHING_OWED)


def test_picks_are_not_called_where_the_host_alone_decides() -> None:
    play = Play.opened("Mina", "Jun")
    play.sleeps(60_000)
    play.refuses(c.CallPicks(play.phase(Gathering).race), Refusal.NOTHING_OWED)


def test_no_run_off_is_picked_for() -> None:
    """The racers of a run-off are dealt: nobody picks, nobody votes."""
    play = Play.opened("Mina", "Jun", races=level())
    play.all_pick(Mina=0, Jun=0)
    play.starts()
    play.until(RunOff)
    play.refuses(c.PickRacer(JUN, 0), Refusal.RACE_UNDER_WAY)
    assert replace(play.own(JUN), player=MINA) == play.own(MINA)
