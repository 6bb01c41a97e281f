"""Identity of commands: an id counts for one player and one kind of command, not for the room."""

from __future__ import annotations

from paddock.domain import commands as c
from paddock.domain.identity import command_key
from paddock.domain.ids import CommandId, PlayerId, RaceId, Seed
from paddock.domain.room import Keys

MINA, JUN = PlayerId("mina000000"), PlayerId("jun0000000")
ONCE = CommandId("pick-once")
FRESH = c.Fresh(RaceId("r" * 16), Seed(bytes(32)), c.Gate(bytes(32), ()))


def keys(name: str) -> Keys:
    return Keys(f"token of {name}", f"device of {name}", "address")


def test_a_repeat_has_the_key_of_the_first() -> None:
    assert command_key(c.PickRacer(MINA, 1), ONCE) == command_key(c.PickRacer(MINA, 1), ONCE)


def test_another_player_another_kind_and_another_id_have_other_keys() -> None:
    other = CommandId("pick-twice")
    found = {
        command_key(c.PickRacer(MINA, 1), ONCE),
        command_key(c.PickRacer(JUN, 1), ONCE),
        command_key(c.PickForMe(MINA), ONCE),
        command_key(c.PickRacer(MINA, 1), other),
    }
    assert len(found) == 4


def test_who_comes_in_is_known_by_the_seat_token_as_every_attempt_makes_another_player_id() -> None:
    first, again = c.JoinRoom(MINA, "Mina", keys("mina")), c.JoinRoom(JUN, "Mina", keys("mina"))
    somebody = c.JoinRoom(MINA, "Mina", keys("jun"))
    assert command_key(first, ONCE) == command_key(again, ONCE) != command_key(somebody, ONCE)

    founder, later = c.ReopenRoom(MINA, "Mina", keys("mina"), FRESH), c.ReopenRoom(JUN, "Mina", keys("mina"), FRESH)
    assert command_key(founder, ONCE) == command_key(later, ONCE) != command_key(first, ONCE)
