"""Subscriptions of clients to pages of the room list, one page per client; the fan-out sends the changes.

The lobby keeps one subscription per page. It ends when its last client unsubscribes or disconnects.
"""

from __future__ import annotations

from paddock.gateway.sessions import Client
from paddock.service.lobby import Lobby, PageSubscription, SearchResult
from paddock.service.room_list import RoomListQuery


class LobbySubscriptions:
    """The clients that are subscribed to each page of the room list."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby
        self._clients: dict[RoomListQuery, set[Client]] = {}

    async def search(self, query: RoomListQuery) -> SearchResult:
        """Return the page of a query."""
        return await self._lobby.search(query)

    def subscribe(self, client: Client, query: RoomListQuery, found: SearchResult | None = None) -> PageSubscription:
        """Subscribe a client to the page of a query instead of its page before; `found` is the result of `search`."""
        self.unsubscribe(client)
        subscription = self._lobby.subscribe(query, found)
        self._clients.setdefault(query, set()).add(client)
        client.subscription = subscription
        client.socket.join(room_of(subscription.number))
        return subscription

    def unsubscribe(self, client: Client) -> None:
        """End the subscription of a client, if it has one."""
        subscription = client.subscription
        if subscription is None:
            return
        client.subscription = None
        client.socket.leave(room_of(subscription.number))
        clients = self._clients[subscription.query]
        clients.discard(client)
        if not clients:
            del self._clients[subscription.query]
            self._lobby.unsubscribe(subscription.query)


def room_of(subscription: int) -> str:
    """Return the Socket.IO room of a subscription; no code of a game room contains a slash."""
    return f"lobby/{subscription}"
