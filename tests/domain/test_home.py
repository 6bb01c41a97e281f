"""Where a room is at home: every server reads the same off the snapshot, without asking anybody."""

from tests.domain.plays import ARA, JUN, MINA, Play, keys, person

from paddock.domain import commands as c
from paddock.domain import events as e
from paddock.domain.home import home


def seated(**nodes: str) -> Play:
    """A room whose players are connected to the nodes named, the first one as its host."""
    play = Play.opened(next(iter(nodes)))
    for name in list(nodes)[1:]:
        play.joins(name)
    for name, node in nodes.items():
        play.does(c.HoldSeat(person(name), node))
    return play


def test_a_room_is_at_home_where_its_host_is() -> None:
    play = seated(Mina="a", Jun="b", Ara="b")
    assert home(play.room) == "a"
    play.does(c.HandOver(MINA, JUN))
    assert home(play.room) == "b"


def test_without_its_host_it_is_where_the_longest_seated_player_is() -> None:
    play = seated(Mina="a", Jun="b", Ara="c")
    play.does(c.GoAway(MINA))
    assert home(play.room) == "b"
    play.does(c.GoAway(JUN))
    assert home(play.room) == "c"


def test_with_nobody_connected_it_stays_where_the_host_was() -> None:
    play = seated(Mina="a", Jun="b")
    play.does(c.GoAway(MINA), c.GoAway(JUN))
    assert home(play.room) == "a"


def test_those_who_watch_come_after_those_who_play() -> None:
    play = seated(Mina="a", Jun="b", Ara="c")
    play.does(c.GoAway(MINA), c.GiveUpSeat(JUN))
    assert home(play.room) == "c"


def test_a_snapshot_from_before_it_was_noted_has_no_home() -> None:
    assert home(Play.opened("Mina", "Jun").room) is None


def test_a_seat_is_noted_when_it_moves_and_not_when_it_stays() -> None:
    play = seated(Mina="a", Jun="a")
    assert play.does(c.HoldSeat(JUN, "b")) == (e.SeatHeld(JUN, "b"),)
    assert play.room.members[JUN].node == "b"
    assert play.does(c.HoldSeat(JUN, "b")) == ()


def test_whoever_comes_in_is_noted_at_once() -> None:
    play = Play.opened("Mina")
    play.does(c.JoinRoom(ARA, "Ara", keys("Ara"), True, "b"))
    assert play.room.members[ARA].node == "b"
