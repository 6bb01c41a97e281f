"""From the countdown to the next round: every race ends by the clock, with exactly one who pays."""

import pytest
from tests.domain.plays import ARA, BORA, HOUR, JUN, MINA, Play, book, fresh, level, one, voting

from paddock.domain import commands as c
from paddock.domain import events as e
from paddock.domain.card import Rule
from paddock.domain.dice import commitment
from paddock.domain.ids import Seed
from paddock.domain.race import MAX_RUNOFFS
from paddock.domain.record import verify
from paddock.domain.refusals import Refusal
from paddock.domain.room import Closed, Countdown, Drawing, Gathering, Podium, Racing, RunOff
from paddock.domain.settings import Settings
from paddock.domain.views import CountdownView, GatheringView, PodiumView, RacingView, RunOffView


def started(*others: str, settings: Settings | None = None, level_track: bool = False, **racers: int) -> Play:
    play = Play.opened("Mina", *others, settings=settings, races=level() if level_track else book())
    play.all_pick(**racers)
    play.starts()
    return play


def test_everybodys_picks_flip_over() -> None:
    play = started("Jun", Mina=0, Jun=3)
    play.until(Countdown)
    phase = play.sees().phase
    assert isinstance(phase, CountdownView)
    assert phase.card.picks == ((JUN, 3), (MINA, 0))
    assert phase.names == {MINA: "Mina", JUN: "Jun"}
    assert phase.ends_at == play.now + play.room.pace.countdown_ms


def test_a_race_takes_its_time() -> None:
    play = started("Jun", Mina=0, Jun=3)
    racing = play.until(Racing)
    assert racing.starts_at == play.now + play.room.pace.lead_ms
    assert 20_000 <= racing.ends_at - racing.starts_at <= 60_000 + play.room.pace.tail_ms
    play.waits(racing.ends_at - play.now - 1)
    assert play.phase(Racing) == racing
    play.waits(1)
    play.phase(Podium)


def test_unpicked_racers_stay_at_the_gate() -> None:
    play = started("Jun", Mina=0, Jun=3)
    result = play.races().result
    assert [lane for lane, ms in enumerate(result.finish) if ms is not None] == [0, 3]
    assert {lane for group in result.order for lane in group} == {0, 3}


@pytest.mark.parametrize("rule", [Rule.LAST, Rule.FIRST])
def test_the_one_on_the_paying_racer_pays(rule: Rule) -> None:
    play = started("Jun", "Ara", settings=Settings(rule=rule), Mina=0, Jun=1, Ara=2)
    result = play.races().result
    (racer,) = result.order[-1 if rule is Rule.LAST else 0]
    assert result.payers == ((MINA, JUN, ARA)[racer],)


def test_the_one_on_the_drawn_rank_pays() -> None:
    play = Play.opened("Mina", "Jun", "Ara", settings=voting())
    play.all_pick(Mina=0, Jun=1, Ara=2)
    play.does(c.CastVote(MINA, 2))
    result = play.races().result
    assert result.card.draw.rank == 2
    (racer,) = result.order[1]
    assert result.payers == ((MINA, JUN, ARA)[racer],)


def test_somebody_on_racer_0_can_pay() -> None:
    """Lesson of the predecessor: racer 0 was treated as "no pick", so whoever had it never paid."""
    for number in range(50):
        play = Play.opened("Mina", "Jun", number=number)
        play.all_pick(Mina=0, Jun=1)
        if play.races().result.payers == (MINA,):
            return
    raise AssertionError("racer 0 never came last in fifty races")


def test_nobody_on_the_paying_racer_cannot_happen() -> None:
    """The last rank is counted among the picked racers: one racer for everybody is the first and the last."""
    for rule in Rule:
        play = started("Jun", settings=Settings(rule=rule), Mina=2, Jun=2)
        assert len(play.races().result.payers) == 1


# Leaving does not help.


@pytest.mark.parametrize("how", ["leave", "kick", "block", "away"])
def test_a_leaver_still_pays(how: str) -> None:
    """Lesson of the predecessor: the result was missing because the one who was to pay had left."""
    expected = started("Jun", "Ara", Mina=0, Jun=1, Ara=2).races().result
    (payer,) = expected.payers
    play = started("Jun", "Ara", Mina=0, Jun=1, Ara=2)
    play.until(Countdown)
    host = play.room.host
    assert host is not None
    if host == payer:
        host = JUN
        play.does(c.HandOver(MINA, host))
    ways: dict[str, tuple[c.Command, ...]] = {
        "leave": (c.LeaveRoom(payer),),
        "kick": (c.Kick(host, payer),),
        "block": (c.Block(host, payer),),
        "away": (c.GoAway(payer),),
    }
    play.does(*ways[how])
    result = play.races().result
    assert (result.payers, result.order, result.finish) == (expected.payers, expected.order, expected.finish)
    assert result.names[payer] == expected.names[payer]
    assert play.records[-1].payers == (payer,)


def test_a_name_changed_in_the_race_is_the_name_at_the_start_in_the_result() -> None:
    play = started("Jun", Mina=0, Jun=1)
    play.until(Racing)
    play.does(c.RenamePlayer(JUN, "Somebody Else"))
    assert play.races().result.names[JUN] == "Jun"


def test_a_round_ends_without_any_client() -> None:
    """Lesson of the predecessor: a race ended when a client said so. Here nobody is there to say anything."""
    play = started("Jun", "Ara", level_track=True, Mina=1, Jun=1, Ara=1)
    play.until(Countdown)
    play.does(c.LeaveRoom(MINA), c.LeaveRoom(JUN), c.LeaveRoom(ARA))
    play.waits(HOUR)
    play.phase(Closed)
    assert len(play.records[-1].payers) == 1


def test_no_command_of_a_client_ends_or_begins_a_race() -> None:
    """Lesson of the predecessor: a spectator could end the race."""
    play = started("Jun", Mina=0, Jun=1)
    play.joins("Ara", seated=False)
    for phase in (Drawing, Countdown, Racing):
        before = play.until(phase)
        for who in (MINA, ARA):
            refusal = Refusal.NOT_OVER if who == MINA else Refusal.NOT_HOST
            play.refuses(c.NextRound(who, fresh(9)), refusal)
        assert play.phase(phase) == before


def test_a_server_that_was_away_goes_on_where_the_race_was() -> None:
    play = started("Jun", Mina=0, Jun=1)
    play.until(Racing)
    expected = started("Jun", Mina=0, Jun=1).races().result
    play.sleeps(10 * 60_000)
    play.settles()
    assert play.phase(Podium).result == expected
    assert play.phase(Podium).ends_at == play.now + play.room.pace.podium_ms


# Several payers.


def test_several_on_the_paying_racer_race_a_run_off_and_the_others_watch() -> None:
    for number in range(50):
        play = Play.opened("Mina", "Jun", "Ara", number=number)
        play.all_pick(Mina=1, Jun=1, Ara=0)
        play.starts()
        podium = play.until(Podium)
        if len(podium.result.payers) == 2:
            break
    assert podium.result.payers == (JUN, MINA)
    assert podium.ends_at == play.now + play.room.pace.replay_hold_ms
    runoff = play.until(RunOff)
    assert runoff.ends_at == play.now + play.room.pace.runoff_ms
    assert [player for player, _ in runoff.heat.card.picks] == [JUN, MINA]
    assert len(set(dict(runoff.heat.card.picks).values())) == 2, "nobody shares a racer while there are enough"
    assert len(play.races().result.payers) == 1


def test_a_dead_heat_is_not_decided_by_lanes() -> None:
    """Lesson of the predecessor: a tie was decided by the number of the lane."""
    play = started("Jun", "Ara", level_track=True, Mina=0, Jun=1, Ara=2)
    podium = play.until(Podium)
    assert podium.result.order == ((0, 1, 2),)
    assert podium.result.payers == (ARA, JUN, MINA)
    payers = set()
    for number in range(30):
        play = Play.opened("Mina", "Jun", "Ara", races=level(), number=number)
        play.all_pick(Mina=0, Jun=1, Ara=2)
        payers |= set(play.races().result.payers)
    assert payers == {MINA, JUN, ARA}


def test_run_offs_come_to_an_end() -> None:
    play = started("Jun", "Ara", level_track=True, Mina=0, Jun=1, Ara=2)
    podium = play.races()
    assert podium.result.card.runoff == MAX_RUNOFFS
    assert len(podium.result.payers) == 1
    assert [record.card.runoff for record in play.records] == list(range(MAX_RUNOFFS + 1))
    assert len({record.card.race for record in play.records}) == MAX_RUNOFFS + 1
    assert all(verify(record) == () for record in play.records)


@pytest.mark.parametrize(("rule", "rank"), [(Rule.FIRST, 1), (Rule.LAST, 3), (Rule.VOTE, 3)])
def test_first_pays_stays_first_pays_in_a_run_off(rule: Rule, rank: int) -> None:
    play = started("Jun", "Ara", settings=Settings(rule=rule), level_track=True, Mina=0, Jun=1, Ara=2)
    draw = play.until(RunOff).heat.card.draw
    assert draw.rule is (Rule.FIRST if rule is Rule.FIRST else Rule.LAST)
    assert (draw.rank, draw.distinct, draw.votes) == (rank, 3, ())


def test_a_payer_who_left_races_the_run_off_all_the_same() -> None:
    play = started("Jun", level_track=True, Mina=1, Jun=1)
    play.until(Podium)
    play.does(c.LeaveRoom(JUN))
    runoff = play.until(RunOff)
    assert runoff.heat.names == {MINA: "Mina", JUN: "Jun"}
    assert JUN in dict(runoff.heat.card.picks)


def test_the_host_cannot_skip_the_run_off() -> None:
    play = started("Jun", level_track=True, Mina=1, Jun=1)
    play.until(Podium)
    play.refuses(c.NextRound(MINA, fresh(9)), Refusal.NOT_OVER)
    play.sleeps(HOUR)
    podium = play.phase(Podium)
    play.refuses(c.OpenRound(podium.result.card.race, fresh(9)), Refusal.NOTHING_OWED)
    play.refuses(c.OpenRunOff(fresh(9).race), Refusal.NOTHING_OWED)
    play.does(c.OpenRunOff(podium.result.card.race))
    play.refuses(c.OpenRunOff(podium.result.card.race), Refusal.NOTHING_OWED)


def test_no_run_off_for_one_payer() -> None:
    play = started("Jun", Mina=0, Jun=1)
    podium = play.races()
    play.sleeps(HOUR)
    play.refuses(c.OpenRunOff(podium.result.card.race), Refusal.NOTHING_OWED)


# The commitment.


def test_the_seed_is_the_one_committed_to_before_the_first_pick() -> None:
    play = Play.opened("Mina", "Jun", races=level())
    shown = play.sees().phase
    assert isinstance(shown, GatheringView)
    play.all_pick(Mina=0, Jun=0)
    play.starts()
    for phase, view in ((Countdown, CountdownView), (Racing, RacingView)):
        play.until(phase)
        seen = play.sees().phase
        assert isinstance(seen, view)
        assert seen.commitment == shown.commitment
    result = play.until(Podium).result
    assert commitment(result.seed) == shown.commitment


def test_each_run_off_was_committed_to_by_the_seed_of_the_heat_before() -> None:
    play = started("Jun", level_track=True, Mina=0, Jun=0)
    for _ in range(MAX_RUNOFFS):
        play.until(RunOff)
        shown = play.sees().phase
        assert isinstance(shown, RunOffView)
        assert shown.commitment == play.records[-1].seed
        play.until(Podium)
        podium = play.sees().phase
        assert isinstance(podium, PodiumView)
        assert podium.result.commitment == shown.commitment
        assert commitment(Seed(bytes.fromhex(podium.result.seed))) == shown.commitment


def test_the_record_tells_all_there_is_to_check() -> None:
    play = started("Jun", Mina=0, Jun=1)
    play.until(Racing)
    play.waits(play.phase(Racing).ends_at - play.now)
    finished = one(e.RaceFinished, play.entries[-1].events)
    record, result = finished.record, finished.result
    assert verify(record) == ()
    assert (record.room, record.rule, record.names) == ("K7AB2", Rule.LAST, {MINA: "Mina", JUN: "Jun"})
    assert (record.payers, record.order, record.finish) == (result.payers, result.order, result.finish)
    assert record.starts_at == result.starts_at


# Every step once.


def test_every_step_is_done_once_and_in_time() -> None:
    play = started("Jun", level_track=True, Mina=0, Jun=0)
    race = play.phase(Drawing).race
    steps: tuple[tuple[type[Countdown | Racing | Podium | RunOff], c.Command], ...] = (
        (Countdown, c.StartCountdown(race)),
        (Racing, c.RunRace(race, level())),
        (Podium, c.FinishRace(race)),
        (RunOff, c.OpenRunOff(race)),
    )
    for phase, command in steps:
        play.refuses(command, Refusal.NOTHING_OWED)
        play.until(phase)
        play.sleeps(HOUR)
        play.refuses(command, Refusal.NOTHING_OWED)
        play.now = play.entries[-1].at
    play.refuses(c.FinishRace(race), Refusal.NOTHING_OWED)


def test_the_steps_of_another_race_are_not_taken() -> None:
    play = started("Jun", Mina=0, Jun=1)
    other = fresh(99).race
    for phase, command in (
        (Drawing, c.StartCountdown(other)),
        (Countdown, c.RunRace(other, book())),
        (Racing, c.FinishRace(other)),
        (Podium, c.OpenRunOff(other)),
        (Podium, c.OpenRound(other, fresh(98))),
    ):
        play.until(phase)
        now = play.now
        play.sleeps(HOUR)
        play.refuses(command, Refusal.NOTHING_OWED)
        play.now = now


# The next round.


def test_the_podium_stands_and_then_a_new_round_begins() -> None:
    play = started("Jun", Mina=0, Jun=1)
    before = play.races()
    play.waits(play.room.pace.podium_ms - 1)
    play.refuses(c.OpenRound(before.result.card.race, fresh(9)), Refusal.NOTHING_OWED)
    play.waits(1)
    phase = play.phase(Gathering)
    assert phase.race != before.result.card.race
    assert phase.root != before.root
    assert (phase.picks, phase.votes, play.sees().rounds) == ({}, {}, 2)
    play.refuses(c.OpenRound(before.result.card.race, fresh(9)), Refusal.NOTHING_OWED)


def test_the_host_goes_on_at_once() -> None:
    play = started("Jun", Mina=0, Jun=1)
    play.refuses(c.NextRound(MINA, play.fresh()), Refusal.NOT_OVER)
    play.races()
    play.refuses(c.NextRound(JUN, play.fresh()), Refusal.NOT_HOST)
    play.does(c.NextRound(MINA, play.fresh()))
    play.phase(Gathering)
    play.refuses(c.NextRound(MINA, play.fresh()), Refusal.NOT_OVER)


def test_a_round_is_told_in_bounded_pieces() -> None:
    """Lesson of the predecessor: the whole history was resent after every race. An entry tells one race."""
    play = Play.opened("Mina", "Jun")
    sizes = []
    for _ in range(5):
        play.races()
        sizes.append(len(play.entries[-1].events))
        play.does(c.NextRound(MINA, play.fresh()))
    assert sizes == [1] * 5
    assert BORA not in play.room.members


def test_winners_are_in_no_message_before_the_finish() -> None:
    """Lesson of the predecessor: the winners stood in the message that started the race."""
    plays = []
    for races in (book(), level()):
        play = started("Jun", Mina=0, Jun=1)
        play.book = races
        play.until(Racing)
        plays.append(play)
    assert plays[0].phase(Racing).ends_at != plays[1].phase(Racing).ends_at
    assert plays[0].sees() == plays[1].sees(), "races that end differently look the same until they do"
