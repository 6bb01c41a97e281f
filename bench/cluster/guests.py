"""The guests of small rooms: raw WebSocket connections to several servers on one epoll, the same for every candidate.

Every message is checked at every guest: the next one has to be the next one, so that a lost, repeated, reordered or
foreign message ends the run. A guest answers pings; it parses nothing that it can compare.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator, Sequence
from itertools import cycle

from bench.realtime import wire
from bench.realtime.crowd import Arrival
from bench.realtime.wire import BadAnswer

from .tongue import Tongue

HANDSHAKES = 50
"""Handshakes under way at a time."""

PATIENCE = 30.0
"""Seconds without any progress after which messages count as lost."""

PER_SOURCE = 1000
"""Connections per source address (127.0.0.2 and on), as if they came from several hosts."""


class Guest:
    """One connection; `heard` is the number of the last message it got, `answered` its last acknowledgement."""

    __slots__ = ("_data", "answered", "asked", "heard", "link", "room", "token", "tongue", "version")

    def __init__(self, link: socket.socket, room: int, tongue: Tongue) -> None:
        self.link = link
        self.room = room
        self.tongue = tongue
        self.heard = 0
        self.version = 0
        self.asked = 0
        self.answered: bytes | None = None
        self.token = ""
        self._data = b""

    def ask(self, packet: bytes) -> None:
        """Send an event that wants an acknowledgement; `packet` has a place for its number."""
        self.asked += 1
        self.answered = None
        self.link.sendall(wire.masked(1, packet % self.asked))

    def read(self) -> None:
        """Take what came.

        Raises:
            BadAnswer: it is not what had to come next.
        """
        data = self.link.recv(262_144)
        if not data:
            raise BadAnswer(f"the connection of a guest of room {self.room} was closed")
        self._data += data
        while (found := wire.first_frame(self._data)) is not None:
            payload, end = found
            self._data = self._data[end:]
            if payload.startswith(b"42"):
                self.tongue.hear(self, payload)
            elif payload.startswith(b"43%d[" % self.asked):
                self.answered = payload
            elif payload == b"2":
                self.link.sendall(wire.masked(1, b"3"))
            else:
                raise BadAnswer(f"nothing a guest expects: {payload[:80]!r}")


class Guests:
    """All guests of all rooms."""

    def __init__(self, tongue: Tongue) -> None:
        self._tongue = tongue
        self._by_fd: dict[int, Guest] = {}
        self._epoll = select.epoll()
        self.rooms: list[list[Guest]] = []

    def come(self, ports: Sequence[Sequence[int]]) -> None:
        """Let one guest come to each of the ports of each room: the first makes the room, the others join it."""
        wanted = [(room, port) for room, of_room in enumerate(ports) for port in of_room]
        links = arrive([port for _, port in wanted])
        self.rooms = [[] for _ in ports]
        for (room, _), link in zip(wanted, links, strict=True):
            guest = Guest(link, room, self._tongue)
            self._by_fd[link.fileno()] = guest
            self._epoll.register(link.fileno(), select.EPOLLIN)
            self.rooms[room].append(guest)
        for place in range(max(len(room) for room in self.rooms)):
            self._all_in([(room, place) for room in self.rooms if place < len(room)])
        self._tongue.begin(self.rooms, self._quiet)

    def talk(self, messages: int, at_once: int, pause: float = 0.0) -> list[float]:
        """Let guests say so many messages, each in one of `at_once` rooms at a time, room after room.

        The speakers of a room take turns. A message is over when everybody in the room has it and its speaker the
        acknowledgement; the pause, in seconds, is before each.

        Returns:
            Seconds from sending to the last guest's getting it, for each message.
        """
        order = cycle(range(len(self.rooms)))
        took: list[float] = []
        busy: dict[int, tuple[float, Guest, int]] = {}
        said = 0
        while len(took) < messages:
            while said < messages and len(busy) < min(at_once, len(self.rooms)):
                if pause:
                    time.sleep(pause)
                room = next(number for number in order if number not in busy)
                busy[room] = self._say(room)
                said += 1
            touched = self._read(f"messages in {len(busy)} rooms")
            over = [number for number in touched if number in busy and self._over(number, *busy[number][1:])]
            took.extend(time.perf_counter() - busy.pop(number)[0] for number in over)
        return took

    def leave(self) -> None:
        """Close every connection."""
        for guest in self._by_fd.values():
            guest.link.close()
        self._by_fd.clear()
        self._epoll.close()

    def _say(self, room: int) -> tuple[float, Guest, int]:
        guests = self.rooms[room]
        number = guests[0].heard + 1
        # One step more than a round, so that speakers change sides: guests sit by turns at one server and the other.
        speaker = guests[number % len(guests)]
        packet = self._tongue.say(speaker, number)
        began = time.perf_counter()
        speaker.ask(packet)
        return began, speaker, number

    def _over(self, room: int, speaker: Guest, number: int) -> bool:
        return speaker.answered is not None and all(guest.heard == number for guest in self.rooms[room])

    def _all_in(self, places: list[tuple[list[Guest], int]]) -> None:
        waiting = iter(places)
        entering: list[Guest] = []
        done = False
        while entering or not done:
            while len(entering) < HANDSHAKES and not done:
                following = next(waiting, None)
                if following is None:
                    done = True
                else:
                    guests, place = following
                    guests[place].ask(self._tongue.enter(guests, place))
                    entering.append(guests[place])
            if entering:
                list(self._read("people to be let in"))
            for guest in [one for one in entering if one.answered is not None]:
                self._tongue.let_in(guest)
                entering.remove(guest)

    def _quiet(self) -> None:
        """Read until nothing comes for a moment."""
        while ready := self._epoll.poll(0.3, 4096):
            for fd, _ in ready:
                self._by_fd[fd].read()

    def _read(self, what: str) -> Iterator[int]:
        """Read what is there; give each room in which something was read."""
        ready = self._epoll.poll(PATIENCE, 4096)
        if not ready:
            raise BadAnswer(f"{what} did not come within {PATIENCE:.0f} s")
        for fd, _ in ready:
            self._by_fd[fd].read()
        yield from dict.fromkeys(self._by_fd[fd].room for fd, _ in ready)


def arrive(ports: Sequence[int], before: int = 0) -> list[socket.socket]:
    """Connect to each port, some at a time, and give the connections in their order; `before` have come already."""
    links: dict[int, socket.socket] = {}
    epoll = select.epoll()
    waiting = iter(enumerate(ports))
    arriving: dict[int, tuple[int, Arrival]] = {}
    while len(links) < len(ports):
        while len(arriving) < HANDSHAKES and (following := next(waiting, None)) is not None:
            place, port = following
            link = _knock(f"127.0.0.{2 + (before + place) // PER_SOURCE}", port)
            arriving[link.fileno()] = (place, Arrival(link))
            epoll.register(link.fileno(), select.EPOLLIN)
        ready = epoll.poll(PATIENCE, 4096)
        if not ready:
            raise BadAnswer(f"{len(arriving)} handshakes did not come within {PATIENCE:.0f} s")
        for fd, _ in ready:
            place, arrival = arriving[fd]
            if arrival.read():
                del arriving[fd]
                epoll.unregister(fd)
                links[place] = arrival.link
    epoll.close()
    return [links[place] for place in range(len(ports))]


def _knock(source: str, port: int) -> socket.socket:
    link = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    link.bind((source, 0))
    link.connect(("127.0.0.1", port))
    link.send(wire.handshake(f"127.0.0.1:{port}"))
    return link
