"""Rate limits per session, address and room, and the allowances (token buckets) that enforce them.

Messages are counted by each node on its own, because a call to the store would cost more than the message. Limits that
protect passwords, or the number of rooms, are shared by all nodes. The sources of an IPv6 /48 together have a larger
allowance (`client_ip.networks`). Refusals are counted by kind.
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


class RateLimits(Struct, frozen=True):
    """The rate limits of the gateway; one unit is one message, request, room or guess."""

    messages: Rate = Rate(1_200, 60)
    """Per session, that is per seat token, or per connection that has none yet."""
    messages_per_ip: Rate = Rate(60_000, 2_000)
    """Per address, which many players of one site may share."""
    requests_per_ip: Rate = Rate(600, 120)
    """Requests to the REST API, per address."""
    rooms_per_ip: Rate = Rate(20, 20)
    guesses_per_ip: Rate = Rate(10, 10)
    """Unknown room codes and wrong passwords in any kind of message or request (`guesses`), per address."""
    guesses_per_room: Rate = Rate(30, 30)
    same_guess: Rate = Rate(0.1, 1)
    """The same guess from the same address is charged once per `guesses.SAME_GUESS_MIN` minutes."""
    repeated_guesses_per_ip: Rate = Rate(240, 240)
    """Repetitions of charged guesses, per address; each may need a password check."""
    unknown_tokens_per_ip: Rate = Rate(60, 60)
    """Seat tokens without a session for which a room is read, per address."""
    transfer_codes_per_ip: Rate = Rate(10, 10)
    """Wrong transfer codes, per address."""
    chat: Rate = Rate(60, 10)
    """Chat messages, per session."""
    lobby_requests: Rate = Rate(120, 30)
    """Pages of the room list, per session."""
    lobby_requests_per_ip: Rate = Rate(1_200, 300)
    password_changes: Rate = Rate(10, 5)
    """New passwords of rooms, per session; each is hashed."""
    password_changes_per_ip: Rate = Rate(60, 30)
    site_factor: int = SITE_FACTOR
    """The limits of an IPv6 /48 are this many times those of one source."""


class SessionAllowance:
    """An allowance of one kind per session, kept in this process."""

    def __init__(self, kind: str, rate: Rate, limited: dict[str, int]) -> None:
        self._kind = kind
        self._allowance = Allowance(rate)
        self._limited = limited

    def take(self, key: str, now: Millis) -> bool:
        """Take one unit; return whether there was one."""
        return self._allowance.take(key, now) or _refused(self._limited, self._kind)


class SourceAllowance:
    """An allowance of one kind per source and a larger one per site, kept in this process."""

    def __init__(self, kind: str, rate: Rate, limited: dict[str, int], factor: int = SITE_FACTOR) -> None:
        self._kind = kind
        self._of_source = Allowance(rate)
        self._of_site = Allowance(_wider(rate, factor))
        self._limited = limited

    def take(self, source: str, now: Millis) -> bool:
        """Take one unit of the source and of its site; return whether both had one.

        A source without units left takes none from its site.
        """
        if self._of_source.take(source, now) and (
            ":" not in source or all(self._of_site.take(site, now) for site in networks(source)[1:])
        ):
            return True
        return _refused(self._limited, self._kind)


class SharedAllowance:
    """An allowance of one kind that all nodes share; keys are hashes or codes, never plain addresses."""

    def __init__(self, store: AllowanceStore, kind: str, rate: Rate, limited: dict[str, int]) -> None:
        self._store = store
        self._kind = kind
        self._rate = rate
        self._limited = limited

    async def take(self, key: str, now: Millis) -> bool:
        """Take one unit; return whether there was one."""
        return await self._store.take(self._kind, key, self._rate, now) or _refused(self._limited, self._kind)

    async def left(self, key: str, now: Millis) -> bool:
        """Return whether a unit is left."""
        return await self._store.left(self._kind, key, self._rate, now)

    async def give_back(self, key: str, now: Millis) -> None:
        """Give back a unit that was not needed."""
        await self._store.give_back(self._kind, key, self._rate, now)


class SharedSourceAllowance:
    """An allowance of one kind per source and a larger one per site, which all nodes share.

    Args:
        store: keeps the allowance.
        kind: its name in the store and in `limited`.
        rate: the limit of a source.
        limited: counts refusals by kind.
        hashed: hashes a source or a site, because no address is stored in plain.
        factor: the limit of a site as a multiple of that of a source.
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
        """Take one unit of the source and of its site; return whether both had one."""
        for network, rate in zip(networks(source), self._rates, strict=False):
            if not await self._store.take(self._kind, self._hashed(network), rate, now):
                return _refused(self._limited, self._kind)
        return True

    async def left(self, source: str, now: Millis) -> bool:
        """Return whether source and site both have a unit left; if not, count a refusal."""
        for network, rate in zip(networks(source), self._rates, strict=False):
            if not await self._store.left(self._kind, self._hashed(network), rate, now):
                return _refused(self._limited, self._kind)
        return True

    async def give_back(self, source: str, now: Millis) -> None:
        """Give back a unit that was not needed."""
        for network, rate in zip(networks(source), self._rates, strict=False):
            await self._store.give_back(self._kind, self._hashed(network), rate, now)


class GatewayAllowances:
    """All allowances of the gateway, one per rate limit.

    Args:
        limits: the rates.
        store: keeps the allowances that all nodes share.
        hashed: hashes a network address.

    Attributes:
        limited: the number of refusals of each limit.
    """

    def __init__(self, limits: RateLimits, store: AllowanceStore, hashed: Callable[[str], str]) -> None:
        self.limited: dict[str, int] = {}
        limited, factor = self.limited, limits.site_factor
        self.messages = SessionAllowance("messages", limits.messages, limited)
        self.messages_per_ip = SourceAllowance("messages_per_ip", limits.messages_per_ip, limited, factor)
        self.requests_per_ip = SourceAllowance("requests_per_ip", limits.requests_per_ip, limited, factor)
        self.cross_site_requests_per_ip = SourceAllowance(
            "cross_site_requests_per_ip", limits.requests_per_ip, limited, factor
        )
        """Requests that pages of other sites cause; they do not use up `requests_per_ip` of the visitor."""
        self.chat = SessionAllowance("chat", limits.chat, limited)
        self.lobby_requests = SessionAllowance("lobby_requests", limits.lobby_requests, limited)
        self.lobby_requests_per_ip = SourceAllowance(
            "lobby_requests_per_ip", limits.lobby_requests_per_ip, limited, factor
        )
        self.password_changes = SessionAllowance("password_changes", limits.password_changes, limited)
        self.password_changes_per_ip = SourceAllowance(
            "password_changes_per_ip", limits.password_changes_per_ip, limited, factor
        )
        self.rooms_per_ip = SharedSourceAllowance(store, "rooms_per_ip", limits.rooms_per_ip, limited, hashed, factor)
        self.guesses_per_ip = SharedSourceAllowance(
            store, "guesses_per_ip", limits.guesses_per_ip, limited, hashed, factor
        )
        self.guesses_per_room = SharedAllowance(store, "guesses_per_room", limits.guesses_per_room, limited)
        self.same_guess = SharedAllowance(store, "same_guess", limits.same_guess, {})  # refuses nothing
        self.repeated_guesses_per_ip = SourceAllowance(
            "repeated_guesses_per_ip", limits.repeated_guesses_per_ip, limited, factor
        )
        self.unknown_tokens_per_ip = SharedSourceAllowance(
            store, "unknown_tokens_per_ip", limits.unknown_tokens_per_ip, limited, hashed, factor
        )
        self.transfer_codes_per_ip = SharedSourceAllowance(
            store, "transfer_codes_per_ip", limits.transfer_codes_per_ip, limited, hashed, factor
        )


def _wider(rate: Rate, factor: int) -> Rate:
    return Rate(rate.per_minute * factor, rate.burst * factor)


def _refused(limited: dict[str, int], kind: str) -> bool:
    limited[kind] = limited.get(kind, 0) + 1
    return False
