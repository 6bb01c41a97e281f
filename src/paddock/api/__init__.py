"""Everything over plain HTTP: the web client's pages, public race records, health, metrics.

It changes nothing: whatever changes a room comes through the gateway.
"""

from __future__ import annotations

from paddock.api.ports import ApiPorts, Health, State, Vitals
from paddock.api.routes import routes

__all__ = ["ApiPorts", "Health", "State", "Vitals", "routes"]
