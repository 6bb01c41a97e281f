"""`/metrics` for Prometheus: what the server counted, read off at the moment it is asked.

Labels are fixed words (a transport, a reason of the code): never a name, an address, a room or a token. Nothing is
counted here, and nothing runs between two requests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Final

from aiohttp import hdrs, web
from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from paddock.api.pool_metrics import PoolCollector
from paddock.api.ports import ApiPorts, Forwarding, Vitals
from paddock.service.recorder import RecorderStats
from paddock.service.work_schedule import WorkFigures
from paddock.socketio import Counters, Histogram
from paddock.supervisor.control_messages import WorkerMetrics

OPEN_METRICS: Final = "application/openmetrics-text"
SHARED_S: Final = 0.5
"""How old the figures of several workers may be."""
STATES: Final = ("starting", "ready", "draining")


class Metrics:
    """Answers for Prometheus and whatever else reads its text format.

    Any of several workers answers for all of them: `pool_metrics` asks them; None when there are no others.
    """

    def __init__(
        self, ports: ApiPorts, pool_metrics: Callable[[], Awaitable[Sequence[WorkerMetrics]]] | None = None
    ) -> None:
        self._ports = ports
        self._pool_metrics = pool_metrics
        self._asked: asyncio.Future[Sequence[WorkerMetrics]] | None = None
        self._asked_until = 0.0
        self._process = CollectorRegistry()
        ProcessCollector(registry=self._process)
        GCCollector(registry=self._process)

    async def show(self, request: web.Request) -> web.Response:
        """Answer with all figures."""
        registry = await self._registry()
        # The library fails on versions that are none, so it gets to see our own words only.
        encode, kind = choose_encoder(OPEN_METRICS if OPEN_METRICS in request.headers.get(hdrs.ACCEPT, "") else "")
        headers = {hdrs.CONTENT_TYPE: kind, hdrs.CACHE_CONTROL: "no-store"}
        return web.Response(body=encode(registry), headers=headers)

    async def _registry(self) -> CollectorRegistry:
        workers: Sequence[WorkerMetrics] = ()
        if self._pool_metrics is not None:
            # Asking all workers and reading what they say costs milliseconds each: those who ask soon after share it.
            now = asyncio.get_running_loop().time()
            if self._asked is None or now >= self._asked_until:
                self._asked = asyncio.ensure_future(self._pool_metrics())
                self._asked_until = now + SHARED_S
            workers = await asyncio.shield(self._asked)
        if not workers:
            # Alone, or the supervisor says nothing: half a page is better than none.
            return await self._own()
        registry = CollectorRegistry()
        registry.register(PoolCollector(workers))
        return registry

    async def text(self) -> str:
        """Give the figures of this process alone, as a supervisor collects them."""
        return generate_latest(await self._own()).decode()

    async def _own(self) -> CollectorRegistry:
        registry = CollectorRegistry()
        registry.register(self._process)
        registry.register(Snapshot(await self._ports.vitals()))
        return registry


class Snapshot(Collector):
    """The figures of one moment as metric families."""

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals

    def collect(self) -> Iterator[Metric]:
        """Give every family."""
        yield from _house(self._vitals)
        yield _limited(self._vitals.limited)
        yield CounterMetricFamily("paddock_loop_stalls", "How often the event loop stood still.", self._vitals.stalls)
        yield CounterMetricFamily(
            "paddock_loop_stalled_seconds", "Seconds that the event loop stood still.", self._vitals.stalled_s
        )
        yield from _moment(self._vitals.realtime)
        yield from _since_start(self._vitals.realtime)
        yield from _forwarding(self._vitals.forwarding)
        yield from _recording(self._vitals.recording)
        yield from _work(self._vitals.work)
        yield from _spread(self._vitals.realtime)


def _house(vitals: Vitals) -> Iterator[Metric]:
    state = GaugeMetricFamily("paddock_state", "1 for the state the server is in.", labels=["state"])
    for name in STATES:
        state.add_metric([name], name == vitals.state)
    yield state
    yield GaugeMetricFamily("paddock_rooms", "Open rooms.", vitals.rooms)
    yield GaugeMetricFamily("paddock_nodes", "Servers that share the store, as this one sees them.", vitals.nodes)
    yield GaugeMetricFamily("paddock_store_unavailable", "1 while nothing can be kept.", vitals.store_unavailable)
    failover = vitals.failover
    yield GaugeMetricFamily("paddock_degraded", "1 while this server goes on without its Redis.", failover.degraded)
    yield GaugeMetricFamily("paddock_isolated_rooms", "Rooms that only this server has.", failover.isolated_rooms)
    yield _by("ancestry", "paddock_room_reconciliations", "Rooms written back to Redis.", failover.reconciliations)


def _limited(limited: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily("paddock_rate_limited", "Refused because an allowance was used up.", labels=["limit"])
    for kind, number in limited.items():
        family.add_metric([kind], number)
    return family


def _moment(now: Counters) -> Iterator[Metric]:
    sessions = GaugeMetricFamily("paddock_sessions", "Connections of the moment.", labels=["transport"])
    sessions.add_metric(["polling"], now.polling)
    sessions.add_metric(["websocket"], now.websocket)
    yield sessions
    yield GaugeMetricFamily("paddock_sockets", "Connected Socket.IO sockets of the moment.", now.sockets)
    yield GaugeMetricFamily("paddock_send_buffer_most_bytes", "Most bytes ever queued for one client.", now.high_water)


def _since_start(now: Counters) -> Iterator[Metric]:
    yield CounterMetricFamily("paddock_sessions_opened", "Connections that were opened.", now.opened)
    yield _by("reason", "paddock_sessions_closed", "Connections that ended.", now.closed)
    yield _by("reason", "paddock_refused", "Connections, handshakes and connects that were refused.", now.refused)
    yield _by("reason", "paddock_violations", "Connections closed for what the client sent.", now.violations)
    yield CounterMetricFamily("paddock_upgrades", "Connections that moved to WebSocket.", now.upgrades)
    yield CounterMetricFamily(
        "paddock_recoveries_tried", "Clients that came back for their state.", now.recoveries_tried
    )
    yield CounterMetricFamily("paddock_recoveries", "Clients whose state was recovered.", now.recoveries)
    yield _by("reason", "paddock_recoveries_refused", "Clients that had to start afresh.", now.recoveries_refused)
    packets = {"in": now.packets_in, "out": now.packets_out}
    yield _by("direction", "paddock_packets", "Messages from and to clients.", packets)
    sizes = {"in": now.bytes_in, "out": now.bytes_out}
    yield _by("direction", "paddock_bytes", "Bytes of these messages.", sizes)
    yield CounterMetricFamily("paddock_volatile_dropped", "Messages dropped for slow clients.", now.volatile_dropped)
    yield CounterMetricFamily("paddock_read_pauses", "Times a client that sent too much was not read.", now.pauses)
    yield CounterMetricFamily("paddock_late_acks", "Acknowledgements that came too late.", now.late_acks)
    yield CounterMetricFamily("paddock_handler_faults", "Handlers that failed.", now.faults)


def _forwarding(now: Forwarding) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "paddock_websocket_tunnels_open", "Open WebSocket tunnels to other servers.", now.open_tunnels
    )
    yield CounterMetricFamily(
        "paddock_websocket_tunnels", "WebSockets forwarded to other servers through a tunnel.", now.websocket_tunnels
    )
    yield CounterMetricFamily(
        "paddock_websocket_handoffs", "WebSockets passed to servers on the same machine.", now.websocket_handoffs
    )
    yield CounterMetricFamily(
        "paddock_forwarded_requests", "HTTP requests forwarded to other servers.", now.forwarded_requests
    )
    yield CounterMetricFamily("paddock_peer_connections_accepted", "Accepted peer connections.", now.accepted)
    yield _by("reason", "paddock_peer_connections_rejected", "Rejected peer connections.", now.rejected)
    yield _by("reason", "paddock_forwarding_failures", "Requests that could not be forwarded.", now.failures)


def _recording(now: RecorderStats) -> Iterator[Metric]:
    yield GaugeMetricFamily("paddock_unrecorded", "Finished races that wait for the archive.", now.backlog)
    yield GaugeMetricFamily("paddock_unrecorded_oldest_seconds", "How long the oldest of them waits.", now.oldest_s)
    yield CounterMetricFamily("paddock_recorded", "Races this server handed to the archive.", now.recorded)
    yield CounterMetricFamily("paddock_record_refused", "Races the database would not take.", now.refused)
    yield GaugeMetricFamily("paddock_quarantined", "Races set aside in all; -1: nobody can tell.", now.quarantined)
    away = GaugeMetricFamily("paddock_archive_away", "1 while races cannot be recorded, by error.", labels=["error"])
    if now.away is not None:
        away.add_metric([now.away], 1)
    yield away


def _work(kinds: Mapping[str, WorkFigures]) -> Iterator[Metric]:
    running = GaugeMetricFamily("paddock_work_running", "Expensive jobs under way.", labels=["kind"])
    waiting = GaugeMetricFamily("paddock_work_waiting", "Expensive jobs that wait for their turn.", labels=["kind"])
    begun = CounterMetricFamily("paddock_work_begun", "Expensive jobs that were begun.", labels=["kind"])
    dropped = CounterMetricFamily(
        "paddock_work_dropped", "Expensive jobs that were never begun, by reason.", labels=["kind", "reason"]
    )
    for kind, figures in kinds.items():
        running.add_metric([kind], figures.running)
        waiting.add_metric([kind], figures.waiting)
        begun.add_metric([kind], figures.begun)
        dropped.add_metric([kind, "client_left"], figures.gone)
        dropped.add_metric([kind, "gave_up"], figures.withdrawn)
        for scope, number in figures.refused.items():
            dropped.add_metric([kind, f"{scope}_limit"], number)
    yield from (running, waiting, begun, dropped)


def _spread(now: Counters) -> Iterator[Metric]:
    yield _histogram("paddock_event_seconds", "From an event's arrival to the end of its handler.", now.handling)
    yield _histogram("paddock_round_trip_seconds", "From a call to a client to its answer.", now.round_trips)
    yield _histogram("paddock_loop_lag_seconds", "How late the event loop was.", now.lags)
    yield _histogram("paddock_send_buffer_bytes", "Most bytes queued for a client, over its connection.", now.backlogs)
    yield _histogram("paddock_broadcast_sockets", "Sockets that a broadcast went to.", now.broadcasts)


def _by(label: str, name: str, text: str, table: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(name, text, labels=[label])
    for value, number in table.items():
        # Reasons are phrases or names of constants in the code; label values are snake_case.
        family.add_metric([value.lower().replace(" ", "_")], number)
    return family


def _histogram(name: str, text: str, histogram: Histogram) -> Metric:
    buckets = []
    below = 0
    for bound, number in zip((*map(str, histogram.bounds), "+Inf"), histogram.counts, strict=True):
        below += number
        buckets.append((bound, float(below)))
    return HistogramMetricFamily(name, text, buckets, histogram.total)
