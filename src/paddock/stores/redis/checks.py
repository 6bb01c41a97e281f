"""What is wrong with a Redis that answers: settings under which it loses rooms, and versions too old; it only asks.

A server that lets nobody read its settings, as managed ones do, is taken as it is.
"""

from __future__ import annotations

from typing import Final

from paddock.stores.redis.lane import Lane
from paddock.stores.redis.replies import Reply

OLDEST: Final = (6, 2)
OLDEST_SHARDED: Final = (7, 0)
SETTINGS: Final = ("appendonly", "appendfsync", "maxmemory", "maxmemory-policy")


async def problems(lane: Lane, *, sharded: bool) -> list[str]:
    """Ask one server, and give a sentence for the operator for each thing that is wrong.

    Raises:
        StoreUnavailable: it does not answer.
    """
    info, *replies = await lane.probe([("INFO", "server"), *(("CONFIG", "GET", name) for name in SETTINGS)])
    found = [*_version(info, sharded=sharded)]
    setting = {name: _setting(reply) for name, reply in zip(SETTINGS, replies, strict=True)}
    if setting["appendonly"] == "no":
        found.append("Redis keeps nothing on disk (appendonly no): when it restarts, all rooms are gone")
    elif setting["appendfsync"] in {"everysec", "no"}:
        found.append(
            f"Redis may lose what it acknowledged last when it is killed (appendfsync {setting['appendfsync']}):"
            " only appendfsync always keeps it"
        )
    if setting["maxmemory"] not in {None, "0"} and setting["maxmemory-policy"] not in {None, "noeviction"}:
        found.append(
            f"Redis throws rooms away when its memory is full (maxmemory-policy {setting['maxmemory-policy']}):"
            " use noeviction"
        )
    return found


def _version(info: Reply, *, sharded: bool) -> list[str]:
    if not isinstance(info, bytes):
        return []
    lines = dict(line.split(":", 1) for line in info.decode(errors="replace").splitlines() if ":" in line)
    text = lines.get("redis_version", "")
    parts = text.split(".")
    if len(parts) < 2 or not (parts[0].isdigit() and parts[1].isdigit()):
        return []
    oldest = OLDEST_SHARDED if sharded else OLDEST
    if (int(parts[0]), int(parts[1])) >= oldest:
        return []
    return [f"Redis {text} is too old: {oldest[0]}.{oldest[1]} or newer is needed"]


def _setting(reply: Reply) -> str | None:
    match reply:
        case [bytes(), bytes(value)]:
            return value.decode(errors="replace")
        case _:
            return None
