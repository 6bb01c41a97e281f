"""Addresses of other nodes: a cache of the register of nodes, refreshed only when a key is missing.

A key belongs to one run of one process, so a cached entry never changes; a node that has ended fails to answer. While
the register is unavailable, cached entries remain in use.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from msgspec import Struct

from paddock.stores.contract import NodeRegister, StoreUnavailable

from .limits import PeerLimits

log = structlog.get_logger("paddock.peers")


class Peer(Struct, frozen=True):
    """Key and address of another node; `is_local` if it has the address of this machine."""

    key: str
    host: str
    port: int
    is_local: bool = False


class PeerDirectory:
    """Resolves node keys to addresses.

    Args:
        register: the register of nodes.
        clock: returns monotonic seconds.
        host: address of this machine.
        limits: timeouts and thresholds.
    """

    def __init__(self, register: NodeRegister, clock: Callable[[], float], host: str, limits: PeerLimits) -> None:
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
        """Return the node of a key; None if it is unknown or currently unreachable."""
        if self._is_backing_off(key):
            return None
        peer = self._peers.get(key)
        if peer is not None:
            return peer
        came = self._clock()
        async with self._lock:
            # Another waiter may have refreshed since this call began.
            if self._refreshed_at < came:
                await asyncio.sleep(max(0.0, self._refreshed_at + self._limits.refresh_s - self._clock()))
                await self._refresh()
        return self._peers.get(key)

    def reached(self, key: str) -> None:
        """Reset the failure count of a node."""
        self._failures.pop(key, None)

    def unreachable(self, key: str) -> None:
        """Count a failed connection; after several in a row the node is not tried for a while."""
        self._failures[key] = self._failures.get(key, 0) + 1
        if self._failures[key] >= self._limits.max_failures:
            self._backoff_until[key] = self._clock() + self._limits.backoff_s

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
            async with asyncio.timeout(self._limits.lookup_s):
                nodes = await self._register.alive()
        except (StoreUnavailable, TimeoutError) as error:
            log.debug("peers.register_unavailable", reason=repr(error))
            return
        for about in nodes.values():
            if about.key and about.host and about.port:
                self._peers[about.key] = Peer(about.key, about.host, about.port, about.host == self._host)
                self._last_listed[about.key] = now
        for key in [key for key, at in self._last_listed.items() if at < now - self._limits.forget_s]:
            del self._peers[key], self._last_listed[key]
            self._failures.pop(key, None)
        self._backoff_until = {key: until for key, until in self._backoff_until.items() if until > now}
