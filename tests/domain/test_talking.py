"""Talk: everybody may, nobody is interrupted, and no rule depends on it."""

import pytest
from tests.domain.plays import ARA, JUN, MINA, MINUTE, Play, one

from paddock.domain import commands as c
from paddock.domain import events as e
from paddock.domain.event_views import SaidView, public_event
from paddock.domain.events import is_talk
from paddock.domain.refusals import Refusal
from paddock.domain.talking import MENTIONS, TOUCH_MS, mentioned


def said(play: Play, player: str, text: str) -> e.Said:
    who = next(member for member in play.room.members if member.startswith(player))
    return one(e.Said, play.does(c.Say(who, text)))


def test_what_is_said_is_text() -> None:
    play = Play.opened("Mina", "Jun")
    event = said(play, "jun", "  <script>alert(1)</script>  &amp; ")
    message = event.message
    assert (message.player, message.name, message.text) == (JUN, "Jun", "<script>alert(1)</script> &amp;")
    assert (message.at, message.version) == (play.now, play.version)
    assert public_event(event) == SaidView(message)


@pytest.mark.parametrize("text", ["", " \n ", "a" * 201, "a\u202eb", "\u3164", "Z\u0300\u0301\u0302"])
def test_what_cannot_be_shown_cannot_be_said(text: str) -> None:
    play = Play.opened("Mina")
    play.refuses(c.Say(MINA, text), Refusal.BAD_TEXT)


def test_two_hundred_characters_as_people_count_them() -> None:
    play = Play.opened("Mina")
    assert said(play, "mina", "👨‍👩‍👧‍👦" * 200).message.text == "👨‍👩‍👧‍👦" * 200


def test_those_who_watch_may_talk() -> None:
    play = Play.opened("Mina")
    play.joins("Jun", seated=False)
    assert said(play, "jun", "go!").message.name == "Jun"


def test_talk_changes_no_room() -> None:
    play = Play.opened("Mina", "Jun")
    before = play.room
    assert is_talk(play.does(c.Say(JUN, "hello")))
    assert play.room == before


def test_talk_keeps_a_room_alive_but_costs_a_snapshot_only_now_and_then() -> None:
    play = Play.opened("Mina")
    play.waits(TOUCH_MS - 1)
    assert is_talk(play.does(c.Say(MINA, "still here")))
    play.waits(1)
    assert not is_talk(play.does(c.Say(MINA, "still here")))
    assert play.room.active_at == play.now
    assert is_talk(play.does(c.Say(MINA, "again")))
    for _ in range(40):
        play.waits(11 * MINUTE)
        play.does(c.Say(MINA, "five hours of talk"))
    assert play.sees().host == MINA


def test_mentions_name_those_who_are_meant() -> None:
    play = Play.opened("Mina", "Jun", "Ara")
    assert said(play, "mina", "@Jun and @Ara pay, not @Bora").message.mentions == (JUN, ARA)
    assert said(play, "mina", "Jun pays").message.mentions == ()
    assert said(play, "mina", "커피는 @Jun이 산다").message.mentions == (JUN,)


def test_a_number_in_a_name_means_another_person() -> None:
    play = Play.opened("Mina")
    play.joins("Jun", shown="Tiger")
    play.joins("Ara", shown="Tiger")
    assert play.names()[ARA] == "Tiger 2"
    assert said(play, "mina", "@Tiger 2 pays").message.mentions == (ARA,)
    assert said(play, "mina", "@Tiger pays").message.mentions == (JUN,)
    assert set(said(play, "mina", "@Tiger 2 and @Tiger").message.mentions) == {JUN, ARA}


def test_nobody_wakes_the_whole_room() -> None:
    play = Play.opened("Mina", *(f"P{number:02d}" for number in range(30)))
    everybody = " ".join(f"@{name}" for name in play.names().values())
    assert len(mentioned(play.room, everybody)) == MENTIONS
