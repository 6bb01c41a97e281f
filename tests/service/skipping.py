"""A loop on which waiting takes no time: whenever nothing is left to do, it skips to the next timer."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine


class _Skips(selectors.DefaultSelector):
    """Skips instead of waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Look once; what would have been waited for is over."""
        if timeout is not None and timeout > 0:
            self.skipped += timeout
            timeout = 0
        return super().select(timeout)


class SkippingLoop(asyncio.SelectorEventLoop):
    """Only for what happens in this process: nobody outside of it is waited for."""

    def __init__(self) -> None:
        self._skips = _Skips()
        super().__init__(self._skips)

    def time(self) -> float:
        """Give the seconds that were skipped: what a machine takes for the work itself does not count."""
        return self._skips.skipped


async def passes(seconds: float) -> None:
    """Let so much time pass on such a loop."""
    assert isinstance(asyncio.get_running_loop(), SkippingLoop), "on any other this would be a wait"
    await asyncio.sleep(seconds)


def run_skipping(work: Coroutine[object, object, None]) -> None:
    """Run a coroutine to its end on such a loop."""
    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        runner.run(work)
