"""Reserves the port that several workers share: binds it without listening, so that no other process can take it.

The kernel gives connections only to listening sockets, so this socket never receives one.
"""

from __future__ import annotations

import errno
import socket
import time
from contextlib import ExitStack
from typing import Final

TIMEOUT_S: Final = 5.0
"""Workers of a supervisor that has just been killed hold the port for about this long."""
_RETRY_S: Final = 0.1
_TRIES: Final = 20
"""Attempts to find a port that is free on all addresses of the host."""


def cannot_listen(host: str, port: int, error: OSError) -> str:
    """Return why the address cannot be listened on and how to correct it, as a sentence."""
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
    """A reserved port on all addresses of a host; `port` is its number."""

    def __init__(self, port: int, sockets: ExitStack) -> None:
        self.port = port
        self._sockets = sockets

    def close(self) -> None:
        """Release the port."""
        self._sockets.close()


def reserve(host: str, port: int, timeout_s: float = TIMEOUT_S) -> Reservation:
    """Reserve a port for processes of this user that listen with SO_REUSEPORT; 0 selects a free one.

    Raises:
        OSError: if the host has no address on this machine, or the port is in use.
    """
    try:
        return _reserve_with_retry(host, port, timeout_s)
    except OSError as error:
        raise OSError(cannot_listen(host, port, error)) from error


def _reserve_with_retry(host: str, port: int, timeout_s: float) -> Reservation:
    end = time.monotonic() + timeout_s
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
                time.sleep(_RETRY_S)


def _reserve(host: str, port: int) -> Reservation:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    with ExitStack() as stack:
        for family, _, _, _, place in dict.fromkeys(found):
            if port:
                # Exclusive: fails if another server has the port, even with SO_REUSEPORT.
                _bound(family, (place[0], port, *place[2:]), socket.SO_REUSEADDR).close()
            bound = stack.enter_context(_bound(family, (place[0], port, *place[2:]), socket.SO_REUSEPORT))
            port = int(bound.getsockname()[1])
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
