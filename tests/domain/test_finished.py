"""What the archive is owed of a race: its record, whose devices its players have, and what the host changed before."""

from __future__ import annotations

from msgspec.structs import replace
from tests.domain.plays import ARA, JUN, MINA, Play, level

from paddock.domain import audit
from paddock.domain import commands as c
from paddock.domain.finished import unattributed
from paddock.domain.room import Countdown, Racing
from paddock.domain.settings import Settings


def test_a_race_is_owed_with_the_devices_of_its_players() -> None:
    play = Play.opened("Mina", "Jun", "Ara", settings=Settings(title="coffee"))
    play.all_pick(Mina=0, Jun=3)
    play.does(c.SetReady(ARA, ready=False))
    play.races()

    race = play.unrecorded[0]

    assert race.record == play.records[0]
    assert race.devices == {MINA: "device of Mina", JUN: "device of Jun"}
    assert (race.opened_at, race.title, race.first) == (play.room.opened_at, "coffee", race.race)


def test_whoever_leaves_after_the_lock_has_raced_all_the_same() -> None:
    play = Play.opened("Mina", "Jun", "Ara")
    play.all_pick(Mina=0, Jun=1, Ara=2)
    play.starts()
    play.until(Countdown)
    play.does(c.LeaveRoom(JUN))
    play.until(Racing)
    play.does(c.Kick(MINA, ARA))
    play.races()

    assert play.unrecorded[0].devices == {
        player: f"device of {name}" for player, name in ((MINA, "Mina"), (JUN, "Jun"), (ARA, "Ara"))
    }


def test_run_offs_know_their_first_heat_and_the_devices_of_those_in_them() -> None:
    play = Play.opened("Mina", "Jun", "Ara", races=level())
    play.all_pick(Mina=0, Jun=1, Ara=2)
    play.starts()
    play.until(Countdown)
    play.does(c.LeaveRoom(JUN))
    play.races()

    first, *runoffs = play.unrecorded

    assert runoffs
    assert {race.first for race in play.unrecorded} == {first.race}
    assert runoffs[0].devices == first.devices
    assert all(set(race.devices) == {player for player, _ in race.record.card.picks} for race in runoffs)


def test_the_first_round_after_run_offs_is_its_own() -> None:
    play = Play.opened("Mina", "Jun", races=level())
    play.races()
    play.does(c.NextRound(MINA, play.fresh()))
    play.races()

    rounds = {race.first for race in play.unrecorded}

    assert len(rounds) == 2
    assert rounds == {race.race for race in play.unrecorded if race.record.card.runoff == 0}


def test_what_the_host_changed_goes_along_with_the_next_race_once() -> None:
    play = Play.opened("Mina", "Jun")
    play.waits(1000)
    settings = replace(play.room.settings, title="tea", track=700)
    play.does(c.ChangeSettings(MINA, settings, play.fresh().gate, None))
    changed_at = play.now
    play.does(c.ChangeSettings(MINA, settings, play.fresh().gate, "a hash"))
    play.races()
    play.does(c.NextRound(MINA, play.fresh()))
    play.races()

    before, after = play.unrecorded[0], play.unrecorded[-1]

    assert [(note.setting, note.before, note.after) for note in before.changes] == [
        ("title", "", "tea"),
        ("track", "500", "700"),
        ("password", "none", "set"),
    ]
    assert {(note.at, note.player, note.device) for note in before.changes} == {(changed_at, MINA, "device of Mina")}
    assert after.changes == ()


def test_a_host_who_plays_with_the_settings_makes_no_room_grow() -> None:
    play = Play.opened("Mina", "Jun")
    for turn in range(audit.KEPT + 10):
        settings = replace(play.room.settings, rules="x" * 400 + str(turn))
        play.does(c.ChangeSettings(MINA, settings, play.fresh().gate, None))

    assert len(play.room.changes) == audit.KEPT
    assert all(len(note.after) <= audit.LONGEST for note in play.room.changes)


def test_of_an_older_record_nobody_knows_whose_it_was() -> None:
    play = Play.opened("Mina", "Jun")
    play.races()
    record = play.records[0]

    race = unattributed(record)

    assert (race.record, race.devices, race.first) == (record, {}, record.card.race)
