"""Secret picks, votes, readiness, and the moment all of it is locked."""

from tests.domain.plays import JUN, Play, voting

from paddock.domain import commands as c


def test_whoever_votes_takes_part() -> None:
    """Somebody who sat the race out could once vote on who of the others pays, at no risk of their own."""
    play = Play.opened("Mina", "Jun", settings=voting())
    play.does(c.SetReady(JUN, False), c.CastVote(JUN, 1))
    assert play.room.members[JUN].ready
