"""Everything over plain HTTP: the web client's pages, public race records, health.

It changes nothing: whatever changes a room comes through the gateway.
"""

from __future__ import annotations

from paddock.api.ports import ApiPorts, Health
from paddock.api.routes import routes

__all__ = ["ApiPorts", "Health", "routes"]
