"""Somebody who looks at the room list, and leads their page on by what they are told, as the web client does."""

from __future__ import annotations

from itertools import pairwise

from tests.gateway.wire import Guest, Json


class Viewer:
    """A guest and the page they look at."""

    def __init__(self, who: Guest) -> None:
        self.who = who
        self.answer: Json = {}

    async def looks(self, query: str = "", after: str | None = None, limit: int = 20) -> Json:
        """Ask for a page."""
        self.answer = await self.who.asks("watch_lobby", query=query, after=after, limit=limit)
        return self.answer

    def changes(self) -> list[Json]:
        """Give what was told of this page, in order, having checked that none is missing."""
        mine = [arg for name, arg in self.who.heard if name == "lobby_changed" and arg["look"] == self.answer["look"]]
        new = [change for change in mine if change["version"] > self.answer["version"]]
        versions = [self.answer["version"], *(change["version"] for change in new)]
        assert all(later == earlier + 1 for earlier, later in pairwise(versions)), versions
        return new

    def page(self) -> Json:
        """Give what they see now."""
        rooms = {room["room"]: room for room in self.answer["rooms"]}
        total, following = self.answer["total"], self.answer["next"]
        for change in self.changes():
            for gone in change["gone"]:
                del rooms[gone]
            rooms |= {room["room"]: room for room in change["changed"]}
            total, following = change["total"], change["next"]
        shown = sorted(rooms.values(), key=lambda room: (-room["opened_at"], room["room"]))
        return {"rooms": shown, "total": total, "next": following}

    def codes(self) -> list[str]:
        """Give the codes on the page."""
        return [room["room"] for room in self.page()["rooms"]]

    async def sees(self, *codes: str) -> None:
        """Wait until the page shows these rooms and no others."""
        if self.codes() != list(codes):
            await self.who.hears("lobby_changed", lambda _: self.codes() == list(codes))
