"""Who sees what: nothing secret in any phase, all that is needed in each, and what the room list says."""

from collections.abc import Iterator

import msgspec
import pytest
from tests.domain.plays import ARA, BORA, JUN, MINA, Play, level, one, voting
from tests.domain.secrets import event_lookalikes, hidden, lookalikes, public, shown

from paddock.domain import commands as c
from paddock.domain import events as e
from paddock.domain.card import Rule
from paddock.domain.event_views import own_entries, own_event, public_entry, public_event
from paddock.domain.room import Closed, Countdown, Drawing, Gathering, Podium, Racing, RunOff
from paddock.domain.settings import Listing, Settings
from paddock.domain.views import (
    ClosedView,
    DrawingView,
    GatheringView,
    OwnView,
    PodiumView,
    RacingView,
    phase_name,
    summary,
)

Stage = Gathering | Drawing | Countdown | Racing | Podium | RunOff | Closed
STAGES: tuple[type[Stage], ...] = (Gathering, Drawing, Countdown, Racing, Podium, RunOff, Closed)


def evening(phase: type[Stage]) -> Play:
    """A private room in which everything that can be hidden is hidden somewhere."""
    play = Play.opened("Mina", "Jun", "Ara", "Bora", settings=voting(), password="$argon2id$hash", races=level())
    play.does(c.Kick(MINA, BORA))
    play.joins("Doha")
    play.does(c.Block(MINA, play.room.seated()[-1].player))
    play.all_pick(Mina=0, Jun=0)
    play.does(c.PickForMe(ARA), c.CastVote(MINA, 1), c.CastVote(JUN, 2))
    if phase is Closed:
        play.waits(100 * 3_600_000)
    elif phase is not Gathering:
        play.starts()
    play.until(phase)
    return play


@pytest.mark.parametrize("phase", STAGES)
def test_no_secret_is_shown_in_any_phase(phase: type[Stage]) -> None:
    play = evening(phase)
    text = shown(play.room)
    secrets = hidden(play.room)
    assert len(secrets) > 4
    assert not [secret for secret in secrets if secret in text]


@pytest.mark.parametrize("phase", STAGES)
def test_rooms_that_differ_in_secrets_alone_look_the_same(phase: type[Stage]) -> None:
    play = evening(phase)
    others = list(lookalikes(play.room))
    assert others
    for other in others:
        assert public(other) == public(play.room)


def told(play: Play) -> Iterator[tuple[e.Event, bytes]]:
    for entry in play.entries:
        for event in entry.events:
            yield event, msgspec.json.encode(public_event(event))


def test_events_that_differ_in_secrets_alone_are_told_the_same() -> None:
    play = evening(RunOff)
    others = 0
    for event, text in told(play):
        for other in event_lookalikes(event):
            others += 1
            assert msgspec.json.encode(public_event(other)) == text
    assert others > 12


def test_no_key_and_no_password_is_told_in_any_event() -> None:
    play = evening(Closed)
    for _, text in told(play):
        assert not any(word in text for word in (b"token of", b"device of", b"address of", b"argon2"))


def test_the_seed_is_told_at_the_finish_and_not_before() -> None:
    play = evening(Podium)
    seed = play.phase(Podium).result.seed.hex().encode()
    before = [text for event, text in told(play) if not isinstance(event, e.RaceFinished)]
    assert not any(seed in text for text in before)
    assert any(seed in text for event, text in told(play) if isinstance(event, e.RaceFinished))


def test_when_a_race_ends_is_not_told() -> None:
    """How long a race takes tells how slow the last one is."""
    play = evening(Racing)
    ends_at = str(play.phase(Racing).ends_at).encode()
    assert ends_at not in shown(play.room)
    assert not any(ends_at in text for _, text in told(play))


def test_the_names_of_those_who_picked_are_sorted_not_in_the_order_of_picking() -> None:
    play = Play.opened("Mina", "Jun", "Ara")
    play.all_pick(Mina=0, Jun=0, Ara=0)
    phase = play.sees().phase
    assert isinstance(phase, GatheringView)
    assert phase.picked == (ARA, JUN, MINA)
    play.starts()
    drawing = play.sees().phase
    assert isinstance(drawing, DrawingView)
    assert drawing.picked == (ARA, JUN, MINA)


def test_everybody_sees_their_own_secrets_while_they_are_secrets() -> None:
    play = evening(Drawing)
    assert play.own(MINA) == OwnView(MINA, 0, False, None)
    assert play.own(ARA) == OwnView(ARA, None, True, None)
    assert play.own(BORA) == OwnView(BORA, None, False, None)
    play.until(Countdown)
    assert play.own(MINA) == OwnView(MINA, None, False, None), "on the open card from here on"
    gathering = evening(Gathering)
    assert gathering.own(JUN) == OwnView(JUN, 0, False, 2)
    assert gathering.own(ARA) == OwnView(ARA, None, True, None)


def test_an_entry_reaches_its_own_player_with_more_in_it() -> None:
    play = Play.opened("Mina", "Jun", settings=voting())
    play.does(c.PickRacer(JUN, 3))
    entry = play.entries[-1]
    assert set(own_entries(entry)) == {JUN}
    own = own_entries(entry)[JUN]
    assert (own.version, own.at, own.events) == (entry.version, entry.at, public_entry(entry).events)
    assert b'"pick":3' in msgspec.json.encode(own)
    assert b"own" not in msgspec.json.encode(public_entry(entry))
    play.does(c.CastVote(JUN, 2), c.LeaveRoom(JUN))
    assert len(own_entries(play.entries[-1])[JUN].own) == 2
    play.joins("Ara")
    assert own_entries(play.entries[-1]) == {}


def test_what_concerns_nobodys_screen_is_not_told() -> None:
    play = Play.opened("Mina", "Jun")
    assert public_event(play.entries[0].events[0]) is None
    touched = one(e.RoomTouched, play.starts())
    assert (public_event(touched), own_event(touched)) == (None, None)
    assert len(public_entry(play.entries[-1]).events) == 1


def test_the_view_of_a_race_tells_what_it_takes_to_draw_it() -> None:
    play = evening(Racing)
    phase = play.sees().phase
    assert isinstance(phase, RacingView)
    assert phase.starts_at == play.phase(Racing).starts_at
    assert dict(phase.card.picks).keys() == {MINA, JUN, ARA}
    play.until(Podium)
    podium = play.sees().phase
    assert isinstance(podium, PodiumView)
    assert podium.result.payers == play.records[-1].payers
    assert isinstance(evening(Closed).sees().phase, ClosedView)


@pytest.mark.parametrize("phase", STAGES)
def test_every_phase_has_its_name(phase: type[Stage]) -> None:
    assert phase_name(evening(phase).room.phase) == phase.__name__.lower()


# The room list.


def test_the_room_list_says_how_a_room_is() -> None:
    play = Play.opened("Mina", "Jun", settings=Settings(title="coffee", rule=Rule.FIRST, locked=False), password="x")
    play.joins("Ara", seated=False)
    line = summary(play.room)
    assert line is not None
    assert (line.title, line.host, line.seated, line.watching, line.capacity) == ("coffee", "Mina", 2, 1, 50)
    assert (line.phase, line.rule, line.private, line.locked) == ("gathering", Rule.FIRST, True, False)
    play.does(c.LeaveRoom(MINA), c.LeaveRoom(JUN))
    line = summary(play.room)
    assert line is not None
    assert (line.host, line.seated) == ("", 0)


def test_joining_changes_what_the_room_list_says() -> None:
    """Lesson of the predecessor: a join did not refresh the room list. The line follows from the room alone."""
    play = Play.opened("Mina")
    before = summary(play.room)
    play.joins("Jun")
    assert summary(play.room) != before


def test_what_the_room_list_does_not_show() -> None:
    unlisted = Play.opened("Mina", settings=Settings(listing=Listing.UNLISTED))
    assert summary(unlisted.room) is None
    empty = Play.opened("Mina")
    empty.does(c.LeaveRoom(MINA))
    assert summary(empty.room) is None
    assert summary(evening(Closed).room) is None
