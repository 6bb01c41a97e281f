"""The servers that share a store, as one of them sees them: how many, and who keeps finished races elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest
from structlog.testing import capture_logs
from tests.waiting import LIMIT_S

from paddock.service import cluster_view
from paddock.service.cluster_view import ClusterView, SeparateArchives, join
from paddock.stores.contract import NodeAbout, StoreUnavailable


class Register:
    """The nodes of a test; None: nobody can tell."""

    def __init__(self) -> None:
        self.nodes: dict[str, NodeAbout] | None = {}
        self.meanwhile: dict[str, NodeAbout] = {}
        self.asked = 0

    async def tell(self, about: NodeAbout) -> None:
        assert self.nodes is not None
        self.nodes = {**self.nodes, **self.meanwhile, "b": about}

    async def alive(self) -> Mapping[str, NodeAbout]:
        self.asked += 1
        if self.nodes is None:
            raise StoreUnavailable
        return self.nodes


async def polls(register: Register, nodes: dict[str, NodeAbout] | None) -> None:
    """Let it poll these nodes twice, so that it has acted on them once."""
    register.nodes = nodes
    seen = register.asked
    while register.asked < seen + 2:
        await asyncio.sleep(0)


async def test_they_are_counted_and_warned_of_once_while_they_keep_races_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster_view, "POLL_S", 0)
    register = Register()
    here, there = NodeAbout(archive="here"), NodeAbout(archive="there")
    one = ClusterView(register, "here")
    running = asyncio.create_task(one.run())
    with capture_logs() as logs:
        await polls(register, {"a": here, "b": here, "old": NodeAbout()})
        assert (one.count, logs) == (3, [])  # workers of one folder, and one that does not tell
        await polls(register, {"a": here, "c": there, "b": there})
        await polls(register, None)
        assert one.count == 1
        await polls(register, {"a": here, "c": there})
        assert [(line["event"], line["servers"]) for line in logs] == [("archive.not_shared", ["b", "c"])]
        await polls(register, {"a": here})
        await polls(register, {"a": here, "d": there})
        assert [line["servers"] for line in logs] == [["b", "c"], ["d"]]
    running.cancel()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_view, "JOIN_POLL_S", 0.0)
    monkeypatch.setattr(cluster_view, "JOIN_TIMEOUT_S", 0.05)


async def test_a_server_whose_races_would_lie_elsewhere_does_not_join(soon: None) -> None:
    """Two hosts went on with a file each, and only a line in the log said so."""
    register = Register()
    register.nodes = {"a": NodeAbout(archive="there"), "old": NodeAbout()}
    with pytest.raises(SeparateArchives, match=r"^a of the same Redis .* `database` .* `separate_archives = true`"):
        await join(register, "b", NodeAbout(archive="here"))
    assert "b" not in register.nodes


async def test_a_server_of_the_same_place_joins_and_so_does_one_that_cannot_ask(soon: None) -> None:
    register = Register()
    register.nodes = {"a": NodeAbout(archive="here")}
    await join(register, "b", NodeAbout(archive="here"))
    assert register.nodes["b"].archive == "here"
    register.nodes = None
    await join(register, "b", NodeAbout(archive="here"))


async def test_one_that_was_killed_is_waited_out(soon: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_view, "JOIN_TIMEOUT_S", LIMIT_S)
    register = Register()
    register.nodes = {"a": NodeAbout(archive="there")}
    joining = asyncio.create_task(join(register, "b", NodeAbout(archive="here")))
    while register.asked < 3:
        await asyncio.sleep(0)
    register.nodes = {}
    await joining
    assert register.nodes == {"b": NodeAbout(archive="here")}


@pytest.mark.parametrize(("other", "gives_way"), [("a", True), ("c", False)])
async def test_of_two_that_start_at_once_one_gives_way(soon: None, other: str, gives_way: bool) -> None:
    register = Register()
    register.meanwhile = {other: NodeAbout(archive="there")}
    if gives_way:
        with pytest.raises(SeparateArchives):
            await join(register, "b", NodeAbout(archive="here"))
    else:
        await join(register, "b", NodeAbout(archive="here"))
