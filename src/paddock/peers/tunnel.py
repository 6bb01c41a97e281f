"""A WebSocket of another node that runs through this one as raw bytes in both directions.

Each side is read no faster than the other side writes, so a slow client fills the send buffer of its owner, not of this
node. When one side closes, the other receives what is left, within a time limit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from paddock.socketio import reset

from .limits import PeerLimits


class Tunnel:
    """Two joined connections; `ended` is called once when both are closed."""

    def __init__(
        self,
        client: asyncio.Transport,
        owner: asyncio.Transport,
        limits: PeerLimits,
        ended: Callable[[Tunnel], None],
    ) -> None:
        self.heard = True
        """Whether the owner has sent data since the last check."""
        self._client = client
        self._owner = owner
        self._limits = limits
        self._ended = ended
        self._open = 2
        self._linger_timer: asyncio.TimerHandle | None = None
        self._left = 0
        self._stuck_since: float | None = None
        for here, there in ((client, owner), (owner, client)):
            here.set_write_buffer_limits(limits.buffer_bytes)
            here.set_protocol(_End(self, there, is_owner=here is owner))

    def stuck(self, now: float) -> float:
        """Return for how many seconds the client has read nothing of its pending data, judged at each call.

        The owner is not read meanwhile, so its disconnect would not be noticed either.
        """
        before, self._left = self._left, self._client.get_write_buffer_size()
        if not self._left or self._left < before:
            self._stuck_since = None
        elif self._stuck_since is None:
            self._stuck_since = now
        return 0.0 if self._stuck_since is None else now - self._stuck_since

    def cut(self) -> None:
        """Abort both sides."""
        self._owner.abort()
        reset(self._client)

    def lost(self, there: asyncio.Transport) -> None:
        """Note that one side is closed; `there` is the other side."""
        self._open -= 1
        if self._open:
            there.close()
            self._linger_timer = asyncio.get_running_loop().call_later(self._limits.linger_s, self.cut)
        else:
            if self._linger_timer is not None:
                self._linger_timer.cancel()
            self._ended(self)


class _End(asyncio.Protocol):
    """One side; data received here is written to the other side."""

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
