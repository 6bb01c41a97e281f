"""What one connection, one address and one room may do in a minute: which allowances there are, and where they count.

Messages are counted by each node for itself, because asking a store for each would cost more than the message. What
protects a password, or lets rooms pile up, counts over all nodes.
"""

from __future__ import annotations

from msgspec import Struct

from paddock.domain.allowance import Allowance, Rate
from paddock.domain.ids import Millis
from paddock.stores.contract import AllowanceStore


class Limits(Struct, frozen=True):
    """The allowances of the gateway; one unit is one message, room or guess."""

    messages: Rate = Rate(1_200, 60)
    """Per session."""
    messages_of_source: Rate = Rate(60_000, 2_000)
    """Per address; an office has one for all."""
    requests_of_source: Rate = Rate(600, 120)
    """Questions to the REST API per address."""
    rooms_of_source: Rate = Rate(20, 20)
    guesses_of_source: Rate = Rate(10, 10)
    guesses_of_room: Rate = Rate(30, 30)
    chat: Rate = Rate(60, 10)
    """Lines of chat per session."""
    looks: Rate = Rate(120, 30)
    """Pages of the room list per session; a search looks at every line of it."""
    looks_of_source: Rate = Rate(1_200, 300)


class SharedAllowance:
    """An allowance of one kind that every node takes from; keys are hashes or codes, never an address as it is."""

    def __init__(self, store: AllowanceStore, kind: str, rate: Rate) -> None:
        self._store = store
        self._kind = kind
        self._rate = rate

    async def take(self, key: str, now: Millis) -> bool:
        """Use up one unit, if there is one."""
        return await self._store.take(self._kind, key, self._rate, now)

    async def give_back(self, key: str, now: Millis) -> None:
        """Return a unit that turned out not to be needed."""
        await self._store.give_back(self._kind, key, self._rate, now)


class Allowances:
    """All allowances of the gateway."""

    def __init__(self, limits: Limits, store: AllowanceStore) -> None:
        self.messages = Allowance(limits.messages)
        self.messages_of_source = Allowance(limits.messages_of_source)
        self.requests_of_source = Allowance(limits.requests_of_source)
        self.chat = Allowance(limits.chat)
        self.looks = Allowance(limits.looks)
        self.looks_of_source = Allowance(limits.looks_of_source)
        self.rooms_of_source = SharedAllowance(store, "rooms_of_source", limits.rooms_of_source)
        self.guesses_of_source = SharedAllowance(store, "guesses_of_source", limits.guesses_of_source)
        self.guesses_of_room = SharedAllowance(store, "guesses_of_room", limits.guesses_of_room)
