"""What a server tells its pages, probes and metrics about itself; it changes nothing but whether it is ready."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

from msgspec.structs import asdict

from paddock import api
from paddock.archive.opening import OpeningArchive
from paddock.backend import Store
from paddock.loop_watchdog import Stalls
from paddock.peers import Peers
from paddock.service.cluster_view import ClusterView
from paddock.service.recorder import Recorder
from paddock.service.rooms import Rooms
from paddock.service.work import Work
from paddock.socketio import Server
from paddock.stores.contract import StoreUnavailable
from paddock.stores.failover.store import FailoverStore


class ServerStatus:
    """A server as its pages and probes see it; `port` is where it listens."""

    def __init__(
        self,
        store: Store,
        rooms: Rooms,
        server: Server,
        cluster_view: ClusterView,
        recorder: Recorder,
        peers: Peers | None = None,
        failover: FailoverStore | None = None,
        *,
        limited: Mapping[str, int],
        stalls: Stalls,
        work: Work,
        archive: OpeningArchive,
    ) -> None:
        """Show a server; `limited` counts what was over a limit."""
        self.port = 0
        self.loaded = archive.opened
        """Waits until everything has been loaded."""
        self.state: api.State = "starting"
        self._archive = archive
        self._counted = 0
        self._store = store
        self._rooms = rooms
        self._server = server
        self._cluster_view = cluster_view
        self._recorder = recorder
        self._peers = peers
        self._failover = failover
        self._limited = limited
        self._stalls = stalls
        self._work = work

    async def health(self) -> api.Health:
        """Tell how the server is."""
        return api.Health(
            self.state,
            await self._count(),
            self._server.stats().sockets,
            degraded=self._store.trouble is not None or (self._failover is not None and self._failover.degraded),
            nodes=self._cluster_view.count,
            saving_delayed=self._recorder.state.delayed,
            reasons=tuple(self._reasons()),
        )

    async def _count(self) -> int:
        """Count the rooms; when the store does not answer, and that is not known yet, it is the newest count."""
        with suppress(StoreUnavailable):
            self._counted = await self._rooms.count()
        return self._counted

    def _reasons(self) -> Iterator[str]:
        if self._failover is not None and (reason := self._failover.reason) is not None:
            yield reason
        if self._store.trouble is not None:
            yield "journal_failing"
        if (trouble := self._archive.trouble) is not None:
            yield f"database_{trouble}"

    async def vitals(self) -> api.Vitals:
        """Give all figures."""
        rooms = await self._count()
        forwarding = api.Forwarding(**asdict(self._peers.stats)) if self._peers is not None else api.Forwarding()
        away = self._failover
        stats = api.FailoverStats()
        if away is not None:
            stats = api.FailoverStats(away.degraded, away.isolated_count, away.reconciliations)
        return api.Vitals(
            self.state,
            rooms,
            self._store.trouble is not None,
            self._server.stats(),
            forwarding,
            stats,
            self._cluster_view.count,
            self._recorder.state,
            dict(self._limited),
            self._work.figures,
            self._stalls.count,
            self._stalls.seconds,
        )

    def drain(self) -> None:
        """Say from now on that no new players should be sent here."""
        self.state = "draining"
