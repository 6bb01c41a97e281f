"""What a server process tells its probes, and the wait until nothing is the matter with it."""

from __future__ import annotations

import time
from typing import Final
from urllib.request import urlopen

import msgspec
from tests.cluster.process import Server

from paddock.api import Health

WELL_S: Final = 20.0


def health(server: Server) -> Health:
    """Ask whether players may be sent there; raises `HTTPError` when not."""
    with urlopen(f"{server.url}/readyz", timeout=WELL_S) as answer:
        return msgspec.json.decode(answer.read(), type=Health)


def until_well(server: Server) -> None:
    """Wait until nothing is the matter with it."""
    end = time.monotonic() + WELL_S
    while (found := health(server)).reasons or found.degraded:
        assert time.monotonic() < end, found
        time.sleep(0.05)
