"""One session's Socket.IO side: its namespaces, and binary packets whose attachments are still coming.

Sans I/O: messages and the time come in as arguments, frames go out through the session. Never runs a handler itself.
Source: "Exchange protocol" of the Socket.IO protocol, revision 5.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping

from .attachments import Assembly
from .errors import BadPacket
from .frames import packet_frame
from .handshake import Handshake
from .limits import Options
from .metrics import Counters, count
from .namespace import Namespace
from .parser import ACK, BINARY_ACK, CONNECT, CONNECT_ERROR, DISCONNECT, Packet, decode
from .rate_limit import CONNECT_UNITS
from .session import Session
from .socket import Socket, SocketState


class Connection:
    """The listener of one transport session.

    Args:
        session: the transport session.
        handshake: the request that opened it.
        namespaces: every namespace of the server, by name.
        options: settings and bounds.
        counters: the server's counters.
    """

    __slots__ = (
        "_assembly",
        "_connect_by",
        "_left",
        "_namespaces",
        "counters",
        "handshake",
        "options",
        "session",
        "sockets",
    )

    def __init__(
        self,
        session: Session,
        handshake: Handshake,
        namespaces: Mapping[str, Namespace],
        options: Options,
        counters: Counters,
    ) -> None:
        self.session = session
        self.handshake = handshake
        self.options = options
        self.counters = counters
        self.sockets: dict[str, Socket] = {}
        self._namespaces = namespaces
        self._assembly: Assembly | None = None
        self._left: set[str] | None = None
        self._connect_by: float | None = None

    def text(self, message: bytes, now: float) -> Awaitable[None] | None:
        """Take one text packet."""
        if self._assembly is not None:
            raise BadPacket("text instead of an attachment")
        packet = decode(message, self.options)
        if packet.attachments:
            self._socket_of(packet)
            until = now + self.options.attachment_timeout
            self._assembly = Assembly(packet, until, self.options)
            self.session.sleep(until)
            return None
        return self._take(packet, ())

    def binary(self, message: bytes, now: float) -> Awaitable[None] | None:
        """Take one attachment."""
        if self._assembly is None:
            raise BadPacket("unexpected binary message")
        parts = self._assembly.add(message)
        if parts is None:
            return None
        packet, self._assembly = self._assembly.packet, None
        return self._take(packet, parts)

    def closed(self, reason: str) -> None:
        """Take every socket out of its namespace."""
        self._assembly = None
        sockets, self.sockets = self.sockets, {}
        for socket in sockets.values():
            self._namespaces[socket.namespace].remove(socket, reason)

    def wake(self, now: float) -> float | None:
        """End what takes too long; return when to be asked next."""
        until = None if self._assembly is None else self._assembly.until
        if until is not None and now >= until:
            self.session.violate("attachments late")
            return None
        if self.sockets:
            self._connect_by = None
            return until
        if self._connect_by is None:
            self._connect_by = now + self.options.connect_timeout
        elif now >= self._connect_by:
            self.session.close("connect timeout")
            return None
        return self._connect_by if until is None else min(until, self._connect_by)

    def await_connect(self, now: float) -> None:
        """Give the client its time to enter a namespace."""
        self._connect_by = now + self.options.connect_timeout
        self.session.sleep(self._connect_by)

    def enter(self, socket: Socket) -> None:
        """Register a socket as the client's socket in its namespace, in place of an earlier one."""
        self.sockets[socket.namespace] = socket

    def leave(self, socket: Socket, reason: str) -> None:
        """Take a socket out of its namespace and tell the client."""
        if socket.state is SocketState.CONNECTED:
            socket.farewell()
        else:
            self.session.send(packet_frame(CONNECT_ERROR, socket.namespace, {"message": "disconnected"}))
        self.drop(socket)
        self._namespaces[socket.namespace].remove(socket, reason)

    def drop(self, socket: Socket) -> None:
        """Forget a socket; what the client sent before it learns of it is ignored."""
        self._take_out(socket.namespace)
        if self._left is None:
            self._left = set()
        self._left.add(socket.namespace)

    def disconnect(self) -> None:
        """Take the client out of every namespace and close its connection."""
        for socket in list(self.sockets.values()):
            self.leave(socket, "server namespace disconnect")
        self.session.close("forced server close")

    def _take(self, packet: Packet, parts: tuple[bytes, ...]) -> Awaitable[None] | None:
        if packet.kind == CONNECT:
            return self._connect(packet)
        socket = self._socket_of(packet)
        if socket is None:
            return None
        if packet.kind == DISCONNECT:
            self._take_out(packet.namespace)
            self._namespaces[packet.namespace].remove(socket, "client namespace disconnect")
            return None
        if socket.state is not SocketState.CONNECTED:
            raise BadPacket("packet before CONNECT was answered")
        if packet.kind in (ACK, BINARY_ACK):
            socket.acknowledged(packet.id or 0, packet.payload, parts)
            return None
        return self._namespaces[packet.namespace].dispatch(socket, packet, parts)

    def _connect(self, packet: Packet) -> Awaitable[None] | None:
        name = packet.namespace
        self.session.charge(CONNECT_UNITS)
        if name in self.sockets:
            raise BadPacket("second CONNECT")
        if len(self.sockets) >= self.options.max_namespaces:
            raise BadPacket("too many namespaces")
        namespace = self._namespaces.get(name)
        if namespace is None:
            count(self.counters.refused, "unknown namespace")
            self.session.send(packet_frame(CONNECT_ERROR, name, {"message": "Invalid namespace"}))
            return None
        if self._left is not None:
            self._left.discard(name)
        return namespace.admit(self, packet.payload)

    def _take_out(self, name: str) -> None:
        if self.sockets.pop(name, None) is not None and not self.sockets:
            # In no namespace any more: `wake` gives the client its time to enter one again.
            self.session.wake_soon()

    def _socket_of(self, packet: Packet) -> Socket | None:
        """Return the socket a packet is for, or None if the server has just taken it out of the namespace.

        Raises:
            BadPacket: the client is not in that namespace.
        """
        socket = self.sockets.get(packet.namespace)
        if socket is None and (self._left is None or packet.namespace not in self._left):
            raise BadPacket("not connected to the namespace")
        return socket
