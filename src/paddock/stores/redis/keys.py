"""The names of all keys and channels: what belongs to one bucket shares a hash tag, and so a server; it stores nothing.

One Lua step may then touch a room with its due index and its line in the room list, in a cluster too.
"""

from __future__ import annotations

from binascii import crc32, crc_hqx
from functools import lru_cache
from typing import Final

from msgspec import Struct

from paddock.domain.ids import RaceId, RoomId

BUCKETS: Final = 64
"""Never changes: a room is looked for where its code says."""
SLOTS: Final = 16384
"""Hash slots of a Redis cluster."""


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


def of_bucket(kind: str, bucket: int) -> str:
    """Name a key of a whole bucket, for example `due:{b17}`."""
    return f"{kind}:{{b{bucket}}}"


@lru_cache(maxsize=4096)
def of_room(room: RoomId) -> RoomKeys:
    """Name all keys of a room."""
    bucket = bucket_of(room)
    tag = f"{{b{bucket}}}"
    return RoomKeys(
        bucket=bucket,
        room=f"rooms:{tag}:{room}",
        log=f"log:{tag}:{room}",
        commands=f"cmd:{tag}:{room}",
        chat=f"chat:{tag}:{room}",
        history=f"race:history:{tag}:{room}",
        due=f"due:{tag}",
        lobby=f"lobby:{tag}",
        codes=f"codes:{tag}",
        unrecorded=f"unrecorded:{tag}",
        owed=f"owed:{tag}",
        feed=f"feed:{tag}:{room}",
        lobby_feed=f"lobby:feed:{tag}",
    )


def of_race(race: RaceId) -> str:
    """Name the key of a finished race."""
    return f"race:{{b{bucket_of(race)}}}:{race}"


def of_session(token_hash: str) -> str:
    """Name the key of a session."""
    return f"sessions:{{b{bucket_of(token_hash)}}}:{token_hash}"
