"""Which servers share the store, looked up now and then, so that health can say at once how many, whatever is broken.

A server that would keep finished races in a file of its own beside others does not start (`join`); one that finds such
others later, because Redis was away, warns of them and goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog

from paddock.stores.contract import NodeAbout, NodeRegister, StoreUnavailable

log = structlog.get_logger("paddock.service")

LOOK_S: Final = 2.0
ASK_S: Final = 0.5
HINT: Final = "each keeps what it records in a file of its own: set `database` to one PostgreSQL for all of them"


PATIENCE_S: Final = 6.0
"""A server that was killed is seen for five seconds."""


class SeparateArchives(ValueError):  # noqa: N818 - the name says it
    """Other servers keep finished races elsewhere; the text is a sentence for the operator."""


async def join(register: NodeRegister, node: str, about: NodeAbout) -> None:
    """Tell the others where this node keeps finished races, unless they keep them elsewhere.

    Of two that start at the same moment the second by name gives way. While the register cannot be read nobody can
    tell, and the node starts.

    Raises:
        SeparateArchives: they do, also after those that were killed are forgotten.
    """
    try:
        end = asyncio.get_running_loop().time() + PATIENCE_S
        while apart := _apart(await register.alive(), about.archive):
            if asyncio.get_running_loop().time() > end:
                raise _separate(apart)
            await asyncio.sleep(ASK_S)
        await register.tell(about)
        if apart := [name for name in _apart(await register.alive(), about.archive) if name < node]:
            raise _separate(apart)
    except StoreUnavailable:
        return


def _separate(apart: list[str]) -> SeparateArchives:
    return SeparateArchives(
        f"{', '.join(apart[:3])}{', ...' if len(apart) > 3 else ''} of the same Redis keep finished races in another "
        "place than this server would, so history and figures would differ from server to server. Set `database` to "
        "one PostgreSQL for all of them, or `separate_archives = true` if each is to keep its own."
    )


def _apart(nodes: Mapping[str, NodeAbout], archive: str) -> list[str]:
    return sorted(name for name, about in nodes.items() if about.archive not in ("", archive))


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
        apart = _apart(nodes, self._archive)
        if apart and not self._apart:
            log.warning("archive.not_shared", servers=apart, hint=HINT)
        self._apart = bool(apart)
