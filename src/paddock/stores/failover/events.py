"""What the failover store announces: that the node is degraded or not, and that Redis lost what was kept there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable


class FailoverEvents:
    """Callbacks of other components, called by the controller in the order in which they were added."""

    def __init__(self) -> None:
        self._on_degraded: list[Callable[[bool], None]] = []
        self._on_restored: list[Callable[[], Awaitable[None]]] = []

    def on_degraded(self, callback: Callable[[bool], None]) -> None:
        """Call `callback` with True when the node becomes degraded, and with False when that is over."""
        self._on_degraded.append(callback)

    def on_restored(self, callback: Callable[[], Awaitable[None]]) -> None:
        """Call `callback` when Redis is back or was emptied, to write again what this node keeps there."""
        self._on_restored.append(callback)

    def degraded(self, is_degraded: bool) -> None:
        """Announce that the node is degraded, or no longer."""
        for callback in self._on_degraded:
            callback(is_degraded)

    async def restored(self) -> None:
        """Announce that Redis is back or was emptied.

        Raises:
            StoreUnavailable: Redis was lost again; the remaining callbacks have not been called.
        """
        for callback in self._on_restored:
            await callback()
