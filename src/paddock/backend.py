"""Where rooms live: the local store with its journal, or a Redis that several servers share; the settings choose."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, Protocol

from msgspec import Struct

from paddock.backup.control import Copy
from paddock.config import MEMORY, Config
from paddock.domain.clock_steps import calendar
from paddock.domain.events import ClockStepped
from paddock.domain.ids import Millis
from paddock.domain.room import ClockSteps
from paddock.files import secret as secret_file
from paddock.files.permissions import make_folder
from paddock.service.clock import Clock, NodeClock, Steps, no_steps
from paddock.service.rooms import filing
from paddock.service.scheduler import TICK_S
from paddock.stores.allowances import LocalAllowances
from paddock.stores.contract import (
    AllowanceStore,
    NodeRegister,
    NodeStore,
    RoomStore,
    SessionStore,
    StoreUnavailable,
)
from paddock.stores.failover.journal_adoption import adopt_journals, journal_of
from paddock.stores.failover.seat_registry import FailoverSeatRegistry
from paddock.stores.failover.secret import SharedSecret
from paddock.stores.failover.store import FailoverStore
from paddock.stores.local import LocalStore
from paddock.stores.redis.store import RedisStore

ONLY_NODE: Final = "local"
"""The node of a store of one process: the same after a restart, so that no seat seems to have moved."""


FAILOVER_FOLDER: Final = "failover"
"""The folder of the journals of rooms that are isolated while Redis is unavailable."""
BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
"""What tells machines apart where there is Linux: containers have host names of their own."""
SHARED_TICK_S: Final = 0.1
"""Looking asks every bucket of the Redis, and each node does, so it is done half as often as at home."""


class Store(RoomStore, SessionStore, Protocol):
    """A store of rooms and sessions that can be closed and tells what troubles it."""

    @property
    def trouble(self) -> str | None:
        """Why nothing can be kept at the moment; None while all is well."""

    def close(self) -> Awaitable[None]:
        """Let go of it."""


class Backend(Struct, frozen=True):
    """A store that is open, with what goes with it; `nodes` is None when no other server can share it."""

    store: Store
    clock: Clock
    node: str
    nodes: NodeStore | None
    allowances: AllowanceStore
    secret: bytes
    """Under which network addresses are hashed; all servers that share a store share it."""
    tick_s: float = TICK_S
    """How often due rooms are looked for."""
    register: NodeRegister | None = None
    """The nodes that share the store; None when no other server can."""
    agreed: Callable[[], bytes] | None = None
    """Gives the secret of all these nodes as it is agreed on now, which `secret` was at the start."""
    copy: Copy | None = None
    """Copies the journal that this server holds for itself; None when it has none, or shares its rooms."""
    failover: FailoverStore | None = None
    """The same store, when it shares a Redis that it can do without."""
    steps: Steps = no_steps
    """How far the calendar is ahead of `clock`."""

    def calendar(self) -> Millis:
        """Give the present moment by the calendar."""
        return calendar(self.clock(), self.steps())


async def open_backend(config: Config, clock: Clock | None, node: str = "") -> Backend:
    """Open the store that the settings name; `clock` replaces the store's time, `node` the name made up here.

    Raises:
        JournalTrouble: the journal cannot be used.
        OSError: the data folder cannot be used.
        ValueError: the address of the Redis cannot be read, or the secret is too short.
        StoreUnavailable: the Redis cannot be reached, and must be.
    """
    secret = load_secret(config)
    if not config.redis:
        local = LocalStore(journal_path(config), full_sync=config.journal_fsync)
        await local.open()
        copy = None if config.in_memory else local.copy
        own = clock or NodeClock()
        steps = no_steps
        if isinstance(own, NodeClock):
            steps = own.steps
            own.resume(*await last_known(local))
        return Backend(local, own, ONLY_NODE, None, LocalAllowances(), secret, copy=copy, steps=steps)
    return await _shared_backend(config, clock, node or node_name(str(os.getpid())), secret)


async def last_known(store: RoomStore) -> tuple[ClockSteps, Millis]:
    """Give the latest steps of the clock that any room has taken, and the latest moment of steady time it knows of."""
    steps, latest = ClockSteps(), Millis(0)
    for code in await store.rooms():
        stored = await store.load(code)
        if stored is None:
            continue
        room = stored.room
        steps = max(steps, room.steps, key=lambda one: one.count)
        for entry in await store.since(code, stored.version - 1) or ():
            taken = sum(event.by_ms for event in entry.events if isinstance(event, ClockStepped))
            latest = max(latest, Millis(entry.at - room.steps.ms + taken))
    return steps, latest


async def _shared_backend(config: Config, clock: Clock | None, node: str, secret: bytes) -> Backend:
    shared = RedisStore(config.redis, node, prefix=config.redis_prefix)
    now = clock or shared.clock
    # A room's place is the microsecond of its making, as in Redis, so that it keeps it when it goes there.
    journal = failover_journal(config, node)
    local = LocalStore(journal, full_sync=config.journal_fsync, places=lambda: now() * 1000)
    store = FailoverStore(shared, local, node, filing, now, journal)
    await local.open()
    if not config.in_memory:
        await adopt_journals(
            config.data / FAILOVER_FOLDER, journal_of(config.data / FAILOVER_FOLDER, node), local, filing
        )
    await store.open()
    if store.degraded and config.require_redis:
        reason = shared.trouble
        await store.close()
        raise StoreUnavailable(
            f"{reason}, and this server was told not to start without it: start Redis, or leave require_redis out"
        )
    agreed = SharedSecret(secret, shared, None if config.in_memory else config.data / "secret")
    store.when_returned(agreed.agree)
    if not store.degraded:
        await agreed.agree()
    held, allowances = FailoverSeatRegistry(shared, store), shared.allowances
    return Backend(
        store,
        now,
        node,
        held,
        allowances,
        agreed.value,
        SHARED_TICK_S,
        register=shared.nodes,
        agreed=lambda: agreed.value,
        failover=store,
        steps=shared.clock.steps if clock is None else no_steps,
    )


def node_name(which: str) -> str:
    """Make up the name of a server among all of them; `which` tells it from others on this machine."""
    return f"{os.uname().nodename}-{which}-{secrets.token_hex(3)}"


def journal_path(config: Config) -> Path | None:
    """Give the journal's place in the data folder, made if need be; None when nothing is kept on disk."""
    if config.data == MEMORY:
        return None
    make_folder(config.data)
    return config.data / "rooms.sqlite3"


def failover_journal(config: Config, node: str) -> Path | None:
    """Return the path of the journal for rooms that a node isolates; each process has its own."""
    if config.data == MEMORY:
        return None
    folder = config.data / FAILOVER_FOLDER
    make_folder(folder)
    return journal_of(folder, node)


def archive_place(config: Config) -> str:
    """Name the place of finished races: the same for servers that keep them in the same one.

    A file is known by its machine and folder, so workers and containers that share the folder share the name. Which
    PostgreSQL it is cannot be told from its address, which may be written in many ways: all have one name.
    """
    if config.database:
        return "postgresql"
    if config.in_memory:
        return secrets.token_hex(8)
    folder = config.data.stat()
    return hashlib.sha256(f"{_machine()} {folder.st_dev} {folder.st_ino}".encode()).hexdigest()[:16]


def _machine() -> str:
    try:
        return BOOT.read_text()
    except OSError:
        return os.uname().nodename


def load_secret(config: Config) -> bytes:
    """Read the server's secret from the data folder, or make it at the first start; it never leaves the machine.

    Raises:
        WeakSecret: it is too short.
        OSError: it cannot be read or made.
    """
    if config.in_memory:
        return secrets.token_bytes(secret_file.LEAST_BYTES)
    make_folder(config.data)
    return secret_file.load(config.data / "secret")
