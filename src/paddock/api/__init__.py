"""Everything over plain HTTP: the web client's pages, the REST API for records and people, health, metrics.

It changes nothing that is live: whatever changes a room comes through the gateway.
"""

from __future__ import annotations

from paddock.api.headers import ALL_HEADERS
from paddock.api.hosts import host_check
from paddock.api.metrics import Metrics
from paddock.api.pool_health import PoolHealth
from paddock.api.ports import ApiPorts, FailoverStats, Forwarding, Health, RestPorts, State, Vitals
from paddock.api.routes import routes

__all__ = [
    "ALL_HEADERS",
    "ApiPorts",
    "FailoverStats",
    "Forwarding",
    "Health",
    "Metrics",
    "PoolHealth",
    "RestPorts",
    "State",
    "Vitals",
    "host_check",
    "routes",
]
