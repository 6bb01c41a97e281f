"""The way in to several servers at once: guests connect to any of them, from wherever they say they come."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from tests.cluster.process import Server
from tests.gateway.wire import Guest, Json, guest
from tests.waiting import until

_sources = itertools.count(1)


def somewhere() -> str:
    """Give a network address that nobody else comes from."""
    number = next(_sources)
    return f"10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}"


async def accepted(ask: Callable[[], Awaitable[Json]]) -> None:
    """Ask until the answer is yes; again only where it says to, as a server that has just started may."""

    async def is_accepted() -> bool:
        reply = await ask()
        assert reply["ok"] or reply["retry"], reply
        return bool(reply["ok"])

    await until(is_accepted, "the server accepts it")


class Door:
    """Lets guests in at any server; they leave when the test ends."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack

    async def at(self, server: Server, auth: Json | None = None, *, source: str | None = None) -> Guest:
        """Connect a guest to one server; `source` is believed by a server that trusts this machine as a proxy."""
        return await self._stack.enter_async_context(guest(server.url, auth, source=source))

    async def across(self, a: Server, b: Server) -> tuple[Guest, Guest]:
        """Seat Mina at one server and Jun in the same room at the other."""
        mina, jun = await self.at(a), await self.at(b)
        await accepted(lambda: mina.opens(name="Mina"))
        await accepted(lambda: jun.joins(mina.code, "Jun"))
        await mina.hears_of("member_joined")
        return mina, jun
