"""What the process asks of the operating system: files for thousands of clients, and the real end of a connection.

Never lowers a limit and never fails: a system that says no keeps the limit it has.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from typing import Final

if sys.platform != "win32":
    import resource


_AT_ONCE: Final = struct.pack("ii", 1, 0)


def cut(transport: asyncio.Transport) -> None:
    """End a connection at once, and drop what the system holds for its client.

    Closing alone would leave megabytes with the system until a client that never reads is given up, minutes later.
    """
    link = transport.get_extra_info("socket")
    if link is not None:
        try:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        except OSError:
            # It is closed already.
            pass
    transport.abort()


def cut_if_stalled(transport: asyncio.Transport, seconds: float) -> None:
    """End a connection whose client has taken nothing of what waits for it for so many seconds."""
    if left := transport.get_write_buffer_size():
        asyncio.get_running_loop().call_later(seconds, _look_again, transport, left, seconds)


def _look_again(transport: asyncio.Transport, left: int, seconds: float) -> None:
    now = transport.get_write_buffer_size()
    if now >= left:
        cut(transport)
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
