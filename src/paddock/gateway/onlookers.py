"""Who looks at which page of the room list: a look ends with its last onlooker. It sends nothing; the fan-out does."""

from __future__ import annotations

from paddock.gateway.sessions import Client
from paddock.service.lobby import Found, Lobby, Look
from paddock.service.room_list import Question


class Onlookers:
    """The connections that look at the room list, each at one page."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby
        self._looking: dict[Question, set[Client]] = {}

    async def search(self, question: Question) -> Found:
        """Find the page of a question."""
        return await self._lobby.search(question)

    def look(self, client: Client, question: Question, found: Found | None = None) -> Look:
        """Let a connection look at a page, which was `found` just now, and at no other from now on."""
        self.leave(client)
        look = self._lobby.look(question, found)
        self._looking.setdefault(question, set()).add(client)
        client.looks_at = look
        client.socket.join(room_of(look.number))
        return look

    def leave(self, client: Client) -> None:
        """Let a connection look at nothing any more."""
        look = client.looks_at
        if look is None:
            return
        client.looks_at = None
        client.socket.leave(room_of(look.number))
        looking = self._looking[look.question]
        looking.discard(client)
        if not looking:
            del self._looking[look.question]
            self._lobby.end(look.question)


def room_of(look: int) -> str:
    """Name the sockets that a look's changes go to; no room's code looks like that."""
    return f"lobby/{look}"
