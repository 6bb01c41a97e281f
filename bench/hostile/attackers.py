"""Attackers in a process of their own: `... attackers PORT KIND[=COUNT],... [--sources 20] [--rooms CODE,...]`.

Prints `ready` once each kind has a connection, and what they got (JSON) when standard input ends; of several kinds each
with its name before it. Runs at a low priority: in earnest attackers have machines of their own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import sys

import uvloop

from .kinds import KINDS, for_ever
from .wire import Target


def addresses(count: int) -> list[str]:
    """Return addresses of this machine other than 127.0.0.1."""
    return [f"127.0.{1 + at // 250}.{1 + at % 250}" for at in range(count)]


async def attack(targets: dict[str, Target], counts: dict[str, int]) -> None:
    """Attack until standard input ends."""
    tasks = [
        asyncio.create_task(for_ever(KINDS[name].act, target, at))
        for name, target in targets.items()
        for at in range(counts[name])
    ]
    while not all(target.got for target in targets.values()):  # noqa: ASYNC110 - any of them may be the last
        await asyncio.sleep(0.01)
    print("ready", flush=True)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    got = {
        f"{name}: {what}" if len(targets) > 1 else what: times
        for name, target in targets.items()
        for what, times in target.got.items()
    }
    failed = [task.exception() for task in tasks if task.done() and not task.cancelled()]
    if failed:
        got |= {"attackers that failed": len(failed)}
        print(repr(failed[0]), file=sys.stderr)
    print(json.dumps(got), flush=True)
    # Everything is dropped at once, as when a machine is switched off.
    os._exit(0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("kinds")
    parser.add_argument("--sources", type=int, default=20)
    parser.add_argument("--rooms", default="AAAAA")
    chosen = parser.parse_args()
    named = [one.partition("=")[::2] for one in chosen.kinds.split(",")]
    counts = {name: int(count) if count else KINDS[name].attackers for name, count in named}
    sources, rooms = addresses(chosen.sources), chosen.rooms.split(",")
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    os.nice(10)
    uvloop.run(attack({name: Target(chosen.port, sources, rooms) for name in counts}, counts))


if __name__ == "__main__":
    main()
