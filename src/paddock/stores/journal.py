"""The journal: one thread that writes batches of rows to an SQLite file; the event loop never waits for the disk.

Group commit: while a batch is being written, the next one gathers; the thread takes it whole. The loop is woken once
per batch. A batch that fails takes everything with it that was handed in before the loop has heard of it, since that
may build on it. What rows mean is none of its business.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Final, TypeVar

import structlog

from paddock.files.permissions import make_file
from paddock.stores import tables
from paddock.stores.contract import StoreUnavailable
from paddock.stores.journal_file import open_file
from paddock.stores.rows import Batch, Rows

log = structlog.get_logger("paddock.stores.journal")

T = TypeVar("T")
Done = Callable[[StoreUnavailable | None], None]
"""Called on the event loop when a change is kept (None) or lost; in the order of the changes; must not raise."""
Column = str | bytes | int | float | None
QUEUE_BYTES: Final = 32 * 1024 * 1024
"""What may wait for the disk, in bytes; beyond it changes are refused, so a stalled disk cannot eat the memory."""
COPIED_AT_ONCE: Final = 256
"""Pages of a copy between two looks at what is waiting: 1 MB, a few milliseconds."""
DONE_AT_ONCE: Final = 32
"""Changes reported in one turn of the loop: each may deliver to hundreds of sockets, and a batch can hold thousands."""


class _Gathering:
    """What is handed in while the batch before is being written."""

    __slots__ = ("batch", "done", "weight")

    def __init__(self) -> None:
        self.batch = Batch()
        self.done: list[Done] = []
        self.weight = 0


class _Ask:
    """A question for the thread, with the future that waits for the answer."""

    __slots__ = ("answer", "parameters", "statement")

    def __init__(self, statement: str, parameters: tuple[Column, ...]) -> None:
        self.statement = statement
        self.parameters = parameters
        self.answer: asyncio.Future[list[tuple[Column, ...]]] = asyncio.get_running_loop().create_future()


class _Copy:
    """An order to copy the file while it is written to; `told` hears how many pages are copied, and out of how many."""

    __slots__ = ("copied", "given_up", "path", "told")

    def __init__(self, path: Path, told: Callable[[int, int], None]) -> None:
        self.path = path
        self.told = told
        self.given_up = False
        """Nobody waits for it any more: it ends with the step that is under way."""
        self.copied: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class _Bell:
    """Something has been handed in."""


class _Stop:
    """Write what is there, and end."""


class _Ending(Exception):  # noqa: N818 - an answer, not an error
    """The journal is being closed."""


class _GivenUp(Exception):  # noqa: N818 - an answer, not an error
    """Nobody waits for a copy any more."""


class Journal:
    """An SQLite file with one writer thread; used from one event loop."""

    def __init__(self, path: Path, *, full_sync: bool = False, queue_bytes: int = QUEUE_BYTES) -> None:
        self._path = path
        self._full_sync = full_sync
        self._queue_bytes = queue_bytes
        self._lock = Lock()
        self._gathering = _Gathering()
        self._halted = False
        self._work: SimpleQueue[_Bell | _Stop | _Ask | _Copy] = SimpleQueue()
        self._waiting = 0
        self._settled: deque[Done] = deque()
        self._settling = False
        self._trouble: str | None = None
        self._open = False

    @property
    def trouble(self) -> str | None:
        """Why the newest batch could not be written, or None while writing works."""
        return self._trouble

    async def open(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """Open the file, give what `read` makes of it (in another thread), and start to write.

        Raises:
            JournalTrouble: the file cannot be used; the text is a sentence for the operator.
        """
        self._loop = asyncio.get_running_loop()
        self._connection = await asyncio.to_thread(open_file, self._path, full_sync=self._full_sync)
        try:
            found = await asyncio.to_thread(read, self._connection)
        except BaseException:
            self._connection.close()
            raise
        self._open = True
        self._thread = Thread(target=self._run, name="paddock-journal", daemon=True)
        self._thread.start()
        return found

    async def close(self) -> None:
        """Write what has been handed in, report it, and close the file; closing twice does nothing."""
        if not self._open:
            return
        self._open = False
        self._work.put(_Stop())
        await asyncio.to_thread(self._thread.join)
        # The thread's reports came through the loop before the end of the join did; slices may be left over.
        self._settle_all()

    def write(self, rows: Rows, done: Done) -> None:
        """Hand in one change; `done` is called once it is kept or lost, never before this has returned.

        Raises:
            StoreUnavailable: the journal is closed, or too much is waiting for the disk.
        """
        if not self._open:
            raise StoreUnavailable("the journal is closed")
        weight = rows.weight()
        if self._waiting + weight > self._queue_bytes:
            raise StoreUnavailable("the disk does not keep up: too much is waiting for it")
        self._waiting += weight
        with self._lock:
            gathering = self._gathering
            gathering.batch.add(rows)
            gathering.done.append(done)
            gathering.weight += weight
            first = len(gathering.done) == 1
        if first:
            self._work.put(_Bell())

    async def ask(self, statement: str, *parameters: Column) -> list[tuple[Column, ...]]:
        """Read rows in the writer thread; what has been reported as kept is seen.

        Raises:
            StoreUnavailable: the journal is closed or the file cannot be read.
        """
        if not self._open:
            raise StoreUnavailable("the journal is closed")
        ask = _Ask(statement, parameters)
        self._work.put(ask)
        return await ask.answer

    async def copy(self, path: Path, told: Callable[[int, int], None]) -> None:
        """Copy the file as it is at the end of the copying to a new one, while it goes on being written.

        Everything that was reported as kept before this was called is in it.

        A caller that is cancelled waits for the end of the step that is under way, some milliseconds.

        Raises:
            StoreUnavailable: the journal is closed, or one of the files cannot be read or written.
        """
        if not self._open:
            raise StoreUnavailable("the journal is closed")
        copy = _Copy(path, told)
        self._work.put(copy)
        try:
            await asyncio.shield(copy.copied)
        except asyncio.CancelledError:
            copy.given_up = True
            await asyncio.wait({copy.copied})
            raise

    def _run(self) -> None:
        while True:
            work = self._work.get()
            match work:
                case _Bell():
                    self._write()
                case _Ask():
                    self._answer(work)
                case _Copy():
                    self._copy(work)
                case _Stop():
                    self._write()
                    self._end()
                    return

    def _write(self) -> None:
        with self._lock:
            if self._halted or not self._gathering.done:
                return
            taken, self._gathering = self._gathering, _Gathering()
        error: Exception | None = None
        try:
            self._connection.execute(tables.WRITE, taken.batch.columns())
        except Exception as caught:  # whatever it is, the changes are lost and their makers must hear of it
            error = caught
            with self._lock:
                self._halted = True
        self._tell(partial(self._written, taken, error))

    def _answer(self, ask: _Ask) -> None:
        try:
            rows = self._connection.execute(ask.statement, ask.parameters).fetchall()
        except sqlite3.Error as error:
            self._tell(partial(_fail, ask.answer, StoreUnavailable(str(error))))
        else:
            self._tell(partial(_give, ask.answer, rows))

    def _copy(self, copy: _Copy) -> None:
        # SQLite leads a copy on by whatever the copied connection writes meanwhile, so writing between two steps is
        # safe, and nobody waits longer than a step.
        try:
            make_file(copy.path)
            target = sqlite3.connect(copy.path)
            try:
                between = partial(self._between, copy)
                self._connection.backup(target, pages=COPIED_AT_ONCE, progress=between)
            finally:
                target.close()
        except _GivenUp:
            self._tell(partial(_give, copy.copied, None))
        except _Ending:
            self._tell(partial(_fail, copy.copied, StoreUnavailable("the server is ending")))
        except (sqlite3.Error, OSError) as error:
            self._tell(partial(_fail, copy.copied, StoreUnavailable(f"the journal cannot be copied: {error}")))
        else:
            self._tell(partial(_give, copy.copied, None))

    def _between(self, copy: _Copy, status: int, left: int, pages: int) -> None:
        if copy.given_up:
            raise _GivenUp
        self._tell(partial(copy.told, pages - left, pages))
        while True:
            try:
                work = self._work.get_nowait()
            except Empty:
                return
            match work:
                case _Bell():
                    self._write()
                case _Ask():
                    self._answer(work)
                case _Copy():
                    self._tell(partial(_fail, work.copied, StoreUnavailable("it is being copied already")))
                case _Stop():
                    self._work.put(work)
                    raise _Ending

    def _tell(self, report: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(report)
        except RuntimeError:  # the loop was closed without closing the journal: nobody is left to hear it
            log.warning("store.journal_unheard", journal=str(self._path))

    def _end(self) -> None:
        try:
            self._connection.close()
        except sqlite3.Error as error:
            log.warning("store.journal_close_failed", journal=str(self._path), error=str(error))

    def _written(self, taken: _Gathering, error: Exception | None) -> None:
        self._waiting -= taken.weight
        if error is None:
            if self._trouble is not None:
                self._trouble = None
                log.info("store.journal_writes_again", journal=str(self._path))
            self._settled.extend(taken.done)
            if not self._settling:
                self._settle()
            return
        if self._trouble is None:
            log.error("store.journal_failing", journal=str(self._path), error=str(error), lost=len(taken.done))
        self._trouble = str(error)
        # What was kept before comes first; then nothing may come between the losses, or a change could be made upon
        # one.
        self._settle_all()
        with self._lock:
            since, self._gathering = self._gathering, _Gathering()
            self._halted = False
        self._waiting -= since.weight
        for done in (*taken.done, *since.done):
            unavailable = StoreUnavailable(f"the journal cannot be written: {error}")
            unavailable.__cause__ = error
            done(unavailable)

    def _settle(self) -> None:
        for _ in range(min(DONE_AT_ONCE, len(self._settled))):
            self._settled.popleft()(None)
        self._settling = bool(self._settled)
        if self._settling:
            self._loop.call_soon(self._settle)

    def _settle_all(self) -> None:
        while self._settled:
            self._settled.popleft()(None)


def _give(answer: asyncio.Future[T], found: T) -> None:
    if not answer.done():
        answer.set_result(found)


def _fail(answer: asyncio.Future[T], error: StoreUnavailable) -> None:
    if not answer.done():
        answer.set_exception(error)
