"""A handoff between processes of one machine: WebSocket connections themselves go through it to their session's owner.

The owner answers the handshake as if the system had given it the connection in the first place, so nothing runs
through two processes. Linux only: the handoff has an abstract address with the node's key in it, which leaves no file
behind, is there only while its process lives, and which no other machine can have. What comes through is treated as
a stranger's connection; only who hands it over has to prove to be a node.
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

from .limits import Limits
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
"""Makes the protocol of a connection that has just come in."""
_HANDLES: Final = 1


def address(key: str) -> str:
    """Give the address of a node's handoff."""
    return f"\0paddock-{key}"


async def connect_handoff(key: str, secret: bytes, limits: Limits) -> tuple[socket.socket, bytes] | None:
    """Come to a node's handoff; return the connection and the code to begin with, or None when there is no such handoff.

    Raises:
        PeerUnreachable: it is there, but its node says nothing, or is somebody else.
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
            # Not on this machine; or so many wait at it that it does not matter whether it is.
            line.close()
            return None
        client_nonce = secrets.token_bytes(NONCE_BYTES)
        async with asyncio.timeout(limits.greet):
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
    """Give a connection (a file descriptor) and what its client has said to the owner; say whether it went through."""
    try:
        socket.send_fds(line, [code + head], [connection])
    except OSError:
        return False
    finally:
        line.close()
    return True


class HandoffListener:
    """The owner's side.

    Args:
        key: this node's own.
        secret: what all nodes know, see `peer_auth.peer_secret`.
        welcome: takes in what comes through.
        stats: what is counted.
        limits: the bounds.

    Attributes:
        pending: those who have not handed anything over, the first who came first.
    """

    def __init__(
        self, key: str, secret: Secret, welcome: ProtocolFactory, stats: ForwardingStats, limits: Limits
    ) -> None:
        self.key = key
        self.secret = secret
        self.stats = stats
        self.limits = limits
        self.pending: dict[PendingHandoff, None] = {}
        self._welcome = welcome
        self._listener: socket.socket | None = None
        self._arriving: set[asyncio.Task[None]] = set()

    def open(self) -> None:
        """Open it, where the system has such a thing; without it WebSockets go through tunnels."""
        if sys.platform != "linux":
            return
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            listener.bind(address(self.key))
            listener.listen(self.limits.waiting)
        except OSError as error:
            listener.close()
            log.warning("peers.handoff_unavailable", reason=str(error))
            return
        listener.setblocking(False)
        self._listener = listener
        asyncio.get_running_loop().add_reader(listener, self._take)

    def close(self) -> None:
        """Close it; what has come through stays."""
        if self._listener is not None:
            asyncio.get_running_loop().remove_reader(self._listener)
            self._listener.close()
            self._listener = None
        for caller in list(self.pending):
            caller.refuse("closing")

    def admit(self, handle: int, head: bytes) -> None:
        """Let a connection in, whose client has said `head`."""
        arrival = asyncio.get_running_loop().create_task(self._let_in(handle, head))
        self._arriving.add(arrival)
        arrival.add_done_callback(self._arriving.discard)

    async def _let_in(self, handle: int, head: bytes) -> None:
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
                lambda: _HandedOffConnection(self._welcome, head), connection
            )
            self.stats.accepted += 1
        except (OSError, ValueError) as error:
            # Its client has left meanwhile, or it is no connection of a client at all.
            connection.close()
            log.info("peers.handoff_lost", reason=str(error))

    def _take(self) -> None:
        if self._listener is None:
            return
        try:
            line, _ = self._listener.accept()
        except OSError:
            return
        if len(self.pending) >= self.limits.waiting:
            next(iter(self.pending)).refuse("too_many")
        self.pending[PendingHandoff(self, line)] = None


class PendingHandoff:
    """Somebody at the handoff, until a connection has come through or the time is over."""

    __slots__ = ("_client_nonce", "_handoff", "_line", "_loop", "_patience", "_server_nonce")

    def __init__(self, handoff: HandoffListener, line: socket.socket) -> None:
        line.setblocking(False)
        self._handoff = handoff
        self._line = line
        self._client_nonce = b""
        self._server_nonce = b""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(line, self._hear)
        self._patience = self._loop.call_later(handoff.limits.greet, self.refuse, "auth_timeout")

    def refuse(self, reason: str) -> None:
        """Send it away."""
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
        said, handles, _, _ = socket.recv_fds(self._line, CODE_BYTES + handoff.limits.header, _HANDLES)
        code, head = said[:CODE_BYTES], said[CODE_BYTES:]
        if handles and codes_equal(
            code, client_code(handoff.secret(), handoff.key, self._client_nonce, self._server_nonce)
        ):
            self._leave()
            handoff.admit(handles[0], head)
            return
        for handle in handles:
            os.close(handle)
        # Who came only to see whether anybody is there has nothing to say.
        self.refuse("auth_failed" if said else "connection_lost")

    def _leave(self) -> None:
        self._handoff.pending.pop(self, None)
        self._patience.cancel()
        self._loop.remove_reader(self._line)
        self._line.close()


class _HandedOffConnection(asyncio.Protocol):
    """Tells the protocol that takes a connection in what its client said before."""

    def __init__(self, welcome: ProtocolFactory, head: bytes) -> None:
        self._welcome = welcome
        self._head = head

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        protocol = self._welcome()
        cast("asyncio.Transport", transport).set_protocol(protocol)
        protocol.connection_made(transport)
        protocol.data_received(self._head)
