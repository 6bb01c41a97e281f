"""A port that several workers share: held here without listening, so that it is ours before the first and between two.

Connections go to whoever listens, so this socket never gets one.
"""

from __future__ import annotations

import errno
import socket
import time
from contextlib import ExitStack
from typing import Final

PATIENCE_S: Final = 5.0
"""The workers of a supervisor that was killed a moment ago still hold the port for about this long."""
_LOOK_S: Final = 0.1
_TRIES: Final = 20
"""How often a free port is taken that is free for one address of a name and not for another."""


def cannot_listen(host: str, port: int, error: OSError) -> str:
    """Say in a sentence why nothing can listen there, and what to do."""
    match error.errno:
        case errno.EADDRINUSE:
            return f"port {port} of {host} is in use: choose another (--port, make run PORT=), or end what uses it"
        case errno.EACCES | errno.EPERM:
            return f"this user may not listen at port {port} of {host}: choose one from 1024 on (--port)"
        case errno.EADDRNOTAVAIL:
            return f"{host} is no address of this machine (--host): 0.0.0.0 is every IPv4 network, :: every IPv6 one"
    if isinstance(error, socket.gaierror):
        return f"there is no address for the name {host} (--host)"
    return f"it cannot listen at port {port} of {host}: {error.strerror or error}"


class Reservation:
    """A port of one host (all addresses of its name); `port` is the number."""

    def __init__(self, port: int, held: ExitStack) -> None:
        self.port = port
        self._held = held

    def close(self) -> None:
        """Let go of it."""
        self._held.close()


def reserve(host: str, port: int, patience_s: float = PATIENCE_S) -> Reservation:
    """Hold a port for processes of this user that listen with SO_REUSEPORT; 0 takes a free one.

    Raises:
        OSError: the host has no address here, or somebody else has the port.
    """
    try:
        return _reserve_soon(host, port, patience_s)
    except OSError as error:
        raise OSError(cannot_listen(host, port, error)) from error


def _reserve_soon(host: str, port: int, patience_s: float) -> Reservation:
    end = time.monotonic() + patience_s
    tries = _TRIES
    while True:
        try:
            return _reserve(host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            tries -= 1
            if tries == 0 if port == 0 else time.monotonic() > end:
                raise
            if port:
                time.sleep(_LOOK_S)


def _reserve(host: str, port: int) -> Reservation:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    with ExitStack() as stack:
        for family, _, _, _, place in dict.fromkeys(found):
            if port:
                # Shares with nobody: fails when another server has it, even one that would share.
                _bound(family, (place[0], port, *place[2:]), socket.SO_REUSEADDR).close()
            held = stack.enter_context(_bound(family, (place[0], port, *place[2:]), socket.SO_REUSEPORT))
            port = int(held.getsockname()[1])
        return Reservation(port, stack.pop_all())


def _bound(family: int, place: tuple[object, ...], option: int) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, option, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(place)
    except OSError as error:
        made.close()
        raise OSError(error.errno, f"{place[0]} port {place[1]}: {error.strerror}") from error
    return made
