"""What Redis answers, as types, and what its refusals mean; it sends nothing.

Every fault of Redis becomes `StoreUnavailable`, so that no command of a player sees more than "not now".
"""

from __future__ import annotations

from typing import Final

import structlog

from paddock.stores.contract import StoreUnavailable

log = structlog.get_logger("paddock.stores.redis")

Argument = str | bytes | int
Command = tuple[Argument, ...]
"""One command with its arguments."""


class RedisRefusal(Exception):  # noqa: N818 - an answer, not an error
    """An error reply, as Redis worded it: a code in capitals, then a sentence."""

    @property
    def code(self) -> str:
        """The first word, for example `READONLY`."""
        return str(self).partition(" ")[0]


Reply = bytes | int | None | RedisRefusal | list["Reply"]

EXPECTED: Final = frozenset(
    {"OOM", "READONLY", "LOADING", "NOREPLICAS", "CLUSTERDOWN", "MASTERDOWN", "TRYAGAIN", "ASK", "BUSY", "MISCONF"}
)
"""States a server can be in; anything else is a wrong set-up or a fault of ours, and reported as one."""
LASTING: Final = EXPECTED - {"TRYAGAIN", "ASK"}
"""Of these, the ones that are not over in a moment: nothing is kept until a write succeeds again."""


def unavailable(refusal: RedisRefusal) -> StoreUnavailable:
    """Give what a caller gets to see of an error reply."""
    if refusal.code not in EXPECTED:
        log.error("redis.refused", reason=str(refusal)[:300])
    error = StoreUnavailable(f"Redis refuses: {refusal.code}")
    error.__cause__ = refusal
    return error


def whole(reply: Reply) -> Reply:
    """Give a reply that is no refusal; raises `StoreUnavailable` for one that is."""
    if isinstance(reply, RedisRefusal):
        raise unavailable(reply)
    return reply


def number(reply: Reply) -> int:
    """Read an integer; raises `StoreUnavailable` when the reply is something else."""
    match whole(reply):
        case int(value):
            return value
        case bytes(text) if text.isdigit():
            return int(text)
        case other:
            raise _strange(other)


def body(reply: Reply) -> bytes | None:
    """Read bytes, or None for nothing; raises `StoreUnavailable` when the reply is something else."""
    match whole(reply):
        case bytes(value):
            return value
        case None:
            return None
        case other:
            raise _strange(other)


def items(reply: Reply) -> list[Reply]:
    """Read a list, empty for nothing; raises `StoreUnavailable` when the reply is something else."""
    match whole(reply):
        case list(value):
            return value
        case None:
            return []
        case other:
            raise _strange(other)


def bodies(reply: Reply) -> list[bytes]:
    """Read a list of bytes; raises `StoreUnavailable` when the reply is something else."""
    found: list[bytes] = []
    for item in items(reply):
        if not isinstance(item, bytes):
            raise _strange(item)
        found.append(item)
    return found


def _strange(reply: Reply) -> StoreUnavailable:
    log.error("redis.strange_reply", kind=type(reply).__name__)
    return StoreUnavailable("Redis answered something else than was asked for")
