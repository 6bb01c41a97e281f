"""Which servers share the store, looked up now and then, so that health can say at once how many, whatever is broken.

It warns of those that keep finished races in another place than this one, and does nothing about it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog

from paddock.stores.contract import NodeAbout, NodeRegister, StoreUnavailable

log = structlog.get_logger("paddock.service")

LOOK_S: Final = 2.0
HINT: Final = "each keeps what it records in a file of its own: set `database` to one PostgreSQL for all of them"


class Neighbours:
    """Counts the nodes; `count` includes this one, and is 1 without a register and while it cannot be read.

    `archive` says where this node keeps finished races, as in `NodeAbout`.
    """

    def __init__(self, register: NodeRegister | None, archive: str = "") -> None:
        self.count = 1
        self._register = register
        self._archive = archive
        self._apart = False

    async def run(self) -> None:
        """Look until cancelled."""
        while self._register is not None:
            try:
                nodes = await self._register.alive()
            except StoreUnavailable:
                self.count = 1
            else:
                self.count = max(1, len(nodes))
                self._compare(nodes)
            await asyncio.sleep(LOOK_S)

    def _compare(self, nodes: Mapping[str, NodeAbout]) -> None:
        apart = sorted(name for name, about in nodes.items() if about.archive not in ("", self._archive))
        if apart and not self._apart:
            log.warning("archive.not_shared", servers=apart, hint=HINT)
        self._apart = bool(apart)
