"""A WebSocket of another node that runs through this one: raw bytes both ways, looked into by nobody.

Each side is read no faster than the other takes it, so that a client that does not read fills its owner's budget, not
this node. When one end goes, the other gets what is left, for a limited time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from paddock.socketio import cut

from .limits import Limits


class Tunnel:
    """Two connections joined; `ended` is called once when both are gone."""

    def __init__(
        self,
        client: asyncio.Transport,
        owner: asyncio.Transport,
        limits: Limits,
        ended: Callable[[Tunnel], None],
    ) -> None:
        self.heard = True
        """Whether something has come from the owner since somebody last looked."""
        self._client = client
        self._owner = owner
        self._limits = limits
        self._ended = ended
        self._open = 2
        self._patience: asyncio.TimerHandle | None = None
        self._left = 0
        self._stuck_since: float | None = None
        for here, there in ((client, owner), (owner, client)):
            here.set_write_buffer_limits(limits.buffer)
            here.set_protocol(_End(self, there, is_owner=here is owner))

    def stuck(self, now: float) -> float:
        """Return for how many seconds the client has taken nothing of what waits for it, as far as looks can tell.

        Meanwhile the owner is not read, so it would not even be noticed that it has hung up.
        """
        before, self._left = self._left, self._client.get_write_buffer_size()
        if not self._left or self._left < before:
            self._stuck_since = None
        elif self._stuck_since is None:
            self._stuck_since = now
        return 0.0 if self._stuck_since is None else now - self._stuck_since

    def cut(self) -> None:
        """Drop both ends at once."""
        self._owner.abort()
        cut(self._client)

    def lost(self, there: asyncio.Transport) -> None:
        """Learn that one end is gone; `there` is the other."""
        self._open -= 1
        if self._open:
            there.close()
            self._patience = asyncio.get_running_loop().call_later(self._limits.linger, self.cut)
        else:
            if self._patience is not None:
                self._patience.cancel()
            self._ended(self)


class _End(asyncio.Protocol):
    """One end: what comes in here goes out at the other."""

    __slots__ = ("_is_owner", "_there", "_tunnel")

    def __init__(self, tunnel: Tunnel, there: asyncio.Transport, *, is_owner: bool) -> None:
        self._tunnel = tunnel
        self._there = there
        self._is_owner = is_owner

    def data_received(self, data: bytes) -> None:
        if self._is_owner:
            self._tunnel.heard = True
        self._there.write(data)

    def pause_writing(self) -> None:
        if not self._there.is_closing():
            self._there.pause_reading()

    def resume_writing(self) -> None:
        if not self._there.is_closing():
            self._there.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self._tunnel.lost(self._there)
