"""Two copies of a room that went on apart become one: the laws, tried on copies in which anything may have happened."""

from __future__ import annotations

from copy import copy

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.domain.plays import ARA, BORA, DOHA, JUN, MINA, Play, keys, person

from paddock.domain import commands as c
from paddock.domain.chat import ChatMessage
from paddock.domain.events import Said
from paddock.domain.ids import Millis, PlayerId
from paddock.domain.rebase import Rebased, Side, rebase
from paddock.domain.record import verify
from paddock.domain.refusals import Refusal
from paddock.domain.room import Closed, Gathering, Racing
from paddock.domain.settings import Settings

HERE, THERE = "a", "b"
NEWCOMERS = ("Bora", "Doha", "Eun", "Fay")


def together(**nodes: str) -> Play:
    """A room whose players are connected to two nodes, while all is well."""
    first, *rest = nodes
    play = Play.opened(first)
    for name in rest:
        play.waits(1_000)
        play.joins(name)
    for name, node in nodes.items():
        play.does(c.HoldSeat(person(name), node))
    return play


def apart(play: Play) -> tuple[Play, Play]:
    """Two copies that will go on, each by itself; dice and ids differ."""
    ours, theirs = copy(play), copy(play)
    for number, side in enumerate((ours, theirs), 1):
        side.entries, side.records = list(play.entries), list(play.records)
        side.unrecorded = list(play.unrecorded)
        side._rounds = 100 * number
    return ours, theirs


def side(play: Play, node: str) -> Side:
    """A copy as the node has it that kept it."""
    live = {member.player for member in play.room.members.values() if member.away_since is None and member.node == node}
    said = [event.message for entry in play.entries for event in entry.events if isinstance(event, Said)]
    return Side(play.room, frozenset(live), tuple(said[-100:]))


def reunited(ours: Play, theirs: Play) -> Rebased:
    now = max(ours.now, theirs.now)
    return rebase(side(ours, HERE), side(theirs, THERE), now)


def lost_touch(play: Play, other: str) -> None:
    """The node that keeps this copy finds that the other one is no more."""
    for member in tuple(play.room.members.values()):
        if member.node == other and member.away_since is None:
            play.does(c.GoAway(member.player))


# What happens to a host, to picks, to those who come and go.


def test_the_side_that_holds_the_host_keeps_its_settings_and_its_round() -> None:
    ours, theirs = apart(together(Mina=HERE, Jun=THERE, Ara=THERE))
    ours.does(c.ChangeSettings(MINA, Settings(title="ours"), ours.fresh().gate))
    lost_touch(theirs, HERE)
    theirs.waits(theirs.room.pace.host_grace_ms + 1)
    theirs.does(c.ChangeSettings(JUN, Settings(title="theirs"), theirs.fresh().gate))
    room = reunited(ours, theirs).room
    assert (room.host, room.settings.title) == (MINA, "ours")
    assert {player: member.away_since for player, member in room.members.items()} == {MINA: None, JUN: None, ARA: None}


def test_who_picks_at_the_same_gate_on_either_side_keeps_the_pick() -> None:
    ours, theirs = apart(together(Mina=HERE, Jun=THERE))
    ours.does(c.PickRacer(MINA, 0))
    theirs.does(c.PickRacer(JUN, 2))
    phase = reunited(ours, theirs).room.phase
    assert isinstance(phase, Gathering)
    assert {player: pick.racer for player, pick in phase.picks.items()} == {MINA: 0, JUN: 2}


def test_whoever_came_in_on_either_side_is_in_the_room() -> None:
    ours, theirs = apart(together(Mina=HERE, Jun=THERE))
    ours.does(c.JoinRoom(BORA, "Bora", keys("Bora"), True, HERE))
    theirs.does(c.JoinRoom(DOHA, "bora", keys("Doha"), True, THERE))
    members = reunited(ours, theirs).room.members
    assert members.keys() == {MINA, JUN, BORA, DOHA}
    assert len({member.name.casefold() for member in members.values()}) == 4, "names tell people apart"


def test_whoever_left_on_their_side_is_not_brought_back() -> None:
    ours, theirs = apart(together(Mina=HERE, Jun=THERE, Ara=THERE))
    theirs.does(c.LeaveRoom(JUN))
    ours.does(c.LeaveRoom(MINA))
    room = reunited(ours, theirs).room
    assert room.members.keys() == {ARA}
    assert room.host == ARA


def test_whoever_is_only_away_keeps_the_seat() -> None:
    ours, theirs = apart(together(Mina=HERE, Jun=THERE))
    ours.does(c.JoinRoom(BORA, "Bora", keys("Bora"), True, HERE), c.GoAway(BORA))
    assert reunited(ours, theirs).room.members[BORA].away_since == ours.now


def test_a_block_and_a_locked_door_win() -> None:
    ours, theirs = apart(together(Mina=HERE, Jun=THERE, Ara=THERE))
    ours.does(c.Block(MINA, ARA), c.ChangeSettings(MINA, Settings(locked=True), ours.fresh().gate))
    theirs.does(c.PickRacer(ARA, 1))
    room = reunited(ours, theirs).room
    assert ARA not in room.members
    assert [blocked.name for blocked in room.blocked] == ["Ara"]
    assert room.settings.locked
    assert isinstance(room.phase, Gathering)
    assert ARA not in room.phase.picks


def test_a_race_that_runs_on_the_other_side_is_finished_in_the_history() -> None:
    ours, theirs = apart(together(Mina=HERE, Jun=THERE, Ara=THERE))
    lost_touch(theirs, HERE)
    theirs.waits(theirs.room.pace.host_grace_ms + 1)
    theirs.does(c.PickRacer(JUN, 0), c.PickRacer(ARA, 1))
    theirs.starts()
    racing = theirs.until(Racing)
    rebased = reunited(ours, theirs)
    (race,) = rebased.races
    assert race.race == racing.heat.card.race
    assert verify(race.record) == ()
    assert isinstance(rebased.room.phase, Gathering)
    assert reunited(ours, theirs).races == rebased.races, "its outcome follows from its seed"


def test_a_race_that_runs_on_both_sides_goes_on() -> None:
    play = together(Mina=HERE, Jun=THERE)
    play.all_pick(Mina=0, Jun=1)
    play.starts()
    play.until(Racing)
    ours, theirs = apart(play)
    ours.does(c.Say(MINA, "go!"))
    rebased = reunited(ours, theirs)
    assert rebased.room.phase == play.room.phase
    assert rebased.races == ()


def test_an_open_room_is_not_closed_by_a_copy_that_nobody_was_in() -> None:
    ours, theirs = apart(together(Mina=HERE, Jun=HERE))
    lost_touch(theirs, HERE)
    theirs.waits(3_600_000)
    assert isinstance(theirs.room.phase, Closed)
    room = reunited(ours, theirs).room
    assert room.members.keys() == {MINA, JUN}
    assert room.host == MINA


def test_what_was_said_on_either_side_is_kept_in_order_and_told_apart() -> None:
    ours, theirs = apart(together(Mina=HERE, Jun=THERE))
    for number in range(3):
        ours.sleeps(10)
        theirs.sleeps(15)
        ours.does(c.Say(MINA, f"ours {number}"))
        theirs.does(c.Say(JUN, f"theirs {number}"))
    chat = reunited(ours, theirs).chat
    assert len(chat) == 6
    assert [message.at for message in chat] == sorted(message.at for message in chat)
    versions = [message.version for message in chat]
    assert versions == sorted(set(versions))


# The laws.


class Anything:
    """Does what the dice of the test say, as people and clocks would."""

    def __init__(self, play: Play, node: str, other: str) -> None:
        self.play = play
        self.node = node
        self.other = other

    def happens(self, what: str, who: int, number: int) -> None:
        play = self.play
        members = list(play.room.members.values())
        here = [member.player for member in members if member.node == self.node and member.away_since is None]
        if what == "time":
            play.waits((0, 900, 4_000, 25_000, 130_000)[number % 5])
        elif what == "touch":
            lost_touch(play, self.other)
        elif what == "join":
            name = NEWCOMERS[who % len(NEWCOMERS)]
            play.asks(c.JoinRoom(person(name), name, keys(name), number % 4 != 0, self.node))
        elif what == "start" and play.room.host in here and play.room.host is not None:
            play.asks(c.StartRace(play.room.host))
        elif here:
            self._does(what, here[who % len(here)], list(play.room.members)[number % len(members)], number)

    def _does(self, what: str, player: PlayerId, whom: PlayerId, number: int) -> None:
        asked: dict[str, c.Command] = {
            "pick": c.PickRacer(player, number % 4),
            "say": c.Say(player, f"{what} {number} {self.node}"),
            "leave": c.LeaveRoom(player),
            "away": c.GoAway(player),
            "watch": c.GiveUpSeat(player),
            "sit": c.TakeSeat(player),
            "kick": c.Kick(player, whom),
            "block": c.Block(player, whom),
            "crown": c.HandOver(player, whom),
            "rename": c.RenamePlayer(player, ("Kim", "Lee", "kim")[number % 3]),
            "title": c.ChangeSettings(
                player,
                replace(self.play.room.settings, title=f"{number}", locked=number % 3 == 0),
                self.play.fresh().gate,
            ),
        }
        if what in asked:
            outcome = self.play.asks(asked[what])
            assert outcome is not Refusal.INTERNAL


ALL = "time touch join start pick pick say leave away watch sit kick block crown rename title start time"


def happenings(words: str, most: int) -> st.SearchStrategy[list[tuple[str, int, int]]]:
    one = st.tuples(st.sampled_from(words.split()), st.integers(0, 7), st.integers(0, 99))
    return st.lists(one, max_size=most)


@st.composite
def forks(draw: st.DrawFn) -> tuple[Play, Play]:
    play = together(Mina=HERE, Jun=THERE, Ara=draw(st.sampled_from((HERE, THERE))))
    both = Anything(play, HERE, THERE)
    for what in draw(happenings("pick say start time", 4)):
        both.happens(*what)
    ours, theirs = apart(play)
    for copied, node, other in ((ours, HERE, THERE), (theirs, THERE, HERE)):
        alone = Anything(copied, node, other)
        for what in draw(happenings(ALL, 14)):
            if not copied.forgotten:
                alone.happens(*what)
    return ours, theirs


@settings(max_examples=300, deadline=None)
@given(fork=forks())
def test_it_does_not_matter_which_side_is_named_first(fork: tuple[Play, Play]) -> None:
    ours, theirs = fork
    now = max(ours.now, theirs.now)
    one, two = side(ours, HERE), side(theirs, THERE)
    assert rebase(one, two, now) == rebase(two, one, now)


@settings(max_examples=300, deadline=None)
@given(fork=forks())
def test_doing_it_once_more_changes_nothing(fork: tuple[Play, Play]) -> None:
    ours, theirs = fork
    now = max(ours.now, theirs.now)
    one, two = side(ours, HERE), side(theirs, THERE)
    once = rebase(one, two, now)
    merged = Side(once.room, one.live | two.live, once.chat)
    for again in (one, two, merged):
        more = rebase(merged, again, now)
        assert (more.room, more.chat) == (once.room, once.chat)
        assert {race.race for race in more.races} <= {race.race for race in once.races}


@settings(max_examples=300, deadline=None)
@given(fork=forks())
def test_nothing_recorded_is_lost_and_there_is_one_host(fork: tuple[Play, Play]) -> None:
    ours, theirs = fork
    one, two = side(ours, HERE), side(theirs, THERE)
    merged = rebase(one, two, max(ours.now, theirs.now))
    room = merged.room

    seated = [member.player for member in room.members.values() if member.seated]
    assert (room.host in seated) if seated else room.host is None
    running = {phase.heat.card.race for phase in (ours.room.phase, theirs.room.phase) if isinstance(phase, Racing)}
    goes_on = {room.phase.heat.card.race} if isinstance(room.phase, Racing) else set()
    assert running <= goes_on | {race.race for race in merged.races}
    assert all(verify(race.record) == () for race in merged.races)

    said = {(message.at, message.player, message.text) for message in (*one.chat, *two.chat)}
    assert {(message.at, message.player, message.text) for message in merged.chat} == said
    out = {keys.token for keys in (*(blocked.keys for blocked in room.blocked), *room.kicked)}
    for copied in (one, two):
        assert {blocked.keys for blocked in copied.room.blocked} <= {blocked.keys for blocked in room.blocked}
        for player in copied.live:
            member = copied.room.members[player]
            if member.keys.token not in out:
                assert room.members[player].away_since is None
    assert not out & {member.keys.token for member in room.members.values()}
    assert room.settings.locked >= (one.room.settings.locked or two.room.settings.locked)
    assert len({member.name for member in room.members.values()}) == len(room.members)
    if isinstance(room.phase, Gathering):
        assert room.phase.picks.keys() <= set(seated)


def test_a_message_seen_by_both_is_kept_once() -> None:
    play = together(Mina=HERE, Jun=THERE)
    play.does(c.Say(MINA, "once"))
    ours, theirs = apart(play)
    (message,) = reunited(ours, theirs).chat
    assert message == ChatMessage(play.version, MINA, "Mina", "once", (), Millis(play.now))
