"""Visitors of the REST API: where a request comes from, whether a page of another site made it, and what it may ask.

What cannot be a guess costs no guess: nobody is charged for a request that shows nothing to guess with, nor for one
that a foreign page made their browser send.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import structlog
from aiohttp import hdrs

from paddock.domain.ids import RoomId
from paddock.gateway.guesses import Guess, RoomGuesses
from paddock.gateway.limits import Allowances
from paddock.gateway.sessions import Keyring
from paddock.service.clock import Clock
from paddock.socketio import Options, RequestInfo, origin_allowed

log = structlog.get_logger("paddock.api")

WAIT_S: Final = 2
"""Until some requests are left again; the allowance refills all the time."""
GUESS_WAIT_S: Final = 60
SITE: Final = "Sec-Fetch-Site"
_OWN: Final = frozenset({"same-origin", "none"})


class Visitors:
    """Counts what is asked over HTTP.

    Args:
        source: names where a request comes from.
        options: which other sites are friends, as for the realtime protocol.
        allowances: what a source has left.
        keyring: hashes guesses.
        clock: the store's time.
    """

    def __init__(
        self,
        source: Callable[[RequestInfo], str],
        options: Options,
        allowances: Allowances,
        keyring: Keyring,
        clock: Clock,
    ) -> None:
        self.source = source
        self._options = options
        self._allowances = allowances
        self._keyring = keyring
        self._guesses = RoomGuesses(allowances, keyring.guess)
        self._clock = clock

    def is_foreign(self, request: RequestInfo) -> bool:
        """Return whether a page of another site made a browser send this, as far as browsers say so.

        `Sec-Fetch-Site` cannot be set by a page, and is there over TLS; `Origin` comes with everything but plain GETs.
        """
        site = request.headers.get(SITE)
        if site in _OWN:
            return False
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is not None:
            return not origin_allowed(origin, request.headers.get(hdrs.HOST, ""), self._options)
        return site is not None

    def asks(self, request: RequestInfo) -> int | None:
        """Count a request; gives the seconds to wait when that is too much."""
        of = self._allowances
        allowance, source = (
            of.foreign_requests if self.is_foreign(request) else of.requests_of_source,
            self.source(request),
        )
        return None if allowance.take(source, self._clock()) else self._refused(source, WAIT_S)

    async def tries_code(self, source: str) -> int | None:
        """Charge a guess at a one-time code; gives the seconds to wait when that is too much."""
        granted = await self._allowances.move_codes.take(source, self._clock())
        return None if granted else self._refused(source, GUESS_WAIT_S)

    async def was_right(self, source: str) -> None:
        """Return what a one-time code cost: it was right."""
        await self._allowances.move_codes.give_back(source, self._clock())

    async def looks_into(self, source: str, room: RoomId, *, found: bool) -> int | None:
        """Charge a room code that led to nothing; gives the seconds to wait when nothing may be told."""
        now = self._clock()
        if found:
            granted = await self._guesses.may_find(source, now)
        else:
            granted = await self._guesses.take(source, room, "", now) is not Guess.REFUSED
        return None if granted else self._refused(source, GUESS_WAIT_S)

    def _refused(self, source: str, wait_s: int) -> int:
        log.info("api.refused", code="too_many", source=self._keyring.logged(source))
        return wait_s
