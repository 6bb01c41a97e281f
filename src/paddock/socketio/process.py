"""Calls to the operating system: the limit of open files, and resetting a connection.

Never lowers a limit and never raises: if the system refuses, the present limit stays.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from typing import Final

if sys.platform != "win32":
    import resource


_LINGER_0: Final = struct.pack("ii", 1, 0)


def reset(transport: asyncio.Transport) -> None:
    """Close a connection with RST and discard what the kernel has buffered for the client.

    A plain close would leave megabytes in the kernel until a client that never reads times out, minutes later.
    """
    link = transport.get_extra_info("socket")
    if link is not None:
        try:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_0)
        except OSError:
            # It is closed already.
            pass
    transport.abort()


def reset_if_stalled(transport: asyncio.Transport, seconds: float) -> None:
    """Reset a connection if its client reads none of the buffered bytes within `seconds`."""
    if left := transport.get_write_buffer_size():
        asyncio.get_running_loop().call_later(seconds, _look_again, transport, left, seconds)


def _look_again(transport: asyncio.Transport, left: int, seconds: float) -> None:
    now = transport.get_write_buffer_size()
    if now >= left:
        reset(transport)
    elif now:
        asyncio.get_running_loop().call_later(seconds, _look_again, transport, now, seconds)


def open_files() -> int:
    """Return how many files the process may have open at once."""
    if sys.platform == "win32":
        return sys.maxsize
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if soft == resource.RLIM_INFINITY else soft


def raise_open_files(wanted: int) -> int:
    """Raise the soft limit of open files towards `wanted`, up to the hard limit; return the limit that holds now."""
    if sys.platform == "win32":
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    target = wanted if hard == unlimited else min(wanted, hard)
    if soft != unlimited and soft < target:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))
        except (OSError, ValueError):
            return soft
        return target
    return soft
