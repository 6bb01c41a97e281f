"""The supervisor: starts workers, replaces those that exit or hang, restarts them one by one, and stops them.

It holds no room and no player, imports nothing of the server, and touches no client connection. If it ends, the workers
end too.
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
"""Exit code of a worker that cannot start and has logged the reason."""


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
    """Workers do not start or keep crashing; the text is a sentence for the operator."""


class WorkerSlot:
    """A numbered place in the pool and the worker that currently fills it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.worker: Worker | None = None
        self.restarts = 0
        self.crashes = 0

    @property
    def ready(self) -> bool:
        """Whether its worker accepts players."""
        return self.worker is not None and self.worker.ready


class Supervisor:
    """Runs a pool of workers.

    Args:
        children: starts the processes.
        command: command of a worker; `--control-fd` and a file descriptor are appended.
        assign: returns the assignment for a new worker of a slot.
        size: number of workers.
        timeouts: timeouts and restart policy.
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
        self._running: set[Worker] = set()
        self._rolling: asyncio.Task[None] | None = None
        self._collection: asyncio.Task[tuple[WorkerMetrics, ...]] | None = None

    async def open(self) -> bool:
        """Start all workers and wait until they are ready; return False if stopped meanwhile.

        Raises:
            PoolFailed: if a worker cannot start, or workers keep crashing.
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
        """Run until `stop` is called.

        Raises:
            PoolFailed: if workers keep crashing and none is ready.
        """
        await self._ending.wait()
        self._check()

    def stop(self) -> None:
        """Begin the shutdown."""
        if not self._ending.is_set():
            self._ending.set()
            log.info("supervisor.stopping")

    def interrupt(self) -> None:
        """Begin the shutdown; kill all workers if it has begun already."""
        if self._ending.is_set():
            for worker in self._running:
                worker.child.send(signal.SIGKILL)
        self.stop()

    def roll(self) -> None:
        """Replace the workers one by one; each stops when its replacement is ready."""
        if self._opened and not self._ending.is_set() and not self.rolling:
            self._rolling = self._spawn(self._roll())

    @property
    def rolling(self) -> bool:
        """Whether a rolling restart is in progress."""
        return self._rolling is not None and not self._rolling.done()

    async def close(self) -> None:
        """Stop all workers and wait until they have exited."""
        self._ending.set()
        if self._rolling is not None:
            self._rolling.cancel()
        leaving = list(self._running)
        for worker in leaving:
            worker.end()
        await asyncio.gather(*(worker.child.wait_or_kill(self._timeouts.stop_s) for worker in leaving))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        log.info("supervisor.stopped")

    def start_worker(self, slot: WorkerSlot) -> Worker:
        """Start a worker for a slot."""
        ours, theirs = socket.socketpair()
        with theirs:
            assignment = self._assign(slot.number)
            command = (*self._command, "--control-fd", str(theirs.fileno()))
            child = self._children.start(f"worker {slot.number}", command, keep=(theirs.fileno(),))
        worker = Worker(assignment, child, self._requested)
        self._running.add(worker)
        self._spawn(self._serve(worker, ours))
        log.info("worker.started", worker=slot.number, pid=child.pid, node=assignment.node)
        return worker

    async def _serve(self, worker: Worker, connection: socket.socket) -> None:
        try:
            await worker.serve(connection)
        finally:
            self._running.discard(worker)

    async def _keep(self, slot: WorkerSlot) -> None:
        """Restart the worker of a slot until the shutdown."""
        while not self._ending.is_set():
            worker = slot.worker = slot.worker or self.start_worker(slot)
            await worker.child.exited.wait()
            if slot.worker is not worker or self._ending.is_set():
                continue  # replaced by a rolling restart
            slot.worker = None
            self._count_crash(slot, worker)
            pause = self._pause(slot)
            log.error("worker.died", worker=slot.number, exit_code=worker.child.exit_code, restart_in_s=pause)
            slot.restarts += 1
            await asyncio.sleep(pause)

    def _count_crash(self, slot: WorkerSlot, worker: Worker) -> None:
        """Count crashes in a row, and give up after too many."""
        lived = asyncio.get_running_loop().time() - worker.started_at
        was_ready = worker.state is WorkerState.READY
        slot.crashes = 0 if was_ready and lived >= self._timeouts.min_uptime_s else slot.crashes + 1
        if not self._opened and worker.child.exit_code == CANNOT:
            self._fail(f"worker {slot.number} cannot start (its reason stands above)")
        elif slot.crashes >= self._timeouts.max_crashes and not (self._opened and self._any_ready()):
            self._fail(
                f"worker {slot.number} crashed {slot.crashes} times in a row"
                f" (the last time with code {worker.child.exit_code}) and no other worker is ready"
            )

    def _pause(self, slot: WorkerSlot) -> float:
        if slot.crashes == 0:
            return 0.0
        grown = self._timeouts.first_backoff_s * 2 ** (slot.crashes - 1)
        return float(min(grown, self._timeouts.max_backoff_s))

    def _any_ready(self) -> bool:
        return any(slot.ready for slot in self.slots)

    async def _all_ready(self) -> None:
        for slot in self.slots:
            while not slot.ready:
                if slot.worker is not None:
                    await slot.worker.settled.wait()
                if not slot.ready:
                    await asyncio.sleep(TICK_S)

    async def _watch(self) -> None:
        """Kill workers whose heartbeat or start has timed out."""
        loop = asyncio.get_running_loop()
        looked = loop.time()
        while True:
            await asyncio.sleep(TICK_S)
            now = loop.time()
            passed, looked = min(now - looked, 2 * TICK_S), now
            self._children.poll()
            for worker in list(self._running):
                worker.silent_s += passed
                starting = worker.state is WorkerState.STARTING
                if (
                    now - worker.started_at > self._timeouts.start_s
                    if starting
                    else worker.silent_s > self._timeouts.heartbeat_s
                ):
                    log.error("worker.unresponsive", worker=worker.number, pid=worker.child.pid, starting=starting)
                    worker.child.send(signal.SIGKILL)

    async def _roll(self) -> None:
        log.info("supervisor.rolling_restart_started")
        for slot in self.slots:
            before = slot.worker
            if before is None or before.state is not WorkerState.READY:
                continue  # is being replaced already
            fresh = self.start_worker(slot)
            await fresh.settled.wait()
            if not fresh.ready:
                log.error("supervisor.rolling_restart_failed", worker=slot.number, exit_code=fresh.child.exit_code)
                return
            slot.worker = fresh
            before.end()
            await before.child.wait_or_kill(self._timeouts.stop_s)
            log.info("worker.replaced", worker=slot.number, pid=fresh.child.pid)
        log.info("supervisor.rolling_restart_done")

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
            log.error("supervisor.task_failed", exc_info=task.exception())
