"""What all addresses of the REST API have in common: allowance, time limit, reading, a turn, answering, refusing.

An expected "no" of a handler is the `ProblemCode` it gives; it never makes a response itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from paddock.api.addresses import A, Address, B, Q
from paddock.api.answering import answer
from paddock.api.asking import Asked, Reader, WrongRequest
from paddock.api.ports import RestPorts
from paddock.api.problems import ProblemCode, TooManyGuesses, problem
from paddock.api.turn import busy
from paddock.archive.contract import ArchiveUnavailable, BadCursor
from paddock.service.work_queue import OwnerGone
from paddock.service.work_schedule import QueueFull
from paddock.stores.contract import StoreUnavailable

log = structlog.get_logger("paddock.api")

HANDLER_S: Final = 3.0
"""A request that takes longer, its body included, is answered `timeout`."""
RETRY_S: Final = 2
"""When to ask again while the archive or the store is away."""

Handle: TypeAlias = Callable[[Asked[Q, B]], Awaitable[A | ProblemCode]]


def endpoint(address: Address[Q, B, A], handle: Handle[Q, B, A], ports: RestPorts) -> Handler:
    """Make the handler of an address from the function that knows its answer."""
    admission = ports.admission
    reader: Reader[Q, B] = Reader(address, ports.device, ports.owner, admission.source)

    async def answered(request: web.Request) -> web.StreamResponse:
        try:
            async with asyncio.timeout(HANDLER_S):
                return await _answered(request)
        except TimeoutError:
            log.warning("api.timeout", address=address.name)
            return problem(ProblemCode.TIMEOUT, retry_after_s=1)
        except (ArchiveUnavailable, StoreUnavailable):
            return problem(ProblemCode.UNAVAILABLE, retry_after_s=RETRY_S)
        except (QueueFull, OwnerGone) as refusal:
            return busy(refusal)

    async def _answered(request: web.Request) -> web.StreamResponse:
        if address.method != "GET" and admission.is_cross_site(request):
            return _refused(ProblemCode.FOREIGN_PAGE)  # it costs those whose browser it is nothing
        wait_s = admission.admit(request)
        if wait_s is not None:
            return problem(ProblemCode.TOO_MANY, retry_after_s=wait_s)
        try:
            asked = await reader.read(request)
            async with ports.work[address.work].slot(asked.owner):
                result = await handle(asked)
                if not isinstance(result, ProblemCode):
                    return answer(request, address, result, personal=asked.device != "")
        except WrongRequest as wrong:
            return _refused(wrong.code, wrong.detail)
        except BadCursor:
            return _refused(ProblemCode.BAD_CURSOR)
        except TooManyGuesses as refused:
            return problem(ProblemCode.TOO_MANY, retry_after_s=refused.wait_s)
        return _refused(result)

    return answered


def _refused(code: ProblemCode, detail: str = "") -> web.Response:
    """Answer with a "no" that is not worth asking again."""
    response = problem(code, detail)
    if code is ProblemCode.NO_TOKEN:
        response.headers[hdrs.WWW_AUTHENTICATE] = "Bearer"
    return response
