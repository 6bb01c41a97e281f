"""What the servers do for one message of the benchmark: how many calls, and which ones take longest.

    python -m bench.cluster.profile [--kind game|feed] [--rooms N] [--members N] [--messages N] [--joining] [--lines N]

Every server runs under `cProfile` while guests talk (or, with --joining, while they come in), as in the benchmark.
Calls are exact; times are those of a profiled program, so they tell what to look at and never how much a message costs.
"""

from __future__ import annotations

import argparse
import cProfile
import marshal
import os
import runpy
import signal
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from .candidate import FEED, GAME, Kind, Together
from .guests import Guests
from .visit import Setting

KINDS = {"game": GAME, "feed": FEED}
PLACE = "PADDOCK_PROFILE"
"""Names the folder that a profiled server writes to."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.cluster.profile", description="Profile servers under load.")
    parser.add_argument("--kind", choices=KINDS, default="game")
    parser.add_argument("--rooms", type=int, default=10)
    parser.add_argument("--members", type=int, default=16)
    parser.add_argument("--messages", type=int, default=2_000)
    parser.add_argument("--joining", action="store_true", help="profile the coming in, not the talk")
    parser.add_argument("--lines", type=int, default=40, help="functions to show")
    wanted = parser.parse_args()
    setting = Setting(nodes=2, rooms=wanted.rooms, members=wanted.members, spread=2)
    with tempfile.TemporaryDirectory(prefix="paddock-profile-") as folder:
        os.environ[PLACE] = folder
        _load(_profiled(KINDS[wanted.kind]), setting, wanted.messages, joining=wanted.joining)
        found = list(Path(folder).iterdir())
        each = wanted.rooms * wanted.members if wanted.joining else wanted.messages
        _show(found, each, "guest" if wanted.joining else "message", wanted.lines)


def _profiled(kind: Kind) -> Kind:
    """Give the same servers, started by this module."""
    return replace(kind, command=(sys.executable, "-m", __spec__.name, kind.command[-1]))


def _load(kind: Kind, setting: Setting, messages: int, *, joining: bool) -> None:
    with Together(kind, setting.nodes) as together:
        guests = Guests(kind.tongue())
        if not joining:
            guests.come(setting.seats(together.ports))
            guests.talk(messages // 4, setting.at_once)
        for node in together.nodes:
            os.kill(node.pid, signal.SIGUSR1)
        if joining:
            guests.come(setting.seats(together.ports))
        else:
            guests.talk(messages, setting.at_once)


def _show(found: list[Path], each: int, what: str, lines: int) -> None:
    calls: Counter[str] = Counter()
    took: Counter[str] = Counter()
    for path in found:
        # A profile is a marshalled mapping: where a function is, to its calls (also the recursive ones) and its times.
        for (file, line, name), (_, number, seconds, *_) in marshal.loads(path.read_bytes()).items():  # noqa: S302
            function = f"{_short(file)}:{line} {name}"
            calls[function] += number
            took[function] += seconds
    print(f"{calls.total() / each:.0f} calls per {what}, of all servers together; us of each:")
    for function, seconds in took.most_common(lines):
        print(f"{seconds / each * 1e6:8.2f} in {calls[function] / each:6.2f} calls  {function}")


def _short(file: str) -> str:
    return file.rpartition("/src/")[2].rpartition("/site-packages/")[2]


def _serve(module: str) -> None:
    """Run a server of the benchmark, profiled from SIGUSR1 on, until it ends itself."""
    profile = cProfile.Profile()
    end = os._exit

    def ended(code: int) -> None:
        profile.disable()
        profile.dump_stats(Path(os.environ[PLACE]) / str(os.getpid()))
        end(code)

    os._exit = ended  # type: ignore[assignment]  # the servers end so
    signal.signal(signal.SIGUSR1, lambda number, frame: profile.enable())
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    if PLACE in os.environ:
        del sys.argv[0]
        _serve(sys.argv[0])
    else:
        main()
