"""What a server process tells its probes, and the wait until nothing is the matter with it."""

from __future__ import annotations

from typing import Final
from urllib.request import urlopen

import msgspec
from tests.cluster.process import Server
from tests.waiting import until_sync

from paddock.api import Health

ANSWER_S: Final = 20.0


def health(server: Server) -> Health:
    """Ask whether players may be sent there; raises `HTTPError` when not."""
    with urlopen(f"{server.url}/readyz", timeout=ANSWER_S) as answer:
        return msgspec.json.decode(answer.read(), type=Health)


def is_well(server: Server) -> bool:
    """Say whether nothing is the matter with it."""
    found = health(server)
    return not found.reasons and not found.degraded


def until_well(server: Server) -> None:
    """Wait until nothing is the matter with it."""
    until_sync(lambda: is_well(server), "a server with nothing the matter")
