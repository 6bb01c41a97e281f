"""Passes WebSocket connections to the process on the same machine that owns their session (`SCM_RIGHTS`).

The owner answers the handshake as if it had accepted the connection itself, so no data runs through two processes.
Linux only: the listener binds an abstract Unix socket named after the key of the node. It leaves no file behind, exists
only while its process lives, and cannot be reached from another machine. The sending process must authenticate; the
connection itself is treated like any client connection.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import sys
from collections.abc import Callable
from typing import Final, cast

import structlog

from .limits import PeerLimits
from .peer_auth import (
    CODE_BYTES,
    HELLO_BYTES,
    MAGIC,
    NONCE_BYTES,
    REPLY_BYTES,
    Secret,
    client_code,
    codes_equal,
    owner_code,
)
from .peer_connection import PeerUnreachable
from .stats import ForwardingStats, count

log = structlog.get_logger("paddock.peers")

ProtocolFactory = Callable[[], asyncio.Protocol]
"""Makes the protocol of a new client connection."""
_HANDLES: Final = 1


def address(key: str) -> str:
    """Return the abstract address of the listener of a node."""
    return f"\0paddock-{key}"


async def connect_handoff(key: str, secret: bytes, limits: PeerLimits) -> tuple[socket.socket, bytes] | None:
    """Connect to the listener of a node; return the socket and the code to send first, None if there is no listener.

    Raises:
        PeerUnreachable: if the node does not answer in time or fails to authenticate.
    """
    if sys.platform != "linux":
        return None
    loop = asyncio.get_running_loop()
    line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        line.setblocking(False)
        try:
            line.connect(address(key))
        except OSError:
            # Not on this machine, or its backlog is full: use a tunnel.
            line.close()
            return None
        client_nonce = secrets.token_bytes(NONCE_BYTES)
        async with asyncio.timeout(limits.auth_s):
            await loop.sock_sendall(line, MAGIC + client_nonce)
            said = await loop.sock_recv(line, REPLY_BYTES)
    except TimeoutError:
        line.close()
        raise PeerUnreachable("auth_timeout") from None
    except OSError:
        line.close()
        raise PeerUnreachable("connection_lost") from None
    except asyncio.CancelledError:
        line.close()
        raise
    server_nonce = said[:NONCE_BYTES]
    if not codes_equal(said[NONCE_BYTES:], owner_code(secret, key, client_nonce, server_nonce)):
        line.close()
        raise PeerUnreachable("wrong_node")
    return line, client_code(secret, key, client_nonce, server_nonce)


def send_connection(line: socket.socket, code: bytes, head: bytes, connection: int) -> bool:
    """Send a file descriptor and the request head to the owner; return whether it was sent."""
    try:
        socket.send_fds(line, [code + head], [connection])
    except OSError:
        return False
    finally:
        line.close()
    return True


class HandoffListener:
    """Accepts connections passed by other processes of this machine.

    Args:
        key: key of this node.
        secret: shared by all nodes, see `peer_auth.peer_secret`.
        new_protocol: makes the protocol of a passed connection.
        stats: counters to update.
        limits: timeouts and sizes.

    Attributes:
        pending: peers that have not passed a connection yet, oldest first.
    """

    def __init__(
        self, key: str, secret: Secret, new_protocol: ProtocolFactory, stats: ForwardingStats, limits: PeerLimits
    ) -> None:
        self.key = key
        self.secret = secret
        self.stats = stats
        self.limits = limits
        self.pending: dict[PendingHandoff, None] = {}
        self._new_protocol = new_protocol
        self._listener: socket.socket | None = None
        self._serving: set[asyncio.Task[None]] = set()

    def open(self) -> None:
        """Listen, on Linux only; without a listener WebSockets use tunnels."""
        if sys.platform != "linux":
            return
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            listener.bind(address(self.key))
            listener.listen(self.limits.max_pending)
        except OSError as error:
            listener.close()
            log.warning("peers.handoff_unavailable", reason=str(error))
            return
        listener.setblocking(False)
        self._listener = listener
        asyncio.get_running_loop().add_reader(listener, self._take)

    def close(self) -> None:
        """Stop listening; connections already passed stay open."""
        if self._listener is not None:
            asyncio.get_running_loop().remove_reader(self._listener)
            self._listener.close()
            self._listener = None
        for caller in list(self.pending):
            caller.refuse("closing")

    def admit(self, handle: int, head: bytes) -> None:
        """Serve a passed connection whose client has sent `head`."""
        serving = asyncio.get_running_loop().create_task(self._serve(handle, head))
        self._serving.add(serving)
        serving.add_done_callback(self._serving.discard)

    async def _serve(self, handle: int, head: bytes) -> None:
        try:
            connection = socket.socket(fileno=handle)
        except OSError:
            os.close(handle)
            return
        try:
            connection.setblocking(False)
            if self._listener is None:
                raise ConnectionAbortedError("closing")
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: _HandedOffConnection(self._new_protocol, head), connection
            )
            self.stats.accepted += 1
        except (OSError, ValueError) as error:
            # The client has disconnected meanwhile, or the descriptor is not a stream socket.
            connection.close()
            log.info("peers.handoff_lost", reason=str(error))

    def _take(self) -> None:
        if self._listener is None:
            return
        try:
            line, _ = self._listener.accept()
        except OSError:
            return
        if len(self.pending) >= self.limits.max_pending:
            next(iter(self.pending)).refuse("too_many")
        self.pending[PendingHandoff(self, line)] = None


class PendingHandoff:
    """A peer that has not passed a connection yet."""

    __slots__ = ("_client_nonce", "_handoff", "_line", "_loop", "_server_nonce", "_timeout")

    def __init__(self, handoff: HandoffListener, line: socket.socket) -> None:
        line.setblocking(False)
        self._handoff = handoff
        self._line = line
        self._client_nonce = b""
        self._server_nonce = b""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(line, self._hear)
        self._timeout = self._loop.call_later(handoff.limits.auth_s, self.refuse, "auth_timeout")

    def refuse(self, reason: str) -> None:
        """Close the peer connection and count the reason."""
        self._leave()
        count(self._handoff.stats.rejected, reason)

    def _hear(self) -> None:
        try:
            if self._server_nonce:
                self._receive()
            else:
                self._answer()
        except BlockingIOError:
            pass
        except OSError:
            self.refuse("connection_lost")

    def _answer(self) -> None:
        said = self._line.recv(HELLO_BYTES)
        if len(said) != HELLO_BYTES or not said.startswith(MAGIC):
            self.refuse("not_a_peer")
            return
        handoff = self._handoff
        self._client_nonce = said[len(MAGIC) :]
        self._server_nonce = secrets.token_bytes(NONCE_BYTES)
        self._line.send(
            self._server_nonce + owner_code(handoff.secret(), handoff.key, self._client_nonce, self._server_nonce)
        )

    def _receive(self) -> None:
        handoff = self._handoff
        said, handles, _, _ = socket.recv_fds(self._line, CODE_BYTES + handoff.limits.header_bytes, _HANDLES)
        code, head = said[:CODE_BYTES], said[CODE_BYTES:]
        if handles and codes_equal(
            code, client_code(handoff.secret(), handoff.key, self._client_nonce, self._server_nonce)
        ):
            self._leave()
            handoff.admit(handles[0], head)
            return
        for handle in handles:
            os.close(handle)
        # No data: the peer only checked whether the listener is alive.
        self.refuse("auth_failed" if said else "connection_lost")

    def _leave(self) -> None:
        self._handoff.pending.pop(self, None)
        self._timeout.cancel()
        self._loop.remove_reader(self._line)
        self._line.close()


class _HandedOffConnection(asyncio.Protocol):
    """Feeds the request head to the protocol of a passed connection."""

    def __init__(self, new_protocol: ProtocolFactory, head: bytes) -> None:
        self._new_protocol = new_protocol
        self._head = head

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        protocol = self._new_protocol()
        cast("asyncio.Transport", transport).set_protocol(protocol)
        protocol.connection_made(transport)
        protocol.data_received(self._head)
