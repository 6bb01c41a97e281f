"""The servers that share a store, as one of them sees them: how many, and who keeps finished races elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest
from structlog.testing import capture_logs

from paddock.service import neighbours
from paddock.service.neighbours import Neighbours
from paddock.stores.contract import NodeAbout, StoreUnavailable


class Register:
    """The nodes of a test; None: nobody can tell."""

    def __init__(self) -> None:
        self.nodes: dict[str, NodeAbout] | None = {}
        self.asked = 0

    async def tell(self, about: NodeAbout) -> None:
        raise NotImplementedError

    async def alive(self) -> Mapping[str, NodeAbout]:
        self.asked += 1
        if self.nodes is None:
            raise StoreUnavailable
        return self.nodes


async def looks(register: Register, nodes: dict[str, NodeAbout] | None) -> None:
    """Have it look at these nodes, and act on them."""
    register.nodes = nodes
    seen = register.asked
    while register.asked < seen + 2:
        await asyncio.sleep(0)


async def test_they_are_counted_and_warned_of_once_while_they_keep_races_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(neighbours, "LOOK_S", 0)
    register = Register()
    here, there = NodeAbout(archive="here"), NodeAbout(archive="there")
    one = Neighbours(register, "here")
    running = asyncio.create_task(one.run())
    with capture_logs() as logs:
        await looks(register, {"a": here, "b": here, "old": NodeAbout()})
        assert (one.count, logs) == (3, [])  # workers of one folder, and one that does not tell
        await looks(register, {"a": here, "c": there, "b": there})
        await looks(register, None)
        assert one.count == 1
        await looks(register, {"a": here, "c": there})
        assert [(line["event"], line["servers"]) for line in logs] == [("archive.not_shared", ["b", "c"])]
        await looks(register, {"a": here})
        await looks(register, {"a": here, "d": there})
        assert [line["servers"] for line in logs] == [["b", "c"], ["d"]]
    running.cancel()
