"""The plays hold the web client to the server: what a player was sent leads from what they saw to what they see."""

from types import UnionType
from typing import get_args

import msgspec
import pytest
from msgspec import Struct
from scripts.make_plays import MOST_BYTES, TARGET, Vector, vectors

from paddock.domain.event_views import EntryView, EventView, OwnEventView
from paddock.domain.views import PhaseView

PLAYS = msgspec.json.decode(TARGET.read_bytes(), type=list[Vector])


def tags(union: UnionType) -> set[str]:
    return {str(one.__struct_config__.tag) for one in get_args(union)}


def tag(struct: Struct) -> str:
    return str(struct.__struct_config__.tag)


def test_making_the_plays_again_gives_the_same_file() -> None:
    assert vectors() == TARGET.read_bytes()
    assert len(TARGET.read_bytes()) < MOST_BYTES


def test_the_plays_show_every_event_there_is() -> None:
    entries = [entry for play in PLAYS for entry in play.entries]
    assert {tag(event) for entry in entries for event in entry.events} == tags(EventView)
    assert {tag(event) for entry in entries for event in entry.own} == tags(OwnEventView)


def test_the_plays_begin_and_end_in_every_phase() -> None:
    assert {tag(play.start.room.phase) for play in PLAYS} == tags(PhaseView)
    assert {tag(play.end.room.phase) for play in PLAYS} == tags(PhaseView)


@pytest.mark.parametrize("play", PLAYS, ids=[play.name for play in PLAYS])
def test_a_play_is_told_without_a_gap(play: Vector) -> None:
    first, last = play.start.room.version, play.end.room.version
    assert [entry.version for entry in play.entries] == list(range(first + 1, last + 1))
    assert play.entries


def test_an_entry_says_nothing_of_own_events_where_there_are_none() -> None:
    assert b'"own":[]' not in TARGET.read_bytes()
    assert msgspec.json.encode(EntryView(1, PLAYS[0].entries[0].at, ())) == (
        b'{"version":1,"at":%d,"events":[]}' % PLAYS[0].entries[0].at
    )
