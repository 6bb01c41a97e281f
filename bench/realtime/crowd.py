"""The load client: thousands of raw WebSocket connections on one epoll, the same for every server.

Checks every byte: the answers are known beforehand, so a missing, repeated, reordered or changed message ends the run.
Costs 2-4 us per message and lives in a process of its own, so it never is what a server waits for.
"""

from __future__ import annotations

import errno
import select
import socket
from collections.abc import Iterable
from itertools import islice

from . import wire
from .wire import BadAnswer

PER_SOURCE = 1000
"""Connections per source address (127.0.0.2 and on), as if they came from several hosts."""

AT_ONCE = 50
"""Handshakes under way, and events waiting for their acknowledgement."""

PATIENCE = 60.0
"""Seconds without any progress after which messages count as lost."""


class Arrival:
    """One connection until it is in the namespace."""

    __slots__ = ("_data", "_step", "_wanted", "link")

    def __init__(self, link: socket.socket) -> None:
        self.link = link
        self._data = b""
        self._step = 0

    def read(self) -> bool:
        """Take what came, answer it, and say whether the connection is in the namespace.

        Raises:
            BadAnswer: the server did not do what the protocols say.
        """
        data = self.link.recv(4096)
        if not data:
            raise BadAnswer("closed during the handshake")
        self._data += data
        if self._step == 0:
            head, end, rest = self._data.partition(b"\r\n\r\n")
            if not end:
                return False
            if not head.startswith(b"HTTP/1.1 101 ") or wire.ACCEPT not in head:
                raise BadAnswer(f"no WebSocket: {head[:200]!r}")
            self._step, self._data = 1, rest
        if self._step == 1 and self._next(b'0{"sid":"'):
            self.link.send(wire.CONNECT)
            self._step = 2
        if self._step == 2 and self._next(b'40{"sid":"'):
            if self._data:
                raise BadAnswer(f"more than a greeting: {self._data[:80]!r}")
            return True
        return False

    def _next(self, begin: bytes) -> bool:
        found = wire.first_frame(self._data)
        if found is None:
            return False
        payload, end = found
        if not payload.startswith(begin):
            raise BadAnswer(f"not {begin!r}: {payload[:80]!r}")
        self._data = self._data[end:]
        return True


class Crowd:
    """Connections to one server.

    Args:
        port: where the server listens, on 127.0.0.1.
    """

    def __init__(self, port: int) -> None:
        self._address = ("127.0.0.1", port)
        self._request = wire.handshake(f"127.0.0.1:{port}")
        self._links: list[socket.socket] = []
        self._by_fd: dict[int, socket.socket] = {}
        self._epoll = select.epoll()

    def connect(self, count: int) -> None:
        """Add so many connections, straight over WebSocket, and see each of them into the namespace."""
        arrivals: dict[int, Arrival] = {}
        sources = (f"127.0.0.{2 + at // PER_SOURCE}" for at in range(count))
        for source in islice(sources, AT_ONCE):
            self._knock(source, arrivals)
        while arrivals:
            for fd, _ in self._poll(len(arrivals), "handshakes"):
                arrival = arrivals[fd]
                if arrival.read():
                    del arrivals[fd]
                    self._links.append(arrival.link)
                    for source in islice(sources, 1):
                        self._knock(source, arrivals)
        self._by_fd = {link.fileno(): link for link in self._links}

    def hear(self, expected: bytes) -> None:
        """See exactly these bytes arrive at every connection.

        Raises:
            BadAnswer: something else arrived, or nothing more.
        """
        self._expect(self._by_fd, expected)

    def ask(self, numbers: Iterable[int], askers: int) -> None:
        """Let `askers` connections send one event per number and see its acknowledgement, some connections at a time.

        Raises:
            BadAnswer: something else arrived, or nothing more.
        """
        groups = _groups(self._links[:askers])
        for number in numbers:
            question, answer = wire.question(number), wire.answer(number)
            for group in groups:
                for link in group.values():
                    link.send(question)
                self._expect(group, answer)

    def leave(self) -> None:
        """Close every connection as a browser does, and see the server close it too."""
        for left in _groups(self._links):
            for link in left.values():
                link.send(wire.GOODBYE)
            while left:
                for fd, _ in self._poll(len(left), "ends"):
                    if _ended(left[fd]):
                        self._epoll.unregister(fd)
                        left.pop(fd).close()
        self._links.clear()
        self._by_fd.clear()

    def _knock(self, source: str, arrivals: dict[int, Arrival]) -> None:
        link = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link.bind((source, 0))
        link.connect(self._address)
        link.setblocking(False)
        link.send(self._request)
        arrivals[link.fileno()] = Arrival(link)
        self._epoll.register(link.fileno(), select.EPOLLIN)

    def _expect(self, links: dict[int, socket.socket], expected: bytes) -> None:
        size = len(expected)
        at = dict.fromkeys(links, 0)
        left = len(links)
        while left:
            for fd, _ in self._poll(left, "messages"):
                data, got = links[fd].recv(65_536), at[fd]
                if not data or not expected.startswith(data, got):
                    raise BadAnswer(f"expected {expected[got : got + 80]!r}, got {data[:80]!r}")
                got += len(data)
                at[fd] = got
                if got == size:
                    left -= 1

    def _poll(self, left: int, what: str) -> list[tuple[int, int]]:
        ready = self._epoll.poll(PATIENCE, 4096)
        if not ready:
            raise BadAnswer(f"{left} {what} did not come within {PATIENCE:.0f} s")
        return ready


def _ended(link: socket.socket) -> bool:
    """Read what is there; say whether the server has closed the connection.

    Raises:
        BadAnswer: something else came than a close frame.
    """
    try:
        data = link.recv(4096)
    except OSError as error:
        if error.errno == errno.ECONNRESET:
            return True
        raise
    if data and data[0] != 0x88:
        raise BadAnswer(f"not a close frame: {data[:80]!r}")
    return not data


def _groups(links: list[socket.socket]) -> list[dict[int, socket.socket]]:
    """Return the connections by file descriptor, some at a time."""
    return [{link.fileno(): link for link in links[at : at + AT_ONCE]} for at in range(0, len(links), AT_ONCE)]
