"""The nodes that share the store, polled from the node register, so that the health check needs no call to the store.

`join` keeps a node from starting if it would keep finished races in a file of its own beside nodes that keep them
elsewhere. A node that finds such nodes later, because Redis was unavailable at its start, logs a warning and continues.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog

from paddock.stores.contract import NodeAbout, NodeRegister, StoreUnavailable

log = structlog.get_logger("paddock.service")

POLL_S: Final = 2.0
JOIN_POLL_S: Final = 0.5
HINT: Final = "each keeps what it records in a file of its own: set `database` to one PostgreSQL for all of them"
JOIN_TIMEOUT_S: Final = 6.0
"""Longer than the lease of five seconds with which a killed node is still registered."""


class SeparateArchives(ValueError):  # noqa: N818 - the name says it
    """Other nodes keep finished races elsewhere; the message is a sentence for the operator."""


async def join(register: NodeRegister, node: str, about: NodeAbout) -> None:
    """Register where this node keeps finished races, unless other nodes keep them elsewhere.

    Of two nodes that register at the same moment, the one whose name sorts second fails. While the register is
    unavailable the check is skipped, and the node starts.

    Raises:
        SeparateArchives: if other nodes keep them elsewhere and still do when the leases of killed nodes have ended.
    """
    try:
        end = asyncio.get_running_loop().time() + JOIN_TIMEOUT_S
        while others := _with_other_archive(await register.alive(), about.archive):
            if asyncio.get_running_loop().time() > end:
                raise _separate(others)
            await asyncio.sleep(JOIN_POLL_S)
        await register.tell(about)
        if others := [name for name in _with_other_archive(await register.alive(), about.archive) if name < node]:
            raise _separate(others)
    except StoreUnavailable:
        return


def _separate(others: list[str]) -> SeparateArchives:
    return SeparateArchives(
        f"{', '.join(others[:3])}{', ...' if len(others) > 3 else ''} of the same Redis keep finished races in another "
        "place than this server would, so history and figures would differ from server to server. Set `database` to "
        "one PostgreSQL for all of them, or `separate_archives = true` if each is to keep its own."
    )


def _with_other_archive(nodes: Mapping[str, NodeAbout], archive: str) -> list[str]:
    return sorted(name for name, about in nodes.items() if about.archive not in ("", archive))


class ClusterView:
    """Counts the nodes of the register, and warns of nodes that keep finished races elsewhere.

    Args:
        register: the nodes that share the store; None if this node is the only one.
        archive: where this node keeps finished races, as in `NodeAbout`.

    Attributes:
        count: the number of nodes with this one; 1 without a register and while the register is unavailable.
    """

    def __init__(self, register: NodeRegister | None, archive: str = "") -> None:
        self.count = 1
        self._register = register
        self._archive = archive
        self._warned = False

    async def run(self) -> None:
        """Poll the register until cancelled."""
        while self._register is not None:
            try:
                nodes = await self._register.alive()
            except StoreUnavailable:
                self.count = 1
            else:
                self.count = max(1, len(nodes))
                self._compare(nodes)
            await asyncio.sleep(POLL_S)

    def _compare(self, nodes: Mapping[str, NodeAbout]) -> None:
        others = _with_other_archive(nodes, self._archive)
        if others and not self._warned:
            log.warning("archive.not_shared", servers=others, hint=HINT)
        self._warned = bool(others)
