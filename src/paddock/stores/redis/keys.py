"""The names of all keys and channels: what belongs to one bucket shares a hash tag, and so a server; it stores nothing.

One Lua step may then touch a room with its due index and its line in the room list, in a cluster too. Every name begins
with the prefix of the deployment. Channels are the same for all databases of a Redis, so theirs names the database too.
"""

from __future__ import annotations

from binascii import crc32, crc_hqx
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from msgspec import Struct

from paddock.domain.ids import RaceId, RoomId

BUCKETS: Final = 64
"""Never changes: a room is looked for where its code says."""
SLOTS: Final = 16384
"""Hash slots of a Redis cluster."""
PREFIX: Final = "paddock:"
"""What names begin with unless the settings say otherwise; a brace in it would move the hash tag."""
KINDS: Final = (
    "allow",
    "chat",
    "claim",
    "clock",
    "cmd",
    "codes",
    "due",
    "held",
    "holders",
    "lobby",
    "log",
    "mark",
    "node",
    "nodes",
    "owed",
    "race",
    "race:history",
    "rooms",
    "secret",
    "sessions",
    "unrecorded",
)
"""What comes between prefix and hash tag of a key. None is the end of another, so that no prefix that continues another
one ("a:" and "a:race:") leads to the same names."""
CHANNELS: Final = ("feed", "lobby:feed", "pulse")
"""The same for channels."""


class RoomKeys(Struct, frozen=True):
    """Everything that a room's steps touch; `feed` and `lobby_feed` are channels, the rest are keys."""

    bucket: int
    room: str
    log: str
    commands: str
    chat: str
    history: str
    due: str
    lobby: str
    codes: str
    unrecorded: str
    owed: str
    feed: str
    lobby_feed: str


def bucket_of(name: str) -> int:
    """Give the bucket of a room code, race id or hashed token; the same on every node and for ever."""
    return crc32(name.encode()) % BUCKETS


def slot_of(bucket: int) -> int:
    """Give the cluster's hash slot of a bucket: CRC16 (XMODEM) of the hash tag, see the Redis cluster specification."""
    return crc_hqx(b"b%d" % bucket, 0) % SLOTS


class Keys:
    """The names that one deployment uses, by its prefix and the number of its database."""

    def __init__(self, prefix: str = PREFIX, database: int = 0) -> None:
        self._prefix = prefix
        self._channels = f"{prefix}{database}:"
        self.of_room: Callable[[RoomId], RoomKeys] = lru_cache(maxsize=4096)(self._of_room)
        """Names all keys and channels of a room."""

    def of_bucket(self, kind: str, bucket: int) -> str:
        """Name a key of a whole bucket, for example `paddock:due:{b17}`."""
        return f"{self._prefix}{kind}:{{b{bucket}}}"

    def channel(self, kind: str, bucket: int) -> str:
        """Name a channel of a whole bucket, for example `paddock:0:lobby:feed:{b17}`."""
        return f"{self._channels}{kind}:{{b{bucket}}}"

    def of_race(self, race: RaceId) -> str:
        """Name the key of a finished race."""
        return f"{self.of_bucket('race', bucket_of(race))}:{race}"

    def of_session(self, token_hash: str) -> str:
        """Name the key of a session."""
        return f"{self.of_bucket('sessions', bucket_of(token_hash))}:{token_hash}"

    def _of_room(self, room: RoomId) -> RoomKeys:
        bucket = bucket_of(room)
        return RoomKeys(
            bucket=bucket,
            room=f"{self.of_bucket('rooms', bucket)}:{room}",
            log=f"{self.of_bucket('log', bucket)}:{room}",
            commands=f"{self.of_bucket('cmd', bucket)}:{room}",
            chat=f"{self.of_bucket('chat', bucket)}:{room}",
            history=f"{self.of_bucket('race:history', bucket)}:{room}",
            due=self.of_bucket("due", bucket),
            lobby=self.of_bucket("lobby", bucket),
            codes=self.of_bucket("codes", bucket),
            unrecorded=self.of_bucket("unrecorded", bucket),
            owed=self.of_bucket("owed", bucket),
            feed=f"{self.channel('feed', bucket)}:{room}",
            lobby_feed=self.channel("lobby:feed", bucket),
        )
