"""What guests say to each kind of server, and how they know the next message of their room.

Pure. A message carries a number; a guest takes only the one that follows the last it had.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from typing import Protocol

from bench.realtime import wire
from bench.realtime.wire import BadAnswer


class Hearer(Protocol):
    """What of a guest is needed here."""

    room: int
    heard: int
    version: int
    token: str
    answered: bytes | None


class Tongue(Protocol):
    """The messages of one kind of server; packets have a place for the number of their acknowledgement."""

    def enter(self, guests: Sequence[Hearer], place: int) -> bytes:
        """Let the guest at this place into the room that they share."""

    def let_in(self, guest: Hearer) -> None:
        """Check the answer to that."""

    def begin(self, rooms: Sequence[Sequence[Hearer]], quiet: Callable[[], None]) -> None:
        """Make sure that everybody is in, and that nothing but messages comes from now on."""

    def say(self, speaker: Hearer, number: int) -> bytes:
        """Send message `number` of the speaker's room."""

    def hear(self, guest: Hearer, payload: bytes) -> None:
        """Take what came to a guest.

        Raises:
            BadAnswer: it is not what follows.
        """


class Talk:
    """Peers and feed: a text of 200 characters for everybody in a room."""

    def enter(self, guests: Sequence[Hearer], place: int) -> bytes:
        """Name the room."""
        return b'42%%d["enter","%d"]' % guests[place].room

    def let_in(self, guest: Hearer) -> None:
        """Check that the server has taken note."""
        if guest.answered is None or not guest.answered.endswith(b'["in"]'):
            raise BadAnswer(f"not let in: {guest.answered!r}")

    def begin(self, rooms: Sequence[Sequence[Hearer]], quiet: Callable[[], None]) -> None:
        """Nothing else is ever sent."""

    def say(self, speaker: Hearer, number: int) -> bytes:
        """Say the text of a number."""
        return b'42%%d["say","%d","' % speaker.room + wire.text(number) + b'"]'

    def hear(self, guest: Hearer, payload: bytes) -> None:
        """Compare every byte."""
        if payload != b'42["news","' + wire.text(guest.heard + 1) + b'"]':
            raise BadAnswer(f"room {guest.room} after message {guest.heard}: {payload[:300]!r}")
        guest.heard += 1


class Play:
    """The game: players say by turns whether they are ready, a command that is decided, kept and told to everybody.

    Once everybody is in, each entry has to be the next version of the room and hold the event that was asked for.
    """

    def __init__(self) -> None:
        self._codes: dict[int, str] = {}
        self._playing = False
        self._ready: dict[str, bool] = {}

    def enter(self, guests: Sequence[Hearer], place: int) -> bytes:
        """Make a room, or join it."""
        guest = guests[place]
        guest.token = secrets.token_urlsafe(32)
        told = {"id": secrets.token_hex(8), "token": guest.token, "device": secrets.token_urlsafe(32)}
        if place == 0:
            return _packet("create_room", {**told, "name": "Mina", "listing": "unlisted"})
        return _packet("join_room", {**told, "name": f"Guest {place}", "room": self._codes[guest.room]})

    def let_in(self, guest: Hearer) -> None:
        """Read the code off the view."""
        reply = json.loads((guest.answered or b"").partition(b"[")[2].removesuffix(b"]"))
        if not reply["ok"]:
            raise BadAnswer(f"not let in: {reply}")
        self._codes[guest.room] = reply["view"]["room"]["room"]
        guest.version = max(guest.version, reply["view"]["room"]["version"])

    def begin(self, rooms: Sequence[Sequence[Hearer]], quiet: Callable[[], None]) -> None:
        """Let the last of the joining arrive; everybody must be at the same version then."""
        quiet()
        for guests in rooms:
            if len({guest.version for guest in guests}) != 1:
                raise BadAnswer(f"people of room {guests[0].room} are at {[guest.version for guest in guests]}")
        self._playing = True

    def say(self, speaker: Hearer, number: int) -> bytes:
        """Be ready, or no longer: always a change."""
        ready = self._ready[speaker.token] = not self._ready.get(speaker.token, True)
        return _packet("set_ready", {"id": f"{speaker.room:06}-{number:08}", "ready": ready})

    def hear(self, guest: Hearer, payload: bytes) -> None:
        """Take an entry: the next version, with what was asked for in it."""
        entry = json.loads(payload[2:])[1]
        version = entry.get("version")
        if self._playing:
            if version != guest.version + 1 or [event["type"] for event in entry["events"]] != ["ready_changed"]:
                raise BadAnswer(f"room {guest.room} after version {guest.version}: {payload[:300]!r}")
            guest.heard += 1
        guest.version = version or guest.version


def _packet(event: str, message: dict[str, object]) -> bytes:
    return b"42%d" + json.dumps([event, message], separators=(",", ":")).encode()
