"""Keeps a crew of workers at work: starts them, replaces who dies or freezes, changes them one by one, ends them all.

It holds no room and no player, imports nothing of the server, and never touches a connection: whatever happens to it,
the workers decide for themselves (without it they end).
"""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Coroutine, Sequence
from typing import Final

import structlog
from msgspec import Struct

from paddock.supervisor.child_processes import ChildProcesses
from paddock.supervisor.control_messages import Assignment, PoolMetrics, WorkerMetrics
from paddock.supervisor.worker import Worker, WorkerState

log = structlog.get_logger("paddock.supervisor")

TICK_S: Final = 0.5
METRICS_S: Final = 1.0
CANNOT: Final = 2
"""The exit code of a worker that could not start and has said why."""


class WorkerTimeouts(Struct, frozen=True):
    """Timeouts and restart policy of workers.

    Attributes:
        start_s: time from the start of a worker until it accepts players.
        heartbeat_s: time without a heartbeat; equal to the lease of a node, after which the other nodes expire it too.
        stop_s: time from SIGTERM until SIGKILL. A node stops within ten seconds, and Redis stops after the workers.
        min_uptime_s: a worker that exits sooner counts as crashed.
        first_backoff_s: delay before a crashed worker is restarted; doubles with each crash in a row.
        max_backoff_s: upper limit of that delay.
        max_crashes: crashes in a row after which the supervisor gives up, if no other worker is ready.
    """

    start_s: float = 60.0
    heartbeat_s: float = 5.0
    stop_s: float = 8.5
    min_uptime_s: float = 10.0
    first_backoff_s: float = 0.5
    max_backoff_s: float = 30.0
    max_crashes: int = 5


class PoolFailed(Exception):  # noqa: N818 - a decision, not a fault
    """There is no point in trying further; the text is a sentence for the operator."""


class WorkerSlot:
    """One place in the crew, whoever fills it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.worker: Worker | None = None
        self.restarts = 0
        self.crashes = 0

    @property
    def ready(self) -> bool:
        """Whether whoever fills it takes players."""
        return self.worker is not None and self.worker.ready


class Supervisor:
    """A crew of workers.

    Args:
        children: starts processes.
        command: starts a worker; `--control-fd` and a descriptor are added.
        assign: gives the assignment of whoever fills a place next.
        size: how many there are.
        timeouts: how long things may take.
    """

    def __init__(
        self,
        children: ChildProcesses,
        command: Sequence[str],
        assign: Callable[[int], Assignment],
        size: int,
        timeouts: WorkerTimeouts | None = None,
    ) -> None:
        self.slots = [WorkerSlot(number) for number in range(1, size + 1)]
        self._children = children
        self._command = command
        self._assign = assign
        self._timeouts = timeouts or WorkerTimeouts()
        self._ending = asyncio.Event()
        self._opened = False
        self._why: str | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._attending: set[Worker] = set()
        self._rolling: asyncio.Task[None] | None = None
        self._collection: asyncio.Task[tuple[WorkerMetrics, ...]] | None = None

    async def open(self) -> bool:
        """Start everybody and wait until all take players; False when it was told to end meanwhile.

        Raises:
            PoolFailed: a worker says that it cannot start, or they die again and again.
        """
        self._spawn(self._watch())
        for slot in self.slots:
            self._spawn(self._keep(slot))
        everybody, over = asyncio.create_task(self._all_ready()), asyncio.create_task(self._ending.wait())
        await asyncio.wait((everybody, over), return_when=asyncio.FIRST_COMPLETED)
        everybody.cancel()
        over.cancel()
        self._opened = not self._ending.is_set()
        self._check()
        return self._opened

    async def run(self) -> None:
        """Keep everybody at work until it is told to end (`stop`).

        Raises:
            PoolFailed: workers die again and again and nobody is left at work.
        """
        await self._ending.wait()
        self._check()

    def stop(self) -> None:
        """Begin to end."""
        if not self._ending.is_set():
            self._ending.set()
            log.info("supervisor.stopping")

    def interrupt(self) -> None:
        """Begin to end; whoever is asked again has lost timeouts and ends everybody at once."""
        if self._ending.is_set():
            for worker in self._attending:
                worker.child.send(signal.SIGKILL)
        self.stop()

    def roll(self) -> None:
        """Replace the workers one by one, each by one that takes players already."""
        if self._opened and not self._ending.is_set() and not self.rolling:
            self._rolling = self._spawn(self._roll())

    @property
    def rolling(self) -> bool:
        """Whether the workers are being replaced."""
        return self._rolling is not None and not self._rolling.done()

    async def close(self) -> None:
        """Ask everybody to hand over and end, and wait for it."""
        self._ending.set()
        if self._rolling is not None:
            self._rolling.cancel()
        leaving = list(self._attending)
        for worker in leaving:
            worker.end()
        await asyncio.gather(*(worker.child.wait_or_kill(self._timeouts.stop_s) for worker in leaving))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        log.info("supervisor.stopped")

    def start_worker(self, slot: WorkerSlot) -> Worker:
        """Start a worker for a place."""
        ours, theirs = socket.socketpair()
        with theirs:
            assignment = self._assign(slot.number)
            command = (*self._command, "--control-fd", str(theirs.fileno()))
            child = self._children.start(f"worker {slot.number}", command, keep=(theirs.fileno(),))
        worker = Worker(assignment, child, self._requested)
        self._attending.add(worker)
        self._spawn(self._attend(worker, ours))
        log.info("worker.started", worker=slot.number, pid=child.pid, node=assignment.node)
        return worker

    async def _attend(self, worker: Worker, connection: socket.socket) -> None:
        try:
            await worker.attend(connection)
        finally:
            self._attending.discard(worker)

    async def _keep(self, slot: WorkerSlot) -> None:
        """Fill a place for as long as there is work."""
        while not self._ending.is_set():
            worker = slot.worker = slot.worker or self.start_worker(slot)
            await worker.child.exited.wait()
            if slot.worker is not worker or self._ending.is_set():
                continue  # replaced on purpose
            slot.worker = None
            self._judge(slot, worker)
            pause = self._pause(slot)
            log.error("worker.died", worker=slot.number, code=worker.child.exit_code, again_in_s=pause)
            slot.restarts += 1
            await asyncio.sleep(pause)

    def _judge(self, slot: WorkerSlot, worker: Worker) -> None:
        """Count short lives, and see when it is enough."""
        lived = asyncio.get_running_loop().time() - worker.born
        was_ready = worker.state is WorkerState.READY
        slot.crashes = 0 if was_ready and lived >= self._timeouts.min_uptime_s else slot.crashes + 1
        if not self._opened and worker.child.exit_code == CANNOT:
            self._fail(f"worker {slot.number} cannot start (its reason stands above)")
        elif slot.crashes >= self._timeouts.max_crashes and not (self._opened and self._anybody()):
            self._fail(
                f"worker {slot.number} died {slot.crashes} times at once"
                f" (the last time with code {worker.child.exit_code}) and nobody else is at work"
            )

    def _pause(self, slot: WorkerSlot) -> float:
        if slot.crashes == 0:
            return 0.0
        grown = self._timeouts.first_backoff_s * 2 ** (slot.crashes - 1)
        return float(min(grown, self._timeouts.max_backoff_s))

    def _anybody(self) -> bool:
        return any(slot.ready for slot in self.slots)

    async def _all_ready(self) -> None:
        for slot in self.slots:
            while not slot.ready:
                if slot.worker is not None:
                    await slot.worker.settled.wait()
                if not slot.ready:
                    await asyncio.sleep(TICK_S)

    async def _watch(self) -> None:
        """End by force who is silent for too long or does not come to be ready."""
        loop = asyncio.get_running_loop()
        looked = loop.time()
        while True:
            await asyncio.sleep(TICK_S)
            now = loop.time()
            passed, looked = min(now - looked, 2 * TICK_S), now
            self._children.poll()
            for worker in list(self._attending):
                worker.silent_s += passed
                starting = worker.state is WorkerState.STARTING
                if (
                    now - worker.born > self._timeouts.start_s
                    if starting
                    else worker.silent_s > self._timeouts.heartbeat_s
                ):
                    log.error("worker.frozen", worker=worker.number, pid=worker.child.pid, starting=starting)
                    worker.child.send(signal.SIGKILL)

    async def _roll(self) -> None:
        log.info("supervisor.rolling")
        for slot in self.slots:
            before = slot.worker
            if before is None or before.state is not WorkerState.READY:
                continue  # a new one is on its way anyhow
            fresh = self.start_worker(slot)
            await fresh.settled.wait()
            if not fresh.ready:
                log.error("supervisor.roll_given_up", worker=slot.number, code=fresh.child.exit_code)
                return
            slot.worker = fresh
            before.end()
            await before.child.wait_or_kill(self._timeouts.stop_s)
            log.info("worker.replaced", worker=slot.number, pid=fresh.child.pid)
        log.info("supervisor.rolled")

    def _requested(self, worker: Worker, number: int) -> None:
        self._spawn(self._reply(worker, number))

    async def _reply(self, worker: Worker, number: int) -> None:
        if self._collection is None or self._collection.done():
            self._collection = asyncio.create_task(self._collect_metrics())
        worker.send(PoolMetrics(number, await asyncio.shield(self._collection)))

    async def _collect_metrics(self) -> tuple[WorkerMetrics, ...]:
        return tuple(await asyncio.gather(*(self._metrics_of(slot) for slot in self.slots)))

    async def _metrics_of(self, slot: WorkerSlot) -> WorkerMetrics:
        worker = slot.worker
        if worker is None or not worker.ready:
            return WorkerMetrics(slot.number, up=False, restarts=slot.restarts)
        text = await worker.metrics(METRICS_S)
        return WorkerMetrics(slot.number, up=True, restarts=slot.restarts, text=text)

    def _fail(self, why: str) -> None:
        self._why = self._why or why
        self._ending.set()

    def _check(self) -> None:
        if self._why is not None:
            raise PoolFailed(self._why)

    def _spawn(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("supervisor.fault", exc_info=task.exception())
