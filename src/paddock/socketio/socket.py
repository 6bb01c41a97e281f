"""A client in one namespace, as the application sees it.

Never decides what a client may do; that is the application's part.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from enum import Enum
from time import perf_counter
from typing import Final

from .attachments import restore
from .errors import BadPacket, CallTimeout, Disconnected, TooManyCalls
from .frames import event_frame, packet_frame
from .handler_queue import HandlerQueue
from .membership import Membership
from .packet import Frame
from .parser import CONNECT, CONNECT_ERROR, DISCONNECT, decode_array
from .socket_owner import SocketOwner
from .websocket import GOING_AWAY


class SocketState(Enum):
    """Where a socket stands."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    ENDED = "ended"


_CONNECTED: Final = SocketState.CONNECTED
"""Looked up once, as in `session`."""


class Socket:
    """One client in one namespace.

    Attributes:
        id: its public id; other than the session's id it is no secret.
        namespace: the name of the namespace it is in.
        data: whatever the application wants to remember about it.
        pid: the id recovery goes by; None unless the namespace has a recovery.
        recovered: whether its state was recovered.
        left: why the client went away while its connect handler was still running.
        arrival: counts the clients of the namespace in the order in which they came.
    """

    __slots__ = (
        "_calls",
        "_held",
        "_held_size",
        "_membership",
        "_next_call",
        "_owner",
        "_session",
        "arrival",
        "data",
        "handler_queue",
        "id",
        "left",
        "namespace",
        "pid",
        "recovered",
        "state",
    )

    def __init__(
        self,
        ident: str,
        namespace: str,
        owner: SocketOwner[Socket],
        membership: Membership[Socket],
        handler_queue: HandlerQueue,
        arrival: int,
    ) -> None:
        self.id = ident
        self.namespace = namespace
        self.data: object = None
        self.pid: str | None = None
        self.recovered = False
        self.state = SocketState.CONNECTING
        self.handler_queue = handler_queue
        self.arrival = arrival
        self.left: str | None = None
        self._owner = owner
        self._session = owner.session
        self._membership = membership
        self._held: list[Frame] | None = None
        self._held_size = 0
        self._calls: dict[int, asyncio.Future[object]] | None = None
        self._next_call = 0

    @property
    def connected(self) -> bool:
        """Return whether packets reach the client."""
        return self.state is SocketState.CONNECTED

    @property
    def rooms(self) -> frozenset[str]:
        """Return the rooms the socket is in."""
        return self._membership.rooms_of(self)

    @property
    def source(self) -> str:
        """Return the client's address."""
        return self._owner.handshake.source

    @property
    def headers(self) -> Mapping[str, str]:
        """Return the headers of the request that opened the session."""
        return self._owner.handshake.headers

    @property
    def query(self) -> Mapping[str, str]:
        """Return the query parameters of the request that opened the session."""
        return self._owner.handshake.query

    @property
    def transport_name(self) -> str:
        """Return the name of the present transport, "polling" or "websocket"."""
        return self._session.transport.name

    def emit(self, event: str, *args: object) -> None:
        """Send an event; nothing happens once the client is gone."""
        self.send_frame(event_frame(self.namespace, event, args))

    def emit_volatile(self, event: str, *args: object) -> bool:
        """Send an event unless the client is behind or gone; say whether it was sent."""
        return self.send_volatile_frame(event_frame(self.namespace, event, args))

    def send_frame(self, frame: Frame) -> None:
        """Send a frame of this namespace; nothing happens once the client is gone."""
        if self.state is _CONNECTED:
            self._session.send(frame)
        elif self.state is SocketState.CONNECTING:
            self._hold(frame)

    def send_volatile_frame(self, frame: Frame) -> bool:
        """Send a frame of this namespace unless the client is behind or gone; say whether it was sent."""
        return self.state is SocketState.CONNECTED and self._session.send_volatile(frame)

    async def call(self, event: str, *args: object, timeout: float) -> object:  # noqa: ASYNC109 - part of the wire act
        """Send an event and return what the client acknowledges it with.

        Returns:
            None, the one argument of the acknowledgement, or a list of several.

        Raises:
            CallTimeout: no acknowledgement came within `timeout` seconds.
            Disconnected: the client is or went away.
            TooManyCalls: it owes too many acknowledgements already.
        """
        if self.state is not SocketState.CONNECTED:
            raise Disconnected
        if self._calls is None:
            self._calls = {}
        calls = self._calls
        if len(calls) >= self._owner.options.max_calls:
            raise TooManyCalls
        number = self._next_call
        self._next_call += 1
        answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        frame = event_frame(self.namespace, event, args, number)
        calls[number] = answer
        begun = perf_counter()
        try:
            self._session.send(frame)
            async with asyncio.timeout(timeout):
                value = await answer
            self._owner.counters.round_trips.observe(perf_counter() - begun)
            return value
        except TimeoutError:
            raise CallTimeout from None
        finally:
            calls.pop(number, None)

    def charge(self, units: int) -> None:
        """Charge the client's allowance of messages (`Options.message_rate`) for what it should not have sent."""
        self._session.charge(units)

    def disconnect(self, close: bool = False) -> None:
        """Take the client out of this namespace, or out of all of them and close its connection."""
        if close:
            self._owner.disconnect()
        elif self.state is not SocketState.ENDED:
            self._owner.leave(self, "server namespace disconnect")

    def move(self) -> None:
        """Close the client's connection so that it comes back by itself, to this server or another (for draining)."""
        self._session.close("server shutting down", GOING_AWAY)

    def join(self, room: str) -> None:
        """Enter a room; a socket that is being connected may do so too."""
        if self.state is not SocketState.ENDED:
            self._membership.join(self, room)

    def leave(self, room: str) -> None:
        """Leave a room; nothing happens if the socket is not in it."""
        self._membership.leave(self, room)

    # What follows is for the namespace and the connection this socket belongs to.

    def accept(self, missed: Sequence[Frame]) -> None:
        """Tell the client that it is connected, then send what it missed and what was held meanwhile."""
        self.state = SocketState.CONNECTED
        greeting = {"sid": self.id} if self.pid is None else {"sid": self.id, "pid": self.pid}
        self._session.send(packet_frame(CONNECT, self.namespace, greeting))
        for frame in missed:
            self._session.send(frame)
        held, self._held = self._held, None
        for frame in held or ():
            self._session.send(frame)

    def refuse(self, message: str, data: object) -> None:
        """Tell the client that it may not connect."""
        if self.state is SocketState.CONNECTING:
            reason = {"message": message} if data is None else {"message": message, "data": data}
            self._session.send(packet_frame(CONNECT_ERROR, self.namespace, reason))
            self._owner.drop(self)
        self.end()

    def replace(self, ident: str) -> Socket:
        """End this socket, whose recovery came to nothing, and return a new one in its place.

        Whatever the recovery did with this one before it failed concerns nobody any more.
        """
        fresh = Socket(ident, self.namespace, self._owner, self._membership, self.handler_queue, self.arrival)
        self._owner.enter(fresh)
        self.end()
        return fresh

    def farewell(self) -> None:
        """Tell the client that it is taken out of the namespace."""
        self._session.send(packet_frame(DISCONNECT, self.namespace))

    def end(self) -> None:
        """Forget everything that makes sense for a connected client only."""
        self.state = SocketState.ENDED
        self._held = None
        self._membership.leave_all(self)
        calls, self._calls = self._calls, None
        for answer in (calls or {}).values():
            if not answer.done():
                answer.set_exception(Disconnected())

    def acknowledged(self, number: int, payload: bytes, parts: Sequence[bytes]) -> None:
        """Take the client's acknowledgement of a call.

        Raises:
            BadPacket: there never was such a call, or the payload makes no sense.
        """
        if number >= self._next_call:
            raise BadPacket("unknown acknowledgement")
        values = decode_array(payload)
        if parts:
            values = [restore(value, parts) for value in values]
        answer = self._calls.get(number) if self._calls is not None else None
        if answer is None or answer.done():
            self._owner.counters.late_acks += 1
            return
        answer.set_result(None if not values else values[0] if len(values) == 1 else values)

    def answer(self, frame: Frame) -> None:
        """Send an acknowledgement; it is pointless once the client is gone."""
        if self.state is _CONNECTED:
            self._session.send(frame)

    def _hold(self, frame: Frame) -> None:
        if self._held is None:
            self._held = []
        self._held_size += frame.size
        if self._held_size > self._owner.options.write_budget:
            self._session.overflow()
            return
        self._held.append(frame)
