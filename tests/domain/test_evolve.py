"""The fold: a room is what its entries make of it, and nothing else goes in."""

import msgspec
import pytest
from tests.domain.plays import ARA, JUN, MINA, Play, level, voting

from paddock.domain import commands as c
from paddock.domain import events as e
from paddock.domain.evolve import evolve, opened
from paddock.domain.refusals import Refusal
from paddock.domain.room import Closed, Countdown, Drawing, Gathering, Podium, Racing, Room, RunOff

Stage = Gathering | Drawing | Countdown | Racing | Podium | RunOff | Closed
STAGES: tuple[type[Stage], ...] = (Gathering, Drawing, Countdown, Racing, Podium, RunOff, Closed)


def evening() -> Play:
    play = Play.opened("Mina", "Jun", "Ara", settings=voting(pick_seconds=30), races=level(), password="a hash")
    play.all_pick(Mina=0, Jun=0)
    play.does(c.CastVote(ARA, 2), c.GoAway(JUN), c.ComeBack(JUN), c.Say(MINA, "@Jun"))
    play.races()
    play.does(c.NextRound(MINA, play.fresh()), c.Kick(MINA, ARA), c.Block(MINA, JUN), c.Unblock(MINA, 0))
    play.waits(3 * 3_600_000)
    play.phase(Closed)
    return play


def replayed(entries: list[e.Entry]) -> Room:
    first = entries[0].events[0]
    assert isinstance(first, e.RoomOpened)
    room = opened(first, entries[0].at)
    for entry in entries:
        for event in entry.events:
            room = evolve(room, event, entry.at)
    return room


def test_the_entries_lead_to_the_room() -> None:
    play = evening()
    assert replayed(play.entries) == play.room


def test_the_entries_lead_to_the_room_from_their_json_too() -> None:
    play = evening()
    kept = msgspec.json.decode(msgspec.json.encode(play.entries), type=list[e.Entry])
    assert kept == play.entries
    assert replayed(kept) == play.room


def test_every_entry_raises_the_version_by_one() -> None:
    play = evening()
    assert [entry.version for entry in play.entries] == list(range(1, play.version + 1))


@pytest.mark.parametrize("phase", STAGES)
def test_a_snapshot_survives_its_json(phase: type[Stage]) -> None:
    play = Play.opened("Mina", "Jun", races=level())
    play.all_pick(Mina=1, Jun=1)
    if phase is Closed:
        play.waits(100 * 3_600_000)
    elif phase is not Gathering:
        play.starts()
    play.until(phase)
    assert msgspec.json.decode(msgspec.json.encode(play.room), type=Room) == play.room


def test_a_snapshot_stays_small() -> None:
    play = Play.opened(*(f"P{number:02d}" for number in range(50)))
    play.races()
    assert len(msgspec.json.encode(play.room)) < 30_000


def test_an_event_that_does_not_belong_to_the_phase_changes_no_phase() -> None:
    """What the web client does with an entry it gets late, the server does with it too: nothing."""
    play = evening()
    happened = [event for entry in play.entries for event in entry.events]
    for event in happened:
        if isinstance(event, e.RacerPicked | e.CountdownStarted | e.RaceFinished | e.PickDeadlineSet | e.VoteCast):
            assert evolve(play.room, event, play.now).phase == play.room.phase


def test_only_what_people_do_keeps_a_room_alive() -> None:
    play = Play.opened("Mina", "Jun", settings=voting(pick_seconds=30))
    for command in (
        c.PickRacer(JUN, 0),
        c.CastVote(JUN, 1),
        c.SetReady(JUN, False),
        c.SetReady(JUN, True),
        c.GiveUpSeat(JUN),
        c.TakeSeat(JUN),
    ):
        play.waits(1_000)
        play.does(command)
        if not isinstance(command, c.GiveUpSeat):
            assert play.room.active_at == play.now
    play.does(c.GoAway(JUN))
    since = play.room.active_at
    play.until(Podium)
    assert play.room.active_at == since


def test_which_refusals_are_worth_another_try() -> None:
    worth_it = {Refusal.BUSY, Refusal.DEGRADED, Refusal.TIMEOUT, Refusal.TOO_MANY}
    assert {refusal for refusal in Refusal if refusal.retry} == worth_it
