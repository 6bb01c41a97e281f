"""The turn of an HTTP request: requests that arrive together are answered one in each turn of the event loop.

So a burst of them, from however many connections, holds up nobody who plays; sources take turns. Requests of the
realtime protocol do not wait here: their server has bounds of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from paddock.api.ports import RestPorts
from paddock.api.problems import ProblemCode, problem
from paddock.service.work import WorkKind
from paddock.service.work_queue import OwnerGone
from paddock.service.work_schedule import QueueFull

BUSY_S = 1
"""When to ask again after a queue was full: it is empty within the time limit of a request."""


def turn(ports: RestPorts, realtime: str) -> Callable[[web.Request], Awaitable[web.StreamResponse | None]]:
    """Make what waits for the turn of a request and gives None, or its answer when too many wait.

    Paths below `realtime` are let through at once.
    """
    queue = ports.work[WorkKind.REQUEST]

    async def waited(request: web.Request) -> web.StreamResponse | None:
        if request.path.startswith(realtime):
            return None
        try:
            async with queue.slot(ports.owner(request)):
                return None
        except (QueueFull, OwnerGone) as refusal:
            return busy(refusal)

    return waited


def busy(refusal: QueueFull | OwnerGone) -> web.Response:
    """Answer a request that got no place in a queue; to a client that left it does not matter what."""
    own = isinstance(refusal, QueueFull) and refusal.scope != "total"
    return problem(ProblemCode.TOO_MANY if own else ProblemCode.BUSY, retry_after_s=BUSY_S)
