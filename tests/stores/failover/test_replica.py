"""A room held in reserve: whatever was heard, read or acknowledged of it is in it when it is needed."""

from __future__ import annotations

from msgspec.structs import replace
from tests.stores.builders import entry, ready, room, said

from paddock.domain.ids import CommandKey
from paddock.domain.room import Room
from paddock.stores.change import mark
from paddock.stores.codec import encode
from paddock.stores.contract import Known
from paddock.stores.failover.replica import COMMANDS, TAIL, EntryOrder, Replica, UnansweredChange, gap_entry
from paddock.stores.redis.packed import PackedRoom
from paddock.stores.upgrades import SCHEMA
from paddock.stores.whole import WholeRoom


def held(version: int = 4) -> Replica:
    return Replica(WholeRoom(7, version, version, room(), (entry(version, ready(True)),), ()), version)


def title(of: Room) -> str:
    return of.settings.title


def test_what_is_heard_is_in_the_room_when_it_is_needed() -> None:
    replica = held()
    assert replica.hear(entry(5, ready(False))) is EntryOrder.NEXT
    assert replica.hear(entry(6, said("hello"))) is EntryOrder.NEXT
    whole = replica.whole()
    assert (whole.version, whole.ruled, whole.place) == (6, 5, 7)
    assert [one.version for one in whole.entries] == [4, 5, 6]
    assert [member.ready for member in whole.room.members.values()] == [True, False]
    assert [message.text for message in whole.chat] == ["hello"]


def test_what_is_known_is_told_from_what_is_missing() -> None:
    replica = held()
    assert replica.hear(entry(4, ready(False))) is EntryOrder.KNOWN
    assert replica.hear(entry(6, ready(False))) is EntryOrder.GAP
    assert held().hear(gap_entry(5)) is EntryOrder.GAP


def test_an_entry_that_was_acknowledged_and_never_heard_is_in_the_room() -> None:
    """Redis dies between the answer to a commit and its message on the feed."""
    replica = held()
    after = replace(room(), settings=replace(room().settings, title="after"))
    replica.acknowledge(entry(5, ready(False)))
    replica.learn(Known(5, after, "mark"))
    whole = replica.whole()
    assert (whole.version, title(whole.room)) == (5, "after")
    assert [one.version for one in whole.entries] == [4, 5]


def test_what_was_read_beyond_what_was_heard_begins_a_new_log() -> None:
    replica = held()
    replica.learn(Known(9, room(title="read"), "mark"))
    whole = replica.whole()
    assert (whole.version, title(whole.room), whole.entries) == (9, "read", ())
    assert replica.newest == 9


def test_a_room_is_known_as_it_was_read_led_on_by_what_was_heard_since() -> None:
    replica = held()
    assert replica.known() is None, "nobody has read it"
    replica.learn(Known(4, room(), "mark"))
    replica.hear(entry(5, said("hello")))
    assert replica.known() == Known(5, room(), "mark"), "talk is no other room"
    replica.hear(entry(6, ready(False), command="command-6"))
    replica.hear(entry(7, said("hello")))
    known = replica.known()
    assert known is not None
    assert (known.version, known.mark) == (7, mark(entry(6, command="command-6")))
    assert [member.ready for member in known.room.members.values()] == [True, False]
    assert replica.whole().room == known.room


def test_a_room_without_a_mark_is_not_known_until_the_next_entry_of_this_server() -> None:
    """A program without marks wrote it."""
    replica = held()
    replica.learn(Known(4, room(), ""))
    replica.hear(entry(5, ready(False)))
    assert replica.known() is None
    replica.learn(Known(6, room(title="kept"), "mark"))
    assert replica.known() == Known(6, room(title="kept"), "mark")


def test_a_room_that_was_read_anew_is_not_known_by_an_older_snapshot() -> None:
    replica = held()
    replica.learn(Known(4, room(), "mark"))
    for version in (5, 6):
        replica.hear(entry(version, ready(version == 6)))
    replica.renew(PackedRoom(7, 6, 6, encode(room()), SCHEMA, (), ()))
    assert replica.known() is None


def test_a_long_evening_takes_no_more_room_than_a_short_one() -> None:
    replica = held(1)
    for version in range(2, 10 * TAIL):
        assert replica.hear(entry(version, ready(version % 2 == 0))) is EntryOrder.NEXT
    whole = replica.whole()
    assert whole.version == 10 * TAIL - 1
    assert len(whole.entries) <= 2 * TAIL
    assert whole.entries[-1].version == whole.version


def test_a_command_is_known_for_longer_than_its_entry() -> None:
    replica = held(1)
    for version in range(2, 3 * TAIL):
        replica.hear(entry(version, ready(version % 2 == 0), command=f"command-{version}"))
        if version % 50 == 0:
            replica.whole()
    whole = replica.whole()
    assert whole.first > 2
    assert [whole.applied(CommandKey(f"command-{version}")) for version in (2, whole.first, whole.version)] == [
        2,
        whole.first,
        whole.version,
    ]
    for version in range(3 * TAIL, 3 * TAIL + 2 * COMMANDS):
        replica.hear(entry(version, ready(True), command=f"command-{version}"))
        replica.whole()
    assert len(replica.whole().commands) == COMMANDS


def test_being_asked_changes_nothing() -> None:
    replica = held()
    replica.hear(entry(5, ready(False)))
    assert replica.whole() == replica.whole()
    assert replica.hear(entry(6, ready(True))) is EntryOrder.NEXT
    assert replica.whole().version == 6


def test_a_change_that_was_not_answered_counts_as_made_when_redis_is_lost() -> None:
    replica = held()
    after = replace(room(), settings=replace(room().settings, title="after"))
    replica.note_unanswered(UnansweredChange(entry(5, ready(False), command="command-5"), after, None, 100.0))
    whole, _ = replica.resume(101.0)
    assert (whole.version, title(whole.room), whole.entries[-1].command) == (5, "after", "command-5")


def test_talk_that_was_not_answered_counts_as_said() -> None:
    replica = held()
    replica.note_unanswered(UnansweredChange(entry(0, said("hello")), None, None, 100.0))
    whole, _ = replica.resume(101.0)
    assert (whole.version, title(whole.room)) == (5, "coffee")
    assert [(message.version, message.text) for message in whole.chat] == [(5, "hello")]


def test_a_change_that_was_not_answered_is_forgotten_when_more_is_known() -> None:
    for heard in (True, False):
        replica = held()
        replica.note_unanswered(UnansweredChange(entry(5, ready(False)), room(title="never"), None, 100.0))
        if heard:
            replica.hear(entry(5, ready(True)))
        else:
            replica.learn(Known(4, room(), "mark"))
        assert title(replica.resume(101.0)[0].room) == "coffee"
    replica = held()
    replica.note_unanswered(UnansweredChange(entry(5, ready(False)), room(title="given up"), None, 100.0))
    assert replica.resume(160.0)[0].version == 4
