"""Opening, changing and closing a room: what its host may do, what its founder may do, and when it ends."""

import pytest
from msgspec.structs import replace
from tests.domain.plays import ARA, HOUR, JUN, MINA, MINUTE, START, Play, fresh, gate, keys, level, one, person, voting

from paddock.domain import commands as c
from paddock.domain import events as e
from paddock.domain.card import Rule
from paddock.domain.duties import Settle, owed
from paddock.domain.event_views import SettingsChangedView, public_event
from paddock.domain.hosting import clean_settings, open_room
from paddock.domain.ids import RoomId
from paddock.domain.refusals import Refusal
from paddock.domain.room import Closed, ClosedReason, Countdown, Drawing, Gathering, Podium, Racing, Room, RunOff
from paddock.domain.settings import MAX_SHUT_OUT, Listing, Pace, Settings
from paddock.domain.views import GatheringView


def made(name: str = "Mina", settings: Settings | None = None) -> tuple[Room, tuple[e.Event, ...]] | Refusal:
    chosen = settings or Settings()
    return open_room(RoomId("K7AB2"), MINA, name, keys("Mina"), chosen, Pace(), None, fresh(1), START)


# Making a room.


def test_a_new_room_has_its_founder_as_host_and_racers_at_the_gate() -> None:
    play = Play.opened("Mina", settings=Settings(racers=4))
    view = play.sees()
    assert (view.host, view.private, view.rounds, len(view.members)) == (MINA, False, 1, 1)
    assert isinstance(view.phase, GatheringView)
    assert len(set(view.phase.lineup)) == 4
    assert (play.room.opened_at, play.room.active_at, play.room.founder) == (START, START, keys("Mina"))


def test_what_no_room_can_be_made_with() -> None:
    assert made(name="\u3164") is Refusal.BAD_NAME
    assert made(settings=Settings(track=600)) is Refusal.BAD_SETTING
    assert made(settings=Settings(life_h=2)) is Refusal.BAD_SETTING
    assert made(settings=Settings(title="커피" * 16)) is Refusal.BAD_TEXT
    assert made(settings=Settings(title="\u202ecoffee")) is Refusal.BAD_TEXT
    assert made(settings=Settings(rules="a" * 501)) is Refusal.BAD_TEXT
    assert not isinstance(made(), Refusal)


def test_texts_are_kept_as_they_will_be_shown() -> None:
    cleaned = clean_settings(Settings(title=" Thursday   coffee ", rules="one each \r\n no  latte\n"))
    assert isinstance(cleaned, Settings)
    assert (cleaned.title, cleaned.rules) == ("Thursday coffee", "one each\nno latte")
    blank = clean_settings(Settings(title="  ", rules=" "))
    assert isinstance(blank, Settings)
    assert (blank.title, blank.rules) == ("", "")


# Changing it.


def test_a_host_changes_what_everybody_sees() -> None:
    play = Play.opened("Mina", "Jun")
    wanted = Settings("coffee", "one each", Rule.FIRST, 1000, 6, 10, 30, 6, Listing.UNLISTED, True, True)
    happened = play.does(c.ChangeSettings(MINA, wanted, gate(1)))
    assert public_event(one(e.SettingsChanged, happened)) == SettingsChangedView(wanted, private=False)
    assert play.sees().settings == wanted
    assert len(play.phase(Gathering).lineup) == 6
    assert play.does(c.ChangeSettings(MINA, wanted, gate(2))) == ()


def test_a_setting_that_is_not_offered_is_refused() -> None:
    play = Play.opened("Mina")
    play.refuses(c.ChangeSettings(MINA, Settings(track=501), gate(1)), Refusal.BAD_SETTING)
    play.refuses(c.ChangeSettings(MINA, Settings(title="a" * 31), gate(1)), Refusal.BAD_TEXT)


def test_only_the_hash_of_a_password_is_kept_and_nobody_sees_it() -> None:
    play = Play.opened("Mina", password="a hash")
    assert play.sees().private
    settings = play.room.settings
    play.does(c.ChangeSettings(MINA, replace(settings, title="coffee"), gate(1)))
    assert play.room.password == "a hash"
    play.does(c.ChangeSettings(MINA, play.room.settings, gate(1), "another"))
    assert play.room.password == "another"
    assert play.does(c.ChangeSettings(MINA, play.room.settings, gate(1), "another")) == ()
    play.does(c.ChangeSettings(MINA, play.room.settings, gate(1), ""))
    assert play.sees().private is False
    assert play.does(c.ChangeSettings(MINA, play.room.settings, gate(1), "")) == ()


def test_fewer_seats_throw_nobody_out() -> None:
    play = Play.opened("Mina", "Jun", "Ara")
    play.does(c.ChangeSettings(MINA, Settings(capacity=2), gate(1)))
    assert len(play.room.seated()) == 3
    play.refuses(c.JoinRoom(person("Bora"), "Bora", keys("Bora")), Refusal.ROOM_FULL)


def test_what_does_not_touch_the_round_can_change_at_any_time() -> None:
    play = Play.opened("Mina", "Jun")
    play.starts()
    for phase in (Drawing, Countdown, Racing, Podium):
        play.until(phase)
        wanted = replace(play.room.settings, title=phase.__name__, capacity=9, locked=True)
        play.does(c.ChangeSettings(MINA, wanted, gate(1)))
        assert play.sees().settings.title == phase.__name__
    play.refuses(c.ChangeSettings(MINA, replace(wanted, track=700), gate(1)), Refusal.RACE_UNDER_WAY)


def test_the_rule_of_a_race_is_the_one_it_was_started_with() -> None:
    play = Play.opened("Mina", "Jun", settings=voting())
    play.all_pick(Mina=0, Jun=1)
    play.starts()
    play.refuses(c.ChangeSettings(MINA, Settings(rule=Rule.FIRST), gate(1)), Refusal.RACE_UNDER_WAY)
    assert play.races().result.card.draw.rule is Rule.VOTE


# Closing it.


def test_a_room_nobody_uses_expires_after_its_life() -> None:
    play = Play.opened("Mina", "Jun", settings=Settings(life_h=1))
    play.waits(30 * MINUTE)
    play.does(c.PickRacer(JUN, 0))
    play.waits(HOUR - 1)
    play.phase(Gathering)
    play.waits(1)
    assert play.phase(Closed).reason is ClosedReason.EXPIRED
    view = play.sees()
    assert (view.members, view.host) == ((), None)


@pytest.mark.parametrize("life_h", [1, 3, 6])
def test_every_life_that_is_offered(life_h: int) -> None:
    play = Play.opened("Mina", settings=Settings(life_h=life_h))
    play.waits(life_h * HOUR - 1)
    play.phase(Gathering)
    play.waits(1)
    play.phase(Closed)


def test_an_empty_room_waits_a_while() -> None:
    play = Play.opened("Mina")
    play.does(c.LeaveRoom(MINA))
    play.waits(play.room.pace.empty_grace_ms - 1)
    play.joins("Jun")
    play.waits(10 * MINUTE)
    play.phase(Gathering)
    play.does(c.LeaveRoom(JUN))
    play.waits(play.room.pace.empty_grace_ms)
    assert play.phase(Closed).reason is ClosedReason.EMPTY


def test_a_room_of_spectators_is_empty() -> None:
    play = Play.opened("Mina")
    play.does(c.GiveUpSeat(MINA))
    play.waits(play.room.pace.empty_grace_ms)
    assert play.phase(Closed).reason is ClosedReason.EMPTY
    assert play.room.members == {}


def test_a_room_is_not_closed_early_and_not_twice() -> None:
    play = Play.opened("Mina")
    play.refuses(c.CloseRoom(), Refusal.NOTHING_OWED)
    play.waits(3 * HOUR)
    play.phase(Closed)
    play.refuses(c.CloseRoom(), Refusal.NOTHING_OWED)


@pytest.mark.parametrize("phase", [Drawing, Countdown, Racing, RunOff])
def test_a_room_is_never_closed_during_a_race(phase: type[Drawing | Countdown | Racing | RunOff]) -> None:
    play = Play.opened("Mina", "Jun", settings=Settings(life_h=1), races=level())
    play.all_pick(Mina=1, Jun=1)
    play.waits(HOUR - 1)
    play.starts()
    play.until(phase)
    play.sleeps(4 * HOUR)
    play.refuses(c.CloseRoom(), Refusal.NOTHING_OWED)
    assert len(play.races().result.payers) == 1


def test_nobody_does_anything_in_a_closed_room() -> None:
    play = Play.opened("Mina", "Jun")
    play.waits(3 * HOUR)
    for command in (
        c.PickRacer(JUN, 0),
        c.LeaveRoom(JUN),
        c.ComeBack(JUN),
        c.StartRace(MINA),
        c.Say(MINA, "anybody?"),
        c.JoinRoom(ARA, "Ara", keys("Ara")),
        c.JoinRoom(JUN, "Jun", keys("Jun")),
    ):
        play.refuses(command, Refusal.CLOSED)


# Opening it again.


def test_the_founder_opens_the_room_again_under_its_code() -> None:
    play = Play.opened("Mina", "Jun", settings=Settings(title="Friday"), password="a hash")
    play.does(c.Kick(MINA, JUN))
    play.waits(3 * HOUR)
    play.does(c.ReopenRoom(MINA, "Mina", keys("Mina"), play.fresh()))
    view = play.sees()
    assert (view.host, view.settings.title, view.private, view.rounds) == (MINA, "Friday", True, 2)
    assert play.room.active_at == play.now
    play.joins("Jun")
    play.waits(HOUR)
    play.phase(Gathering)


def test_the_founder_is_known_by_device_when_the_token_is_lost() -> None:
    play = Play.opened("Mina")
    play.waits(3 * HOUR)
    play.does(c.ReopenRoom(JUN, "Mina", keys("new token", device="Mina"), play.fresh()))
    assert play.room.host == JUN


def test_the_founder_is_known_by_the_token_on_another_device() -> None:
    play = Play.opened("Mina")
    play.waits(3 * HOUR)
    play.does(c.ReopenRoom(MINA, "Mina", replace(keys("another phone"), token=keys("Mina").token), play.fresh()))
    assert play.room.host == MINA


def test_nobody_else_opens_it_again() -> None:
    play = Play.opened("Mina", "Jun")
    play.does(c.HandOver(MINA, JUN))
    play.waits(3 * HOUR)
    play.refuses(c.ReopenRoom(JUN, "Mina", keys("Jun", address="Mina"), play.fresh()), Refusal.NOT_FOUNDER)
    play.refuses(c.ReopenRoom(MINA, "\u200b", keys("Mina"), play.fresh()), Refusal.BAD_NAME)
    play.phase(Closed)


def test_a_room_that_is_open_is_not_opened_again() -> None:
    play = Play.opened("Mina")
    play.refuses(c.ReopenRoom(MINA, "Mina", keys("Mina"), play.fresh()), Refusal.NOTHING_OWED)


def test_a_code_is_free_again_when_nobody_wanted_it_back() -> None:
    play = Play.opened("Mina")
    play.waits(3 * HOUR + play.room.pace.forget_ms - 1)
    assert not play.forgotten
    play.waits(1)
    assert play.forgotten


# What went wrong once.


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
