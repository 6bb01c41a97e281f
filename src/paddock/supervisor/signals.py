"""What signals mean to a server and to a supervisor; none of those that administrators send by habit kills one.

Knows nothing of either: what is to be done comes in as functions.
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
"""By default they kill; they mean nothing here."""


@contextmanager
def hearing(
    stop: Callable[[], None],
    *,
    interrupt: Callable[[], None] | None = None,
    hang_up: Callable[[], None] | None = None,
    hint: str = "",
) -> Iterator[None]:
    """Let signals reach a process until the block ends; from then on SIGHUP and the meaningless ones are ignored.

    Args:
        stop: for SIGTERM, and for SIGHUP when it says that the terminal was closed.
        interrupt: for SIGINT; `stop` when None.
        hang_up: for SIGHUP; None refuses it with a line in the log.
        hint: what to do instead.
    """
    loop = asyncio.get_running_loop()
    had_terminal = os.isatty(0)

    def hung_up() -> None:
        # A terminal that was closed says the same as somebody who wants a reload.
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
