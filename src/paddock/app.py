"""The whole server, built in start order and closed in reverse; everything that is not an argument comes from here."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Final

import structlog
from aiohttp import web
from msgspec.structs import replace

from paddock import api, garbage
from paddock.archive.contract import FILE_CONNECTIONS
from paddock.archive.opening import Closable, OpeningArchive
from paddock.backend import Backend, archive_place, open_backend
from paddock.backup import control
from paddock.config import Config
from paddock.desk import Desk
from paddock.domain.settings import TRACKS, Settings
from paddock.gateway.client_ip import client_ip_rule
from paddock.gateway.drain import Drain
from paddock.gateway.fanout import Fanout
from paddock.gateway.frames import Frames
from paddock.gateway.gateway import Gateway
from paddock.gateway.handlers import Handlers
from paddock.gateway.hosts import HostRule, own_names
from paddock.gateway.lobby_subscriptions import LobbySubscriptions
from paddock.gateway.membership_handlers import MembershipHandlers
from paddock.gateway.proxies import ProxyWarnings
from paddock.gateway.rate_limits import GatewayAllowances
from paddock.gateway.recovery import RoomRecovery
from paddock.gateway.request_admission import RequestAdmission
from paddock.gateway.sessions import TokenHasher
from paddock.gateway.view_loader import ViewLoader
from paddock.log_sampling import Once
from paddock.loop_watchdog import LoopWatchdog
from paddock.peers import Peers
from paddock.races.settings import load_book
from paddock.server_options import check_open_files, rate_limits, server_options
from paddock.server_status import ServerStatus
from paddock.service.clock import Clock
from paddock.service.cluster_view import ClusterView, join
from paddock.service.lobby import Lobby
from paddock.service.passwords import Passwords
from paddock.service.presence import Presence
from paddock.service.random_source import RandomSource
from paddock.service.recorder import Recorder
from paddock.service.rooms import Rooms
from paddock.service.scheduler import Scheduler
from paddock.service.tasks import Tasks
from paddock.service.work import Work, WorkKind, limits_for
from paddock.socketio import Server, Site, http_logger
from paddock.socketio.limits import SourceRule
from paddock.stores.contract import NodeAbout, StoreUnavailable
from paddock.supervisor.control_channel import ControlChannel
from paddock.supervisor.reservation import cannot_listen
from paddock.supervisor.signals import hearing
from paddock.version import VERSION

log = structlog.get_logger("paddock.app")

END_S: Final = 9.5
"""A node promises to be gone ten seconds after it was told to end; what was acknowledged is kept by then."""
HOST_HINT: Final = "if players open the server under this name, add it to allowed_hosts or set public_url"
ALONE_HINT: Final = "settings are read at the start: restart the server, or run workers, which SIGHUP replaces"
WORKER_HINT: Final = "send it to the supervisor, which replaces its workers one by one"
"""Instead of a SIGHUP."""
KEEP_ALIVE_S: Final = 75.0
"""How long a connection may be idle between two requests; longer than common proxies keep theirs open (60 s)."""


@asynccontextmanager
async def running(
    config: Config, clock: Clock | None = None, *, channel: ControlChannel | None = None
) -> AsyncIterator[ServerStatus]:
    """Build everything, answer until the block ends, then close everything in reverse.

    Args:
        config: the settings.
        clock: steady time, instead of the store's own; a `NodeClock` also tells the calendar.
        channel: control channel to the supervisor; None for a server that is no worker.

    Raises:
        OSError: the port is taken, or the data folder cannot be used.
        ValueError: the race settings are not valid.
        JournalTrouble: the journal cannot be used; its text is for the operator.
        SeparateArchives: others that share the Redis keep finished races elsewhere.
    """
    book = load_book(config.book)
    missing = [metres for metres in TRACKS if metres not in {track.metres for track in book.tracks}]
    if missing:
        raise ValueError(f"the race settings lack the tracks {missing}; rooms offer {list(TRACKS)} m")
    async with AsyncExitStack() as stack:
        backend = await open_backend(config, clock, channel.assignment.node if channel is not None else "")
        store, clock = backend.store, backend.clock
        stack.push_async_callback(store.close)
        place = archive_place(config)
        if backend.register is not None and not (config.database or config.in_memory or config.separate_archives):
            await join(backend.register, backend.node, NodeAbout(archive=place))
        random = RandomSource(book.stable)
        archive = OpeningArchive(partial(_open_archive, config, random, backend.calendar))
        stack.push_async_callback(archive.close)
        if config.database:
            await archive.open()  # a driver that is not installed is to be said now
        rooms = Rooms(store, store, clock, random, backend.node, most=config.max_rooms, steps=backend.steps)
        presence = Presence(rooms, backend.nodes)
        await presence.recover()

        proxies = ProxyWarnings(config.proxies)
        source = client_ip_rule(config.proxies, proxies.ignored)
        peers = build_peers(config, backend, source)
        hosts = host_rule(config)
        hasher = TokenHasher(backend.secret)
        options = server_options(config, hosts, source, partial(note_abuse, hasher), peers)
        server = Server(options)
        stack.push_async_callback(server.close)
        namespace = server.of("/")
        frames = Frames(namespace)
        lobby = Lobby(store)
        subscriptions = LobbySubscriptions(lobby)
        fanout = Fanout(namespace, frames, rooms, presence, subscriptions, clock)
        view_loader = ViewLoader(rooms, fanout)
        if backend.failover is not None:
            backend.failover.when_degraded(fanout.say_degraded)
            backend.failover.when_returned(presence.remind)
        await lobby.open(fanout.show_lobby)
        stack.callback(lobby.close)
        allowances = GatewayAllowances(rate_limits(config), backend.allowances, hasher.address)
        work = Work(limits_for(config.archive.pool if config.database else FILE_CONNECTIONS))
        stack.callback(work.close)
        membership = MembershipHandlers(
            rooms,
            presence,
            fanout,
            view_loader,
            hasher,
            allowances,
            Passwords(work[WorkKind.PASSWORD]),
            defaults=Settings(capacity=config.capacity, life_h=config.life_h),
            pace=config.pace,
        )
        namespace.recover_with(RoomRecovery(rooms, presence, fanout, hasher, frames, view_loader))
        Gateway(
            namespace,
            Handlers(rooms, membership, subscriptions, allowances, work[WorkKind.SEARCH]),
            fanout,
            allowances,
            hasher,
            clock,
        )

        tasks = Tasks()
        stack.push_async_callback(tasks.close)
        tasks.keep("scheduler", Scheduler(rooms, lambda: book, backend.tick_s).run)
        tasks.keep("presence", presence.run)
        tasks.keep("orphans", presence.adopt)
        tasks.keep("race_stream", fanout.race_stream.run)
        tasks.keep("lobby", lobby.run)
        recorder = Recorder(
            store,
            archive,
            rooms.calendar,
            random.jitter,
            fanout.say_delayed,
            late_s=config.archive.late_s,
            retention_days=config.archive.retention_days,
        )
        tasks.keep("recorder", recorder.run)
        tasks.keep("recorder watch", recorder.watch)
        tasks.keep("recorder prune", recorder.prune)
        cluster_view = ClusterView(backend.register, place)
        tasks.keep("cluster_view", cluster_view.run)

        application = web.Application(client_max_size=64 * 1024)
        watchdog = LoopWatchdog(config.loop_stall_warning_ms)
        itself = ServerStatus(
            store,
            rooms,
            server,
            cluster_view,
            recorder,
            peers,
            backend.failover,
            limited=allowances.limited,
            stalls=watchdog.stalls,
            work=work,
            archive=archive,
        )
        server.attach(application)
        admission = RequestAdmission(source, options, allowances, hasher, clock)
        desk = Desk(rooms, archive, lobby, hasher, admission, config.time_zone, work)
        metrics = api.Metrics(itself, channel.pool_metrics if channel is not None else None)
        strangers = UnknownHosts(server)
        pool = api.PoolHealth(channel.pool_metrics) if channel is not None else None
        check = api.host_check(hosts.allows, strangers.note, proxies.look)
        api.routes(application, itself, desk, metrics, hosts=check, pool=pool)
        if channel is not None:
            channel.metrics = metrics.text
        if peers is not None:
            await stack.enter_async_context(peers.open(server, application))
        if backend.copy is not None:
            await stack.enter_async_context(control.listening(config.data, backend.copy))
        drain = Drain(namespace, fanout, random.jitter, alone=backend.nodes is None)
        runner = await _listen(stack, application, server, config, channel, drain)
        itself.port = int(runner.addresses[0][1])
        if peers is not None:
            peers.accept_handoffs(runner)
        itself.state = "ready"
        watchdog.start()
        stack.callback(watchdog.close)
        check_open_files(config, server.options)
        stack.callback(itself.drain)
        await introduce(backend, peers, f"{config.host}:{itself.port}", place, channel)
        log.info("server.listening", host=config.host, port=itself.port, node=backend.node)
        if not config.database:
            tasks.keep("archive", archive.open)
        yield itself


async def serve(
    config: Config, *, ready: Callable[[int], None] | None = None, channel: ControlChannel | None = None
) -> None:
    """Run a server until SIGTERM or SIGINT; `ready` is called once with the port it listens on.

    A worker has a control `channel`: it reports to its supervisor that it is ready, and ends when the channel closes.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    tasks = Tasks()
    if channel is not None:
        tasks.start("control_channel", channel.run(stop.set))
    with hearing(stop.set, hint=WORKER_HINT if channel is not None else ALONE_HINT):
        try:
            async with running(config, channel=channel) as server:
                tasks.start("garbage", _spare_what_is_loaded(server))
                if ready is not None:
                    ready(server.port)
                if channel is not None:
                    channel.report_ready(server.port)
                await stop.wait()
                log.info("server.stopping")
                by_force = loop.call_later(END_S, _end_by_force)
            by_force.cancel()
        finally:
            await tasks.close()
        log.info("server.stopped")


async def _spare_what_is_loaded(server: ServerStatus) -> None:
    await server.loaded()
    garbage.spare_what_is_loaded()


def _end_by_force() -> None:
    log.error("server.ended_by_force", after_s=END_S)
    os._exit(1)


async def _open_archive(config: Config, random: RandomSource, clock: Clock) -> Closable:
    """Load what the archive needs, which takes as long as all other imports together, beside the loop; and open it."""

    def load() -> Callable[[], Awaitable[Closable]]:
        from paddock.records import open_archive

        return partial(open_archive, config, random.profile_id, random.transfer_code, clock)

    opens = await asyncio.to_thread(load)
    return await opens()


async def _listen(
    stack: AsyncExitStack,
    application: web.Application,
    server: Server,
    config: Config,
    channel: ControlChannel | None,
    drain: Drain,
) -> web.AppRunner:
    """Take connections until the stack closes: then take no more, send away those that are there, and end."""
    runner = web.AppRunner(
        application,
        access_log=None,
        logger=http_logger(),
        shutdown_timeout=2.0,
        handle_signals=False,
        keepalive_timeout=KEEP_ALIVE_S,
    )
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    stack.push_async_callback(drain.run)
    shared = channel is not None and channel.assignment.shared
    site = Site(
        runner,
        server,
        config.host,
        config.port,
        direct=True,
        reuse_port=shared or None,
        headers=api.ALL_HEADERS,
    )
    try:
        await site.start()
    except OSError as error:
        raise OSError(cannot_listen(config.host, config.port, error)) from error
    stack.push_async_callback(site.stop)
    return runner


async def introduce(
    backend: Backend, peers: Peers | None, listens: str, place: str, channel: ControlChannel | None
) -> None:
    """Tell the other nodes who this is, in addition to where it takes what they hand over."""
    if backend.register is None:
        return
    about = replace(
        peers.about if peers is not None else NodeAbout(),
        listens=listens,
        worker=channel.assignment.worker if channel is not None else 0,
        version=VERSION,
        since=time.time_ns() // 1_000_000,
        archive=place,
    )
    try:
        await backend.register.tell(about)
    except StoreUnavailable as error:
        log.warning("server.notify_failed", reason=str(error))  # told with the next beat


def build_peers(config: Config, backend: Backend, source: SourceRule) -> Peers | None:
    """Return the request forwarding of this server; None if the store is not shared."""
    if backend.register is None or backend.agreed is None:
        return None
    return Peers(backend.register, backend.agreed, config.peer_host, config.peer_port, source)


class UnknownHosts:
    """Counts the names that the server does not answer to, and says each once to the operator."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._once = Once()

    def note(self, host: str) -> None:
        """Note a request under a name that is not ours."""
        self._server.engine.count_refused("UNKNOWN_HOST")
        if self._once.first(host[:253].lower(), time.monotonic()):
            log.warning("http.unknown_host", host=host, hint=HOST_HINT)


def note_abuse(hasher: TokenHasher, source: str, reason: str) -> None:
    """Log that a client was closed for sending too much; `telemetry` sums up what there is much of."""
    log.warning("session.expelled", reason=reason, source=hasher.logged(source))


def host_rule(config: Config) -> HostRule:
    """Say which names the server answers to."""
    return HostRule((*own_names(config.host, socket.gethostname(), config.public_url), *config.allowed_hosts))


__all__ = ["running", "serve"]
