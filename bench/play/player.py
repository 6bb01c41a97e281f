"""One player's connection: what it asks, when it is answered, and whether every entry is the next one.

Parses only what it needs; thousands of players share a process with nothing else to do.
"""

from __future__ import annotations

import re
import socket
import time
from typing import Protocol

import msgspec
from bench.realtime import wire
from bench.realtime.wire import BadAnswer

from paddock.gateway import messages as m

_ANSWER = re.compile(rb'43(\d+)\[\{"(?:code":"(\w+)"|ok":true)')
_ENTRY = re.compile(rb'42\["entry",\{"version":(\d+)')
_CODE = re.compile(rb'"room":"([A-Z0-9]{5,8})"')
_VERSION = re.compile(rb'"version":(\d+)')
_SAID_AT = re.compile(rb'"text":"(\d+\.\d+)"')
_MASK = int.from_bytes(wire.MASK * 128, "big")


class Book(Protocol):
    """Where players write down what happens to them."""

    def answered(self, player: Player, event: str, seconds: float, refused: str) -> None:
        """Note an answer; `refused` is its code, empty when it was done."""

    def heard(self, seconds: float) -> None:
        """Note how long ago that was said which a player has just heard."""

    def race_over(self, player: Player) -> None:
        """Note that a player has been told a result."""


class Player:
    """One connection; `place` 0 is the host of its room."""

    __slots__ = ("_asked", "_data", "_number", "code", "link", "place", "room", "version")

    def __init__(self, link: socket.socket, room: int, place: int) -> None:
        self.link = link
        self.room = room
        self.place = place
        self.code = ""
        self.version = 0
        self._number = 0
        self._asked: dict[int, tuple[str, float]] = {}
        self._data = b""

    @property
    def waits(self) -> bool:
        """Whether something that was asked is not answered."""
        return bool(self._asked)

    def ask(self, message: m.ClientMessage) -> None:
        """Send a command."""
        event = m.type_name(type(message))
        self._number += 1
        packet = b"42%d" % self._number + msgspec.json.encode([event, message])
        self._asked[self._number] = (event, time.perf_counter())
        self.link.sendall(_masked(packet))

    def read(self, book: Book) -> int:
        """Take what came; give how many messages that was.

        Raises:
            BadAnswer: an entry was not the next one, or something came that no player is sent.
        """
        data = self.link.recv(262_144)
        if not data:
            raise BadAnswer(f"a player of room {self.room} was closed upon")
        self._data = data = self._data + data if self._data else data
        at = count = 0
        while (found := wire.first_frame(data[at:] if at else data)) is not None:
            payload, size = found
            at += size
            count += 1
            self._take(payload, book)
        self._data = data[at:]
        return count

    def _take(self, payload: bytes, book: Book) -> None:
        if entry := _ENTRY.match(payload):
            version = int(entry[1])
            if self.version and version != self.version + 1:
                raise BadAnswer(f"room {self.room} after version {self.version}: {payload[:200]!r}")
            self.version = version
            if said := _SAID_AT.search(payload):
                book.heard(time.perf_counter() - float(said[1]))
            elif self.place == 0 and b'"type":"race_finished"' in payload:
                book.race_over(self)
        elif answer := _ANSWER.match(payload):
            event, asked = self._asked.pop(int(answer[1]))
            if b'"view":' in payload:
                self._enter(payload)
            book.answered(self, event, time.perf_counter() - asked, (answer[2] or b"").decode())
        elif payload == b"2":
            self.link.sendall(wire.masked(1, b"3"))
        elif not payload.startswith(b"42["):
            raise BadAnswer(f"nothing a player is sent: {payload[:80]!r}")

    def _enter(self, payload: bytes) -> None:
        code, version = _CODE.search(payload), _VERSION.search(payload)
        if code is None or version is None:
            raise BadAnswer(f"no view: {payload[:200]!r}")
        self.code = code[1].decode()
        # An entry that came before the view is in it.
        self.version = max(self.version, int(version[1]))


def _masked(payload: bytes) -> bytes:
    """Return a text frame as a client has to send it; `wire.masked` for longer ones, in one step."""
    size = len(payload)
    if size > 512 or size < 126:
        return wire.masked(1, payload)
    whole = int.from_bytes(payload, "big") ^ (_MASK >> 8 * (512 - size))
    return bytes((0x81, 0xFE)) + size.to_bytes(2, "big") + wire.MASK + whole.to_bytes(size, "big")
