"""The server of `make dev`: `paddock` with the arguments given, which ends with whoever started it.

The standard input is a pipe from there, which closes with the process at its other end, however that ends.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from paddock.cli import main


def end_with_input() -> None:
    """Ask this process to end once nobody holds the other end of its standard input."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, daemon=True).start()
    main()
