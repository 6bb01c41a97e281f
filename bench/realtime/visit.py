"""One visit: a fresh server of one kind is measured with one number of sockets, from its first connection to its last.

Never compares and never averages.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.waiting import until_sync

from . import meter, wire
from .candidate import Candidate, Running
from .crowd import Crowd

Figures = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """How much of everything is measured in one visit; each is rounded up to whole rounds over all sockets.

    Attributes:
        deliveries: broadcast deliveries that are measured.
        events: acknowledged events that are measured.
        warm_deliveries: deliveries before those, not measured: code is loaded and compiled by then.
        warm_events: events before those, not measured.
        warm_connections: connections a server has seen before connecting is measured "warm".
        connections: connections that are then measured.
    """

    deliveries: int = 100_000
    events: int = 10_000
    warm_deliveries: int = 20_000
    warm_events: int = 5_000
    warm_connections: int = 5_000
    connections: int = 500


BATCH = 20
"""Broadcasts under way at once; each leaves the server in its own turn of the event loop."""

BATCH_DELIVERIES = 20_000
"""Deliveries under way at once, with many sockets."""

TOGETHER = 500
"""Connections at once while a server is only warmed up."""


def visit(candidate: Candidate, sockets: int, amounts: Amounts) -> Figures:
    """Measure one candidate with so many sockets.

    Returns:
        Times are CPU time of the server's process in us (`..._us`), memory is bytes per socket; the others are told
        where they are measured.

    Raises:
        BadAnswer: a message was lost, repeated, reordered or changed.
    """
    with Running(candidate) as server:
        crowd = Crowd(server.port)
        return {
            **_arrivals(server, crowd, sockets),
            **_deliveries(server, crowd, sockets, amounts),
            **_events(server, crowd, sockets, amounts),
            **_returns(server, crowd, sockets, amounts),
        }


def _arrivals(server: Running, crowd: Crowd, sockets: int) -> Figures:
    """Let everybody connect to the fresh server, and see what they weigh: collected, and as garbage was left."""
    empty = _settled(server)
    cost = _cost(server, lambda: crowd.connect(sockets))
    used = meter.memory(server.pid)
    full = _settled(server)
    return {
        "connect_cold_us": cost / sockets,
        "memory_rss": (full["rss"] - empty["rss"]) / sockets,
        "memory_pss": (full["pss"] - empty["pss"]) / sockets,
        "memory_uncollected_rss": (used["rss"] - empty["rss"]) / sockets,
        "process_rss": full["rss"],
    }


def _deliveries(server: Running, crowd: Crowd, sockets: int, amounts: Amounts) -> Figures:
    """Broadcast; see too how often the server wrote, its share of kernel time, its pace, how busy the client was."""
    first = _hear(server, crowd, sockets, 0, amounts.warm_deliveries)
    writes, ticks = meter.writes(server.pid), meter.split_ticks(server.pid)
    began, client = time.perf_counter(), time.process_time()
    cost = _cost(server, lambda: _hear(server, crowd, sockets, first, amounts.deliveries))
    seconds = time.perf_counter() - began
    deliveries = _rounds(amounts.deliveries, sockets) * sockets
    return {
        "broadcast_us": cost / deliveries,
        "broadcast_writes": (meter.writes(server.pid) - writes) / deliveries,
        "broadcast_system_share": _system_share(ticks, meter.split_ticks(server.pid)),
        "broadcast_per_second": deliveries / seconds,
        "client_share": (time.process_time() - client) / seconds,
    }


def _events(server: Running, crowd: Crowd, sockets: int, amounts: Amounts) -> Figures:
    """Let clients send events and wait for their acknowledgements."""
    _ask(crowd, sockets, amounts.warm_events)
    cost = _cost(server, lambda: _ask(crowd, sockets, amounts.events))
    askers = min(sockets, amounts.events)
    return {"event_us": cost / (amounts.events // askers * askers)}


def _returns(server: Running, crowd: Crowd, sockets: int, amounts: Amounts) -> Figures:
    """Let everybody leave and come again, once the server has seen enough connections to be warm."""
    _leave(server, crowd)
    seen = sockets
    while seen < amounts.warm_connections:
        crowd.connect(TOGETHER)
        _leave(server, crowd)
        seen += TOGETHER
    times = -(-amounts.connections // sockets)
    cost = 0.0
    for _ in range(times):
        cost += _cost(server, lambda: crowd.connect(sockets))
        _leave(server, crowd)
    return {"connect_warm_us": cost / (times * sockets)}


def _cost(server: Running, work: Callable[[], object]) -> float:
    """Return the CPU time, in us, that the server spends on what the client does in `work`."""
    before = meter.cpu_ns(server.pid)
    work()
    # Answered in a later turn of the server's loop: what belongs to the work has been done by then.
    server.count()
    return (meter.cpu_ns(server.pid) - before) / 1000


def _rounds(wanted: int, sockets: int) -> int:
    """Return how many broadcasts make so many deliveries."""
    batch = max(1, min(BATCH, BATCH_DELIVERIES // sockets))
    return -(-wanted // (sockets * batch)) * batch


def _hear(server: Running, crowd: Crowd, sockets: int, first: int, wanted: int) -> int:
    """Let the server send its broadcasts in batches and see each arrive everywhere; return the next number."""
    batch = max(1, min(BATCH, BATCH_DELIVERIES // sockets))
    end = first + _rounds(wanted, sockets)
    for number in range(first, end, batch):
        server.broadcast(number, batch)
        crowd.hear(b"".join(map(wire.news, range(number, number + batch))))
    return end


def _ask(crowd: Crowd, sockets: int, wanted: int) -> None:
    """Let every connection (or as many as are wanted) send its share of the events."""
    askers = min(sockets, wanted)
    crowd.ask(range(wanted // askers), askers)


def _leave(server: Running, crowd: Crowd) -> None:
    """Close all connections and see the server forget them."""
    crowd.leave()
    until_sync(lambda: server.count() == 0, "the server has forgotten its clients", every_s=0.05)


def _settled(server: Running) -> dict[str, int]:
    """Return the memory of the server once garbage is collected and the figure stands still."""
    server.collect()
    last: list[int] = []

    def still() -> bool:
        last.append(meter.memory(server.pid)["rss"])
        return len(last) >= 5 and max(last[-5:]) - min(last[-5:]) < 64 * 1024

    until_sync(still, "the server's memory stands still", every_s=0.05)
    return meter.memory(server.pid)


def _system_share(before: tuple[int, int], after: tuple[int, int]) -> float:
    user, system = after[0] - before[0], after[1] - before[1]
    return system / max(1, user + system)
