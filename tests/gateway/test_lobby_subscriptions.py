"""Subscriptions to the room list: one per page, which ends with its last client, so that idle pages cost nothing."""

from __future__ import annotations

from typing import cast

from paddock.gateway.lobby_subscriptions import LobbySubscriptions
from paddock.gateway.sessions import Client
from paddock.service.lobby import Lobby
from paddock.service.room_list import parse_query
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


async def test_a_subscription_ends_with_its_last_client() -> None:
    lobby = Lobby(LocalStore(None))
    subscriptions = LobbySubscriptions(lobby)
    sockets = [Here(), Here()]
    first, second = [Client(cast("Socket", socket)) for socket in sockets]
    tea, coffee = parse_query("tea", None, 20), parse_query("coffee", None, 20)

    assert subscriptions.subscribe(first, tea) is subscriptions.subscribe(second, tea)
    assert lobby.subscriptions == 1

    subscriptions.subscribe(second, coffee)
    assert lobby.subscriptions == 2
    assert [socket.rooms for socket in sockets] == [{"lobby/1"}, {"lobby/2"}]

    subscriptions.unsubscribe(first)
    subscriptions.unsubscribe(first)
    assert lobby.subscriptions == 1
    assert subscriptions.subscribe(first, tea).number == 3, "a subscription that ended is not resumed"

    subscriptions.unsubscribe(first)
    subscriptions.unsubscribe(second)
    assert lobby.subscriptions == 0
    assert [socket.rooms for socket in sockets] == [set(), set()]
