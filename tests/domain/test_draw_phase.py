"""The draw: which rank pays, by the shares of the votes, and what happens when somebody leaves while it is shown."""

import pytest
from tests.domain.plays import ARA, BORA, DOHA, JUN, MINA, Play, fresh, one, person, voting

from paddock.domain import commands as c
from paddock.domain import events as e
from paddock.domain.card import Draw, Rule
from paddock.domain.event_views import DrawStartedView, public_event
from paddock.domain.ids import PlayerId
from paddock.domain.refusals import Refusal
from paddock.domain.room import Countdown, Drawing, Gathering
from paddock.domain.settings import Settings


def voted(**ranks: int) -> Play:
    """Four people on racers 0, 1, 1 and 2 have voted."""
    play = Play.opened("Mina", "Jun", "Ara", "Bora", settings=voting())
    play.all_pick(Mina=0, Jun=1, Ara=1, Bora=2)
    for name, rank in ranks.items():
        play.does(c.CastVote(PlayerId(name.lower().ljust(10, "0")), rank))
    return play


def drawn(play: Play) -> Draw:
    return play.phase(Drawing).draw


@pytest.mark.parametrize(("rule", "rank"), [(Rule.LAST, 3), (Rule.FIRST, 1)])
def test_without_a_vote_a_card_gives_the_reason(rule: Rule, rank: int) -> None:
    play = Play.opened("Mina", "Jun", "Ara", settings=Settings(rule=rule))
    play.all_pick(Mina=0, Jun=1, Ara=2)
    play.starts()
    assert drawn(play) == Draw(rule, (), 3, rank)
    assert play.phase(Drawing).rests_at == play.now
    assert play.phase(Drawing).ends_at == play.now + play.room.pace.reason_ms


def test_with_votes_a_roulette_shows_their_shares() -> None:
    play = voted(Mina=1, Jun=2, Ara=2)
    play.starts()
    draw = drawn(play)
    assert (draw.votes, draw.distinct) == ((1, 2, 0, 0, 0), 3)
    assert draw.rank in {1, 2}
    assert play.phase(Drawing).rests_at == play.now + 5_500
    assert play.phase(Drawing).ends_at == play.now + 5_500 + 3_000


def test_votes_beyond_the_picked_racers_are_void() -> None:
    for number in range(40):
        play = Play.opened("Mina", "Jun", settings=voting(), number=number)
        play.all_pick(Mina=3, Jun=4)
        play.does(c.CastVote(MINA, 5), c.CastVote(JUN, 1))
        play.starts()
        assert drawn(play).rank == 1


def test_without_a_valid_vote_the_last_one_pays_and_nothing_spins() -> None:
    play = voted(Mina=5, Jun=4)
    play.starts()
    assert drawn(play).rank == 3
    assert play.phase(Drawing).rests_at == play.now
    assert play.phase(Drawing).ends_at == play.now + play.room.pace.reason_ms


def test_the_chance_of_a_rank_is_its_share() -> None:
    counts = {1: 0, 2: 0}
    for number in range(600):
        play = Play.opened("Mina", "Jun", "Ara", "Bora", settings=voting(), number=number)
        play.all_pick(Mina=0, Jun=1, Ara=1, Bora=1)
        play.does(c.CastVote(MINA, 1), *(c.CastVote(who, 2) for who in (JUN, ARA, BORA)))
        play.starts()
        counts[drawn(play).rank] += 1
    assert 110 < counts[1] < 190, counts


def test_everybody_on_one_racer_is_one_rank() -> None:
    play = Play.opened("Mina", "Jun", settings=voting())
    play.all_pick(Mina=0, Jun=0)
    play.does(c.CastVote(JUN, 2))
    play.starts()
    assert (drawn(play).distinct, drawn(play).rank) == (1, 1)


def test_nobody_is_told_the_picks_while_the_draw_is_shown() -> None:
    play = voted(Mina=1)
    shown = public_event(one(e.DrawStarted, play.starts()))
    assert isinstance(shown, DrawStartedView)
    assert shown.picked == (ARA, BORA, JUN, MINA)
    assert (play.own(MINA).pick, play.own(JUN).pick) == (0, 1)


def test_somebody_who_leaves_is_drawn_without() -> None:
    play = voted(Mina=1, Jun=2, Ara=2, Bora=3)
    play.starts()
    play.waits(4_000)
    happened = play.does(c.LeaveRoom(BORA))
    again = one(e.DrawStarted, happened)
    assert (again.draw.votes, again.draw.distinct) == ((1, 2, 0, 0, 0), 2)
    assert again.ends_at == play.now + 8_500, "shown from the beginning"
    assert set(play.phase(Drawing).picks) == {MINA, JUN, ARA}
    play.until(Countdown)
    assert BORA not in dict(play.phase(Countdown).heat.card.picks)


@pytest.mark.parametrize("how", ["leave", "watch", "kick", "block", "away"])
def test_however_somebody_goes_they_are_drawn_without(how: str) -> None:
    play = voted()
    play.does(c.GoAway(BORA))
    play.sleeps(play.room.pace.seat_grace_ms)
    play.starts()
    gone: dict[str, c.Command] = {
        "leave": c.LeaveRoom(BORA),
        "watch": c.GiveUpSeat(BORA),
        "kick": c.Kick(MINA, BORA),
        "block": c.Block(MINA, BORA),
        "away": c.ReleaseSeat(BORA),
    }
    play.does(gone[how])
    assert set(play.phase(Drawing).picks) == {MINA, JUN, ARA}
    assert drawn(play).distinct == 2


def test_whoever_does_not_race_leaves_without_a_word() -> None:
    play = voted(Mina=1)
    play.joins("Doha")
    play.does(c.SetReady(DOHA, False))
    play.starts()
    before = play.phase(Drawing)
    play.waits(1_000)
    play.joins("Late")
    play.does(c.LeaveRoom(DOHA), c.LeaveRoom(person("Late")))
    assert play.phase(Drawing) == before


def test_too_few_left_calls_the_round_off() -> None:
    play = Play.opened("Mina", "Jun", settings=voting())
    play.does(c.PickRacer(MINA, 4), c.CastVote(MINA, 1), c.CastVote(JUN, 2))
    lineup, race = play.phase(Gathering).lineup, play.phase(Gathering).race
    play.starts()
    happened = play.does(c.LeaveRoom(JUN))
    assert one(e.RoundCalledOff, happened).reason is e.CalledOffReason.TOO_FEW
    phase = play.phase(Gathering)
    assert (phase.lineup, phase.race, phase.votes, phase.deadline) == (lineup, race, {}, None)
    assert play.own(MINA).pick == 4, "standing picks stay"
    play.refuses(c.StartCountdown(race), Refusal.NOTHING_OWED)
    play.joins("Ara")
    play.starts()
    assert play.races().result.card.race == race


def test_two_are_enough_to_go_on() -> None:
    play = Play.opened("Mina", "Jun", "Ara")
    play.starts()
    play.does(c.LeaveRoom(ARA))
    assert set(play.phase(Drawing).picks) == {MINA, JUN}


def test_a_round_called_off_among_many_has_a_new_deadline() -> None:
    play = Play.opened("Mina", "Jun", settings=Settings(pick_seconds=20))
    play.starts()
    play.joins("Ara")
    play.does(c.LeaveRoom(JUN))
    assert play.phase(Gathering).deadline == play.now + 20_000


def test_the_host_may_leave_in_the_draw() -> None:
    play = voted(Mina=1)
    play.starts()
    play.does(c.LeaveRoom(MINA))
    assert play.room.host == JUN
    assert MINA not in play.phase(Drawing).picks


def test_the_same_round_is_always_drawn_the_same() -> None:
    plays = [voted(Mina=1, Jun=2, Ara=3) for _ in range(2)]
    for play in plays:
        play.starts()
    assert plays[0].room == plays[1].room


def test_the_draw_is_shown_for_its_time() -> None:
    play = voted(Mina=1)
    play.starts()
    race = play.phase(Drawing).race
    play.sleeps(8_499)
    play.refuses(c.StartCountdown(race), Refusal.NOTHING_OWED)
    play.sleeps(1)
    play.refuses(c.StartCountdown(fresh(99).race), Refusal.NOTHING_OWED)
    play.does(c.StartCountdown(race))
    play.refuses(c.StartCountdown(race), Refusal.NOTHING_OWED)
