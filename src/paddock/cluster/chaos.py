"""Does to nodes what the world does: kills them and lets them stand still, by dice that a seed repeats.

Never touches the last node that is well, because then nobody could play on.
"""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Callable, Sequence
from typing import Final, Literal

from msgspec import Struct

from paddock.supervisor.supervisor import WorkerSlot

PAUSE_S: Final = (2.0, 5.0)
FREEZE_S: Final = (0.5, 6.0)


class Act(Struct, frozen=True):
    """Something that was done to a node; `for_s` is how long it stands still."""

    at_s: float
    what: Literal["killed", "froze"]
    node: int
    for_s: float = 0.0

    def __str__(self) -> str:
        still = f" for {self.for_s:.1f} s" if self.what == "froze" else ""
        return f"{self.at_s:5.1f} s  {self.what} node {self.node}{still}"


class Chaos:
    """Harm by dice; `tell` hears of each act."""

    def __init__(self, seed: int, slots: Sequence[WorkerSlot], tell: Callable[[Act], None]) -> None:
        self.acts: list[Act] = []
        self._dice = random.Random(seed)
        self._slots = slots
        self._tell = tell

    async def run(self) -> None:
        """Go on until cancelled; nobody is left frozen."""
        began = asyncio.get_running_loop().time()
        while True:
            await asyncio.sleep(self._dice.uniform(*PAUSE_S))
            # The dice fall the same number of times whatever the nodes do, so that a seed means the same each time.
            number, kills, still = self._dice.random(), self._dice.random() < 0.5, self._dice.uniform(*FREEZE_S)
            well = [slot for slot in self._slots if slot.ready]
            if len(well) < 2:
                continue
            slot = well[int(number * len(well))]
            at = asyncio.get_running_loop().time() - began
            if kills:
                self._note(Act(at, "killed", slot.number))
                self._send(slot, signal.SIGKILL)
            else:
                self._note(Act(at, "froze", slot.number, still))
                await self._freeze(slot, still)

    async def _freeze(self, slot: WorkerSlot, seconds: float) -> None:
        self._send(slot, signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            self._send(slot, signal.SIGCONT)

    def _send(self, slot: WorkerSlot, number: signal.Signals) -> None:
        if slot.worker is not None:
            slot.worker.child.send(number)

    def _note(self, act: Act) -> None:
        self.acts.append(act)
        self._tell(act)
