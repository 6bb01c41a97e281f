"""Secret picks, votes, readiness, and the moment all of it is locked."""

from tests.domain.plays import JUN, MINA, Play, gate, voting

from paddock.domain import commands as c
from paddock.domain.room import Gathering
from paddock.domain.settings import Settings


def test_whoever_votes_takes_part() -> None:
    """Somebody who sat the race out could once vote on who of the others pays, at no risk of their own."""
    play = Play.opened("Mina", "Jun", settings=voting())
    play.does(c.SetReady(JUN, False), c.CastVote(JUN, 1))
    assert play.room.members[JUN].ready


def test_a_new_length_of_picking_begins_at_once() -> None:
    """A host who cut ten minutes to twenty seconds once had to wait for the ten minutes all the same."""
    play = Play.opened("Mina", "Jun", settings=Settings(pick_seconds=600))
    play.waits(5_000)
    play.does(c.ChangeSettings(MINA, Settings(pick_seconds=20), gate(1)))
    assert play.phase(Gathering).deadline == play.now + 20_000
    play.waits(5_000)
    play.does(c.ChangeSettings(MINA, Settings(pick_seconds=20, title="coffee"), gate(1)))
    assert play.phase(Gathering).deadline == play.now + 15_000
