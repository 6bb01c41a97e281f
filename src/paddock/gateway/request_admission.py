"""Admission control of the REST API: the source of a request, whether another site caused it, and its rate limits.

A request is charged as a guess only if it can be one: not without something to guess with, and not if a page of another
site caused the browser to send it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import structlog
from aiohttp import hdrs

from paddock.domain.ids import RoomId
from paddock.gateway.guesses import Guess, RoomGuesses
from paddock.gateway.rate_limits import GatewayAllowances
from paddock.gateway.sessions import TokenHasher
from paddock.service.clock import Clock
from paddock.socketio import Options, RequestInfo, origin_allowed

log = structlog.get_logger("paddock.api")

WAIT_S: Final = 2
"""`Retry-After` of a refused request; the allowance refills continuously."""
GUESS_WAIT_S: Final = 60
SITE: Final = "Sec-Fetch-Site"
_OWN: Final = frozenset({"same-origin", "none"})


class RequestAdmission:
    """Admits or refuses requests of the REST API.

    Args:
        source: returns the source of a request (`client_ip`).
        options: the allowed origins, as for the realtime protocol.
        allowances: the rate limits.
        hasher: hashes guesses and logged addresses.
        clock: the store's time.
    """

    def __init__(
        self,
        source: Callable[[RequestInfo], str],
        options: Options,
        allowances: GatewayAllowances,
        hasher: TokenHasher,
        clock: Clock,
    ) -> None:
        self.source = source
        self._options = options
        self._allowances = allowances
        self._hasher = hasher
        self._guesses = RoomGuesses(allowances, hasher.guess)
        self._clock = clock

    def is_cross_site(self, request: RequestInfo) -> bool:
        """Return whether a page of another site sent the request, as far as the browser's headers tell.

        A page cannot set `Sec-Fetch-Site`, which browsers send over TLS. `Origin` comes with all but simple GETs.
        """
        site = request.headers.get(SITE)
        if site in _OWN:
            return False
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is not None:
            return not origin_allowed(origin, request.headers.get(hdrs.HOST, ""), self._options)
        return site is not None

    def admit(self, request: RequestInfo) -> int | None:
        """Charge a request; return None, or the seconds to wait if it is refused."""
        of = self._allowances
        allowance, source = (
            of.cross_site_requests_per_ip if self.is_cross_site(request) else of.requests_per_ip,
            self.source(request),
        )
        return None if allowance.take(source, self._clock()) else self._refused(source, WAIT_S)

    async def admit_transfer_code(self, source: str) -> int | None:
        """Charge an attempt at a transfer code; return None, or the seconds to wait if it is refused."""
        granted = await self._allowances.transfer_codes_per_ip.take(source, self._clock())
        return None if granted else self._refused(source, GUESS_WAIT_S)

    async def refund_transfer_code(self, source: str) -> None:
        """Refund an attempt at a transfer code that was correct."""
        await self._allowances.transfer_codes_per_ip.give_back(source, self._clock())

    async def admit_room_lookup(self, source: str, room: RoomId, *, found: bool) -> int | None:
        """Charge a room code that was not found; return None, or the seconds to wait if no answer may be given."""
        now = self._clock()
        if found:
            granted = await self._guesses.may_find(source, now)
        else:
            granted = await self._guesses.take(source, room, "", now) is not Guess.REFUSED
        return None if granted else self._refused(source, GUESS_WAIT_S)

    def _refused(self, source: str, wait_s: int) -> int:
        log.info("api.refused", code="too_many", source=self._hasher.logged(source))
        return wait_s
