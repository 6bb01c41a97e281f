"""One visit: fresh servers of one kind and a fresh Redis, from their start to their end; never compares or averages."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.realtime import meter
from bench.realtime.visit import Figures

from .candidate import Kind, Together
from .guests import Guests


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How many of what.

    Attributes:
        nodes: servers.
        rooms: rooms over all of them.
        members: guests per room.
        spread: servers that a room's guests sit at, by turns.
        redis: whether there is one; without, rooms live in the one server.
        deliveries: that are measured, after a quarter of them to warm up.
        at_once: rooms that talk at the same time, however many there are.
        calm: messages that are timed while nothing else goes on.
    """

    nodes: int
    rooms: int
    members: int
    spread: int
    redis: bool = True
    deliveries: int = 24_000
    at_once: int = 10
    calm: int = 0

    @property
    def name(self) -> str:
        """What it is called in the results."""
        without = "" if self.redis else ", no Redis"
        return f"{self.nodes} nodes, {self.rooms} rooms of {self.members} at {self.spread}{without}"

    def seats(self, ports: Sequence[int]) -> list[list[int]]:
        """Give the port of each guest of each room; rooms are dealt out over the servers."""
        places = [[(room + step) % self.nodes for step in range(self.spread)] for room in range(self.rooms)]
        return [[ports[own[guest % self.spread]] for guest in range(self.members)] for own in places]


PAUSE_S = 0.004
"""Between two messages that are timed while nothing else goes on."""


def visit(kind: Kind, setting: Setting) -> Figures:
    """Measure one kind of server in one setting.

    Returns:
        `servers_us` is CPU time of all servers per delivery, `redis_us` that of Redis, `node_us` that of the busiest
        server over its own share; `entering_us` CPU of all servers per guest who came; `calm_p50_ms` and `calm_p99_ms`
        from a command to everybody's seeing it.

    Raises:
        BadAnswer: a message was lost, repeated, reordered or changed.
    """
    with Together(kind, setting.nodes, redis=setting.redis) as together:
        guests = Guests(kind.tongue())
        try:
            before = _cpu(together)
            guests.come(setting.seats(together.ports))
            entering = (sum(_cpu(together)) - sum(before)) / 1000 / (setting.rooms * setting.members)
            figures = {"entering_us": entering}
            if setting.deliveries:
                figures |= _busy(together, guests, setting)
            if setting.calm:
                figures |= _calm(guests, setting)
            return figures
        finally:
            guests.leave()


def _busy(together: Together, guests: Guests, setting: Setting) -> Figures:
    messages = -(-setting.deliveries // setting.members)
    guests.talk(-(-messages // 4), setting.at_once)
    before, redis, began = _cpu(together), _redis(together), time.perf_counter()
    took = guests.talk(messages, setting.at_once)
    seconds = time.perf_counter() - began
    used = [after - start for after, start in zip(_cpu(together), before, strict=True)]
    deliveries = messages * setting.members
    return {
        "servers_us": sum(used) / 1000 / deliveries,
        "redis_us": (_redis(together) - redis) / 1000 / deliveries,
        "per_second": deliveries / seconds,
        "busy_p50_ms": _percentile(took, 0.5),
        "busy_p99_ms": _percentile(took, 0.99),
    }


def _calm(guests: Guests, setting: Setting) -> Figures:
    guests.talk(setting.calm // 4, 1, PAUSE_S)
    took = guests.talk(setting.calm, 1, PAUSE_S)
    return {"calm_p50_ms": _percentile(took, 0.5), "calm_p99_ms": _percentile(took, 0.99)}


def _cpu(together: Together) -> list[int]:
    """Return the CPU time of each server, after all it has to do for what its guests have got."""
    for node in together.nodes:
        node.count()
    return [meter.cpu_ns(node.pid) for node in together.nodes]


def _redis(together: Together) -> int:
    return meter.cpu_ns(together.redis.pid) if together.redis is not None else 0


def _percentile(seconds: list[float], share: float) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000
