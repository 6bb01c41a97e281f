"""How many servers share the store, looked up now and then, so that health can say it at once whatever is broken."""

from __future__ import annotations

import asyncio
from typing import Final

from paddock.stores.contract import NodeRegister, StoreUnavailable

LOOK_S: Final = 2.0


class Neighbours:
    """Counts the nodes; `count` includes this one, and is 1 without a register and while it cannot be read."""

    def __init__(self, register: NodeRegister | None) -> None:
        self.count = 1
        self._register = register

    async def run(self) -> None:
        """Look until cancelled."""
        while self._register is not None:
            try:
                self.count = max(1, len(await self._register.alive()))
            except StoreUnavailable:
                self.count = 1
            await asyncio.sleep(LOOK_S)
