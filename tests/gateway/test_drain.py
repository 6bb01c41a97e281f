"""How players are moved off a node that stops: slice after slice, with pauses, nobody twice and nobody left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

import pytest

from paddock.gateway.drain import ALONE_MS, ELSEWHERE_MS, PAUSE_S, SLICE, SLICES, Drain
from paddock.gateway.fanout import Fanout
from paddock.socketio import Namespace, Options, Server, Socket

SHARE: Final = 0.25
Act = tuple[str, float]


class LettingGo(Fanout):
    """Notes who is let go, who are connected no more from then on."""

    def __init__(self, namespace: Namespace, acts: list[Act]) -> None:
        self._sockets = namespace.sockets
        self._acts = acts
        self.retries: set[int] = set()

    def let_go(self, sockets: Sequence[Socket], retry_ms: int) -> None:
        """Close them."""
        gone = [code for code, socket in self._sockets.items() if socket in sockets]
        assert len(gone) == len(sockets), "each once"
        for code in gone:
            del self._sockets[code]
        self._acts.append(("moved", len(gone)))
        self.retries.add(retry_ms)


async def drained(people: int, *, alone: bool = False, meanwhile: int = 0) -> tuple[list[Act], set[int]]:
    """Empty a node with so many people, and more that were on their way in; give what was done."""
    acts: list[Act] = []
    namespace = Server(Options()).of("/")
    fanout = LettingGo(namespace, acts)

    def come(number: int) -> None:
        for _ in range(number):
            namespace.sockets[f"{len(acts)}-{len(namespace.sockets)}"] = cast("Socket", object())

    async def sleep(seconds: float) -> None:
        acts.append(("paused", seconds))
        come(meanwhile)

    come(people)
    await Drain(namespace, fanout, lambda: SHARE, alone=alone, sleep=sleep).run()
    assert not namespace.sockets, "nobody is left"
    return acts, fanout.retries


async def test_slices_are_apart() -> None:
    pause = ("paused", PAUSE_S * (0.5 + SHARE))
    slices, retries = await drained(3 * SLICE)
    assert slices == [("moved", SLICE), pause, ("moved", SLICE), pause, ("moved", SLICE)]
    assert retries == {ELSEWHERE_MS}


@pytest.mark.parametrize("people", [0, 1, SLICE])
async def test_few_are_moved_at_once(people: int) -> None:
    assert (await drained(people))[0] == ([("moved", people)] if people else [])


async def test_many_take_no_more_slices_and_who_comes_meanwhile_goes_with_the_last() -> None:
    acts, _ = await drained(3 * SLICE * SLICES, meanwhile=2 * SLICE)
    moved = [number for what, number in acts if what == "moved"]
    assert moved[:-1] == [3 * SLICE] * (SLICES - 1)
    assert moved[-1] == 3 * SLICE + (SLICES - 1) * 2 * SLICE


async def test_where_nobody_stands_in_everybody_goes_at_once() -> None:
    assert await drained(3 * SLICE, alone=True) == ([("moved", 3 * SLICE)], {ALONE_MS})
