"""A namespace: its handlers, its sockets, and what happens to a packet once it is known to be sound.

Never lets a handler's exception out: it is reported and that socket goes on (or is refused, while connecting).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from time import perf_counter
from typing import Protocol, TypeAlias, TypeVar

import msgspec

from .attachments import restore
from .broadcast import BroadcastOperator
from .errors import ConnectRefused
from .frames import ack_frame, check_name, event_frame, raw_ack_frame, raw_event_frame
from .handler_queue import HandlerQueue, Spawn
from .limits import Options, random_sid
from .membership import Membership
from .metrics import Counters, count
from .packet import Frame
from .parser import Packet, decode_array, decode_json, event_values, split_event
from .recovery import Recovery, claim
from .socket import Socket, SocketState
from .socket_owner import SocketOwner

Handler: TypeAlias = Callable[..., object]
"""A plain or coroutine function; what it returns acknowledges the event (a tuple: several arguments)."""

_PLAIN = frozenset({type(None), str, int, float, bool, bytes, list, dict, tuple})
"""What a handler that is no coroutine function mostly returns; to ask an abstract class takes ten times as long."""

H = TypeVar("H", bound=Handler)
Report: TypeAlias = Callable[[str, BaseException], None]


class RawHandler(Protocol):
    """One handler for all events of a namespace, given JSON text instead of objects."""

    def __call__(
        self, socket: Socket, event: str, args: bytes, ack: Callable[[bytes], None] | None, /
    ) -> Awaitable[None] | None:
        """Handle an event.

        Args:
            socket: who sent it.
            event: its name.
            args: the JSON text of the array of its arguments; binary attachments are base64 text in it.
            ack: takes the JSON text of the one argument to acknowledge with, at most once; None if none is wanted.
        """


class Ack:
    """The right to acknowledge one event, once."""

    __slots__ = ("_number", "_socket")

    def __init__(self, socket: Socket, number: int) -> None:
        self._socket: Socket | None = socket
        self._number = number

    def __call__(self, arg: bytes) -> None:
        """Acknowledge with one argument, given as JSON text; a second call does nothing."""
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.answer(raw_ack_frame(socket.namespace, self._number, arg))


class Namespace:
    """One namespace of a server.

    Attributes:
        name: "/" or "/something", without a comma.
        sockets: its connected sockets by id.
        rooms: which sockets are in which room.
        counters: the server's counters.
    """

    def __init__(self, name: str, options: Options, counters: Counters, spawn: Spawn, report: Report) -> None:
        self.name = name
        self.sockets: dict[str, Socket] = {}
        self.rooms: Membership[Socket] = Membership()
        self.counters = counters
        self._handled = counters.handling.observe
        self._options = options
        self._spawn = spawn
        self._report = report
        self._handlers: dict[str, Handler] = {}
        self._raw: RawHandler | None = None
        self._on_connect: Handler | None = None
        self._on_disconnect: Handler | None = None
        self._recovery: Recovery | None = None
        self._by_pid: dict[str, Socket] = {}
        self._arrivals = 0

    # Setting up.

    def on_connect(self, handler: H) -> H:
        """Let `handler(socket, auth)` decide about each client; it may raise `ConnectRefused`."""
        self._on_connect = handler
        return handler

    def on_disconnect(self, handler: H) -> H:
        """Let `handler(socket, reason)` run after the last event of each socket whose connect handler returned."""
        self._on_disconnect = handler
        return handler

    def on(self, event: str) -> Callable[[H], H]:
        """Let `handler(socket, *args)` handle an event; attachments are bytes among its arguments."""
        check_name(event)

        def register(handler: H) -> H:
            self._handlers[event] = handler
            return handler

        return register

    def on_raw(self, handler: RawHandler) -> RawHandler:
        """Let one handler take every event that has no handler of its own, as JSON text."""
        self._raw = handler
        return handler

    def recover_with(self, recovery: Recovery) -> None:
        """Offer connection-state recovery to the clients of this namespace."""
        self._recovery = recovery

    # Sending.

    def frame(self, event: str, *args: bytes, offset: str | None = None) -> Frame:
        """Encode an event once, from arguments that are JSON texts already.

        Args:
            event: its name.
            args: one JSON text per argument.
            offset: sent as one more argument; a client that recovers shows the last one it got.
        """
        return raw_event_frame(self.name, event, args if offset is None else (*args, msgspec.json.encode(offset)))

    def room(self, name: str) -> BroadcastOperator:
        """Return an operator that sends to a room."""
        return BroadcastOperator(self.name, name, self.rooms, self.counters)

    def emit(self, event: str, *args: object, except_: Socket | None = None) -> None:
        """Send an event to every connected socket but one."""
        self.send(event_frame(self.name, event, args), except_=except_)

    def send(self, frame: Frame, *, except_: Socket | None = None) -> None:
        """Send a frame to every connected socket but one."""
        sockets = list(self.sockets.values())
        self.counters.broadcasts.observe(len(sockets))
        for socket in sockets:
            if socket is not except_:
                socket.send_frame(frame)

    # What follows is for connections.

    def admit(self, owner: SocketOwner[Socket], payload: bytes) -> Awaitable[None] | None:
        """Begin to connect a client."""
        auth = decode_json(payload) if payload else None
        options = self._options
        handler_queue = HandlerQueue(owner.session, self._spawn, options.max_in_flight, options.max_in_flight_bytes)
        self._arrivals += 1
        socket = Socket(random_sid(), self.name, owner, self.rooms, handler_queue, self._arrivals)
        owner.enter(socket)
        return socket.handler_queue.submit(partial(self._connect, socket, auth))

    def dispatch(self, socket: Socket, packet: Packet, parts: tuple[bytes, ...]) -> Awaitable[None] | None:
        """Run the handler of an event, in order."""
        begun = perf_counter()
        if self._raw is None:
            event, values = event_values(packet.payload, self._options)
            handler = self._handlers.get(event)
        else:
            event, args = split_event(packet.payload, self._options)
            handler = self._handlers.get(event)
            values = decode_array(args) if handler is not None else []
        if handler is not None:
            if parts:
                values = [restore(value, parts) for value in values]
            if not socket.handler_queue.busy:
                # The hot path here and below: nothing waits, so there is nothing to remember.
                rest = self._handle(socket, handler, values, packet.id, begun)
                if rest is not None:
                    socket.handler_queue.finish_in_task(rest)
                return None
            job = partial(self._handle, socket, handler, values, packet.id, begun)
            return socket.handler_queue.submit(job, len(packet.payload) + sum(map(len, parts)))
        if self._raw is None:
            return None
        if parts:
            args = msgspec.json.encode([restore(value, parts) for value in decode_array(args)])
        ack = None if packet.id is None else Ack(socket, packet.id)
        if not socket.handler_queue.busy:
            rest = self._handle_raw(self._raw, socket, event, args, ack, begun)
            if rest is not None:
                socket.handler_queue.finish_in_task(rest)
            return None
        return socket.handler_queue.submit(
            partial(self._handle_raw, self._raw, socket, event, args, ack, begun), len(args)
        )

    def remove(self, socket: Socket, reason: str) -> None:
        """Take out a socket whose client left or was sent away."""
        was = socket.state
        if was is SocketState.ENDED:
            return
        socket.end()
        if was is SocketState.CONNECTED:
            self._forget(socket)
            socket.handler_queue.submit(partial(self._disconnect, socket, reason))
        else:
            # Its connect handler still runs: the disconnect handler follows if that one returns.
            socket.left = reason

    def _forget(self, socket: Socket) -> None:
        del self.sockets[socket.id]
        self.counters.sockets -= 1
        if socket.pid is not None and self._by_pid.get(socket.pid) is socket:
            del self._by_pid[socket.pid]

    def _connect(self, socket: Socket, auth: object) -> Awaitable[None] | None:
        missed: Sequence[Frame] = ()
        if self._recovery is not None:
            return self._recover(self._recovery, socket, auth)
        if self._on_connect is not None:
            try:
                result = self._on_connect(socket, auth)
            except Exception as error:
                self._refuse(socket, error)
                return None
            if isinstance(result, Awaitable):
                return self._connect_later(socket, result, missed)
        self._accept(socket, missed)
        return None

    async def _recover(self, recovery: Recovery, socket: Socket, auth: object) -> None:
        try:
            socket, missed = await self._restore(recovery, socket, auth)
            if self._on_connect is not None:
                result = self._on_connect(socket, auth)
                if isinstance(result, Awaitable):
                    await result
        except Exception as error:
            if socket.recovered:
                count(self.counters.recoveries_refused, "connect handler")
            self._refuse(socket, error)
            return
        self._accept(socket, missed)

    async def _restore(self, recovery: Recovery, socket: Socket, auth: object) -> tuple[Socket, Sequence[Frame]]:
        """Return the socket with what its client missed, or with nothing: another one if a claim was not granted."""
        pid, offset = claim(auth)
        if pid is None:
            socket.pid = random_sid()
            return socket, ()
        self.counters.recoveries_tried += 1
        try:
            restored = recovery.restore(pid, offset, auth, socket)
            if isinstance(restored, Awaitable):
                async with asyncio.timeout(self._options.recovery_timeout):
                    restored = await restored
        except ConnectRefused:
            count(self.counters.recoveries_refused, "refused")
            raise
        except Exception as error:
            reason = "timeout" if isinstance(error, TimeoutError) else "fault"
            self._fault("recovery", error)
        else:
            if restored is None:
                reason = "unknown"
            elif sum(frame.size for frame in restored) > self._options.write_budget:
                reason = "too much missed"
            else:
                socket.recovered = True
                socket.pid = pid
                return socket, restored
        if socket.state is not SocketState.CONNECTING:
            count(self.counters.recoveries_refused, "client left")
            return socket, ()
        count(self.counters.recoveries_refused, reason)
        fresh = socket.replace(random_sid())
        fresh.pid = random_sid()
        return fresh, ()

    async def _connect_later(self, socket: Socket, result: Awaitable[object], missed: Sequence[Frame]) -> None:
        try:
            await result
        except Exception as error:
            self._refuse(socket, error)
            return
        self._accept(socket, missed)

    def _accept(self, socket: Socket, missed: Sequence[Frame]) -> None:
        older = None if socket.pid is None else self._by_pid.get(socket.pid)
        if older is not None and older.arrival > socket.arrival:
            # Its client came back once more meanwhile, and that was quicker.
            socket.disconnect(close=True)
        if socket.state is not SocketState.CONNECTING:
            if socket.recovered:
                count(self.counters.recoveries_refused, "client left" if older is None else "superseded")
            self.rooms.leave_all(socket)
            rest = self._disconnect(socket, socket.left or "transport close")
            if rest is not None:
                # The handler queue is running this job; the rest of it runs as the next one.
                socket.handler_queue.submit(lambda: rest)
            return
        self.sockets[socket.id] = socket
        self.counters.sockets += 1
        if socket.recovered:
            self.counters.recoveries += 1
        if socket.pid is not None:
            self._by_pid[socket.pid] = socket
            if older is not None:
                older.disconnect(close=True)
        socket.accept(missed)

    def _refuse(self, socket: Socket, error: Exception) -> None:
        if isinstance(error, ConnectRefused):
            count(self.counters.refused, "connect handler")
            socket.refuse(error.message, error.data)
        else:
            self._fault("connect handler", error)
            socket.refuse("Internal error", None)

    def _disconnect(self, socket: Socket, reason: str) -> Awaitable[None] | None:
        if self._on_disconnect is None:
            return None
        try:
            result = self._on_disconnect(socket, reason)
        except Exception as error:
            self._fault("disconnect handler", error)
            return None
        return self._leave_later(result) if isinstance(result, Awaitable) else None

    async def _leave_later(self, result: Awaitable[object]) -> None:
        try:
            await result
        except Exception as error:
            self._fault("disconnect handler", error)

    def _handle(
        self, socket: Socket, handler: Handler, args: list[object], number: int | None, begun: float
    ) -> Awaitable[None] | None:
        try:
            result = handler(socket, *args)
            if type(result) not in _PLAIN and isinstance(result, Awaitable):
                return self._handle_later(result, socket, number, begun)
            self._acknowledge(socket, number, result)
        except Exception as error:
            self._fault("event handler", error)
        self._handled(perf_counter() - begun)
        return None

    async def _handle_later(self, result: Awaitable[object], socket: Socket, number: int | None, begun: float) -> None:
        try:
            self._acknowledge(socket, number, await result)
        except Exception as error:
            self._fault("event handler", error)
        self._handled(perf_counter() - begun)

    def _acknowledge(self, socket: Socket, number: int | None, value: object) -> None:
        if number is not None:
            args = value if isinstance(value, tuple) else () if value is None else (value,)
            socket.answer(ack_frame(self.name, number, args))

    def _handle_raw(
        self, handler: RawHandler, socket: Socket, event: str, args: bytes, ack: Ack | None, begun: float
    ) -> Awaitable[None] | None:
        try:
            rest = handler(socket, event, args, ack)
            if rest is not None:
                return self._handle_later(rest, socket, None, begun)
        except Exception as error:
            self._fault("event handler", error)
        self._handled(perf_counter() - begun)
        return None

    def _fault(self, what: str, error: Exception) -> None:
        self.counters.faults += 1
        self._report(what, error)
