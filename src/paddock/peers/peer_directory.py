"""Where other nodes are reached: a small copy of the register, asked again only for a key that it does not have.

A key belongs to one life of one process, so what is known of it never changes; who is gone fails to answer. While the
register cannot be asked, what is known goes on being used.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from msgspec import Struct

from paddock.stores.contract import NodeRegister, StoreUnavailable

from .limits import Limits

log = structlog.get_logger("paddock.peers")


class Peer(Struct, frozen=True):
    """Another node: its key and where it is reached; `is_local` if it seems to be on this machine."""

    key: str
    host: str
    port: int
    is_local: bool = False


class PeerDirectory:
    """Finds nodes by key.

    Args:
        register: the nodes there are.
        clock: gives seconds that never go back.
        host: the address of this machine; who has the same is is_local.
        limits: the bounds.
    """

    def __init__(self, register: NodeRegister, clock: Callable[[], float], host: str, limits: Limits) -> None:
        self._register = register
        self._clock = clock
        self._host = host
        self._limits = limits
        self._peers: dict[str, Peer] = {}
        self._last_listed: dict[str, float] = {}
        self._failures: dict[str, int] = {}
        self._backoff_until: dict[str, float] = {}
        self._refreshed_at = float("-inf")
        self._lock = asyncio.Lock()

    async def find(self, key: str) -> Peer | None:
        """Give the node of a key; None when there is none, or none that can be reached now."""
        if self._is_backing_off(key):
            return None
        peer = self._peers.get(key)
        if peer is not None:
            return peer
        came = self._clock()
        async with self._lock:
            # Somebody before us in the queue may have asked since we came.
            if self._refreshed_at < came:
                await asyncio.sleep(max(0.0, self._refreshed_at + self._limits.refresh - self._clock()))
                await self._refresh()
        return self._peers.get(key)

    def reached(self, key: str) -> None:
        """Note that a node was reached."""
        self._failures.pop(key, None)

    def unreachable(self, key: str) -> None:
        """Note that a node could not be reached; after some times in a row it is left alone for a while."""
        self._failures[key] = self._failures.get(key, 0) + 1
        if self._failures[key] >= self._limits.doubts:
            self._backoff_until[key] = self._clock() + self._limits.away

    def _is_backing_off(self, key: str) -> bool:
        until = self._backoff_until.get(key)
        if until is None:
            return False
        if self._clock() < until:
            return True
        del self._backoff_until[key]
        return False

    async def _refresh(self) -> None:
        self._refreshed_at = now = self._clock()
        try:
            async with asyncio.timeout(self._limits.lookup):
                nodes = await self._register.alive()
        except (StoreUnavailable, TimeoutError) as error:
            log.debug("peers.register_unavailable", reason=repr(error))
            return
        for about in nodes.values():
            if about.key and about.host and about.port:
                self._peers[about.key] = Peer(about.key, about.host, about.port, about.host == self._host)
                self._last_listed[about.key] = now
        for key in [key for key, at in self._last_listed.items() if at < now - self._limits.forget]:
            del self._peers[key], self._last_listed[key]
            self._failures.pop(key, None)
        self._backoff_until = {key: until for key, until in self._backoff_until.items() if until > now}
