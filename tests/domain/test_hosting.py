"""Opening, changing and closing a room: what its host may do, what its founder may do, and when it ends."""

from tests.domain.plays import JUN, MINA, Play, level

from paddock.domain import commands as c
from paddock.domain.duties import Settle, owed
from paddock.domain.refusals import Refusal
from paddock.domain.room import Podium


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
