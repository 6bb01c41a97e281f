"""Signal handling of servers and supervisors. Signals that administrators send by habit never kill a process.

The actions are passed in as functions.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

import structlog

log = structlog.get_logger("paddock.signals")

MEANINGLESS: Final = (signal.SIGUSR1, signal.SIGUSR2)
"""Signals that kill by default and have no meaning here."""


@contextmanager
def hearing(
    stop: Callable[[], None],
    *,
    interrupt: Callable[[], None] | None = None,
    hang_up: Callable[[], None] | None = None,
    hint: str = "",
) -> Iterator[None]:
    """Handle signals until the block ends; afterwards SIGHUP and the meaningless ones are ignored.

    Args:
        stop: called for SIGTERM, and for SIGHUP if the terminal was closed.
        interrupt: called for SIGINT; None for `stop`.
        hang_up: called for SIGHUP; None logs that it is refused.
        hint: what to do instead, for that log line.
    """
    loop = asyncio.get_running_loop()
    had_terminal = os.isatty(0)

    def hung_up() -> None:
        # SIGHUP means that the terminal was closed or that a reload is requested.
        if had_terminal and not os.isatty(0):
            stop()
        elif hang_up is not None:
            hang_up()
        else:
            _refuse(signal.SIGHUP, hint)

    heard = {signal.SIGTERM: stop, signal.SIGINT: interrupt or stop, signal.SIGHUP: hung_up}
    heard |= {number: partial(_refuse, number, "") for number in MEANINGLESS}
    for number, work in heard.items():
        loop.add_signal_handler(number, work)
    try:
        yield
    finally:
        for number in heard:
            loop.remove_signal_handler(number)
        for number in (signal.SIGHUP, *MEANINGLESS):
            signal.signal(number, signal.SIG_IGN)


def _refuse(number: signal.Signals, hint: str) -> None:
    log.warning("signal.refused", signal=number.name, **({"hint": hint} if hint else {}))
