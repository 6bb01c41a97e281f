"""What one connection, one address and one room may do in a minute: which allowances there are, and where they count.

Messages are counted by each node for itself, because asking a store for each would cost more than the message. What
protects a password, or lets rooms pile up, counts over all nodes. An IPv6 /48 has a larger allowance for all its
sources together (`client_ip.networks`). What is refused is counted by the kind of the limit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from paddock.domain.allowance import Allowance, Rate
from paddock.domain.ids import Millis
from paddock.gateway.client_ip import networks
from paddock.stores.contract import AllowanceStore

SITE_FACTOR: Final = 4


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
    """Room codes that lead nowhere and wrong passwords, whichever way they come (`guesses`)."""
    guesses_of_room: Rate = Rate(30, 30)
    same_guess: Rate = Rate(0.1, 1)
    """How often the same guess of the same source is charged: once in `guesses.SAME_GUESS_MIN` minutes."""
    repeated_guesses: Rate = Rate(240, 240)
    """Guesses per address that were charged before: each may cost a password check."""
    strange_tokens: Rate = Rate(60, 60)
    """Seat tokens per address that no session has, and for which a room is looked at all the same."""
    move_codes: Rate = Rate(10, 10)
    """Wrong one-time codes per address."""
    chat: Rate = Rate(60, 10)
    """Lines of chat per session."""
    looks: Rate = Rate(120, 30)
    """Pages of the room list per session."""
    looks_of_source: Rate = Rate(1_200, 300)
    password_changes: Rate = Rate(10, 5)
    """New passwords for a room, per session; each is hashed."""
    password_changes_of_source: Rate = Rate(60, 30)
    site_factor: int = SITE_FACTOR
    """How many times what one source may do all sources of an IPv6 /48 may do together."""


class SessionAllowance:
    """An allowance of one kind per key of this process, which counts what it refuses."""

    def __init__(self, kind: str, rate: Rate, limited: dict[str, int]) -> None:
        self._kind = kind
        self._allowance = Allowance(rate)
        self._limited = limited

    def take(self, key: str, now: Millis) -> bool:
        """Use up one unit, if there is one."""
        return self._allowance.take(key, now) or _refused(self._limited, self._kind)


class SourceAllowance:
    """An allowance of one kind per source, and a larger one per site, in this process."""

    def __init__(self, kind: str, rate: Rate, limited: dict[str, int], factor: int = SITE_FACTOR) -> None:
        self._kind = kind
        self._of_source = Allowance(rate)
        self._of_site = Allowance(_wider(rate, factor))
        self._limited = limited

    def take(self, source: str, now: Millis) -> bool:
        """Use up one unit of the source and of its site, if both have one.

        A source that has used up its own takes nothing from its site.
        """
        if self._of_source.take(source, now) and (
            ":" not in source or all(self._of_site.take(site, now) for site in networks(source)[1:])
        ):
            return True
        return _refused(self._limited, self._kind)


class SharedAllowance:
    """An allowance of one kind that every node takes from; keys are hashes or codes, never an address as it is."""

    def __init__(self, store: AllowanceStore, kind: str, rate: Rate, limited: dict[str, int]) -> None:
        self._store = store
        self._kind = kind
        self._rate = rate
        self._limited = limited

    async def take(self, key: str, now: Millis) -> bool:
        """Use up one unit, if there is one."""
        return await self._store.take(self._kind, key, self._rate, now) or _refused(self._limited, self._kind)

    async def left(self, key: str, now: Millis) -> bool:
        """Say whether there is a unit to take."""
        return await self._store.left(self._kind, key, self._rate, now)

    async def give_back(self, key: str, now: Millis) -> None:
        """Return a unit that turned out not to be needed."""
        await self._store.give_back(self._kind, key, self._rate, now)


class SharedSourceAllowance:
    """An allowance of one kind per source, and a larger one per site, that every node takes from.

    Args:
        store: where it is kept.
        kind: its name there.
        rate: what a source may do.
        limited: counts what is refused.
        hashed: hashes a source or a site, for no address is kept as it is.
        factor: how many times as much a site may do.
    """

    def __init__(
        self,
        store: AllowanceStore,
        kind: str,
        rate: Rate,
        limited: dict[str, int],
        hashed: Callable[[str], str],
        factor: int = SITE_FACTOR,
    ) -> None:
        self._store = store
        self._kind = kind
        self._rates = (rate, _wider(rate, factor))
        self._limited = limited
        self._hashed = hashed

    async def take(self, source: str, now: Millis) -> bool:
        """Use up one unit of the source and of its site, if both have one."""
        for network, rate in zip(networks(source), self._rates, strict=False):
            if not await self._store.take(self._kind, self._hashed(network), rate, now):
                return _refused(self._limited, self._kind)
        return True

    async def left(self, source: str, now: Millis) -> bool:
        """Say whether source and site both have a unit to take; one that has none is counted as refused."""
        for network, rate in zip(networks(source), self._rates, strict=False):
            if not await self._store.left(self._kind, self._hashed(network), rate, now):
                return _refused(self._limited, self._kind)
        return True

    async def give_back(self, source: str, now: Millis) -> None:
        """Return a unit that turned out not to be needed."""
        for network, rate in zip(networks(source), self._rates, strict=False):
            await self._store.give_back(self._kind, self._hashed(network), rate, now)


class Allowances:
    """All allowances of the gateway.

    Args:
        limits: how much is allowed.
        store: keeps what counts over all nodes.
        hashed: hashes a network address.

    Attributes:
        limited: how often each limit refused something, by the kind of the limit.
    """

    def __init__(self, limits: Limits, store: AllowanceStore, hashed: Callable[[str], str]) -> None:
        self.limited: dict[str, int] = {}
        limited, factor = self.limited, limits.site_factor
        self.messages = SessionAllowance("messages", limits.messages, limited)
        self.messages_of_source = SourceAllowance("messages_of_source", limits.messages_of_source, limited, factor)
        self.requests_of_source = SourceAllowance("requests_of_source", limits.requests_of_source, limited, factor)
        self.foreign_requests = SourceAllowance("foreign_requests", limits.requests_of_source, limited, factor)
        """What pages of other sites make a browser ask: it leaves what the source itself may ask."""
        self.chat = SessionAllowance("chat", limits.chat, limited)
        self.looks = SessionAllowance("looks", limits.looks, limited)
        self.looks_of_source = SourceAllowance("looks_of_source", limits.looks_of_source, limited, factor)
        self.password_changes = SessionAllowance("password_changes", limits.password_changes, limited)
        self.password_changes_of_source = SourceAllowance(
            "password_changes_of_source", limits.password_changes_of_source, limited, factor
        )
        self.rooms_of_source = SharedSourceAllowance(
            store, "rooms_of_source", limits.rooms_of_source, limited, hashed, factor
        )
        self.guesses_of_source = SharedSourceAllowance(
            store, "guesses_of_source", limits.guesses_of_source, limited, hashed, factor
        )
        self.guesses_of_room = SharedAllowance(store, "guesses_of_room", limits.guesses_of_room, limited)
        self.same_guess = SharedAllowance(store, "same_guess", limits.same_guess, {})  # it refuses nobody
        self.repeated_guesses = SourceAllowance("repeated_guesses", limits.repeated_guesses, limited, factor)
        self.strange_tokens = SharedSourceAllowance(
            store, "strange_tokens", limits.strange_tokens, limited, hashed, factor
        )
        self.move_codes = SharedSourceAllowance(store, "move_codes", limits.move_codes, limited, hashed, factor)


def _wider(rate: Rate, factor: int) -> Rate:
    return Rate(rate.per_minute * factor, rate.burst * factor)


def _refused(limited: dict[str, int], kind: str) -> bool:
    limited[kind] = limited.get(kind, 0) + 1
    return False
