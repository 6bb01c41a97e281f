"""Onlookers: a look lasts as long as somebody looks, however they stop, so that idle pages cost nothing."""

from __future__ import annotations

from typing import cast

from paddock.gateway.onlookers import Onlookers
from paddock.gateway.sessions import Client
from paddock.service.lobby import Lobby
from paddock.service.room_list import question
from paddock.socketio import Socket
from paddock.stores.local import LocalStore


class Here:
    """A socket as far as it matters: which rooms it is in."""

    def __init__(self) -> None:
        self.id = self.source = "here"
        self.rooms: set[str] = set()

    def join(self, room: str) -> None:
        self.rooms.add(room)

    def leave(self, room: str) -> None:
        self.rooms.discard(room)


async def test_a_look_ends_with_its_last_onlooker() -> None:
    lobby = Lobby(LocalStore(None))
    onlookers = Onlookers(lobby)
    sockets = [Here(), Here()]
    first, second = [Client(cast("Socket", socket)) for socket in sockets]
    tea, coffee = question("tea", None, 20), question("coffee", None, 20)

    assert onlookers.look(first, tea) is onlookers.look(second, tea)
    assert lobby.looks == 1

    onlookers.look(second, coffee)
    assert lobby.looks == 2
    assert [socket.rooms for socket in sockets] == [{"lobby/1"}, {"lobby/2"}]

    onlookers.leave(first)
    onlookers.leave(first)
    assert lobby.looks == 1
    assert onlookers.look(first, tea).number == 3, "an ended look is not gone on with"

    onlookers.leave(first)
    onlookers.leave(second)
    assert lobby.looks == 0
    assert [socket.rooms for socket in sockets] == [set(), set()]
