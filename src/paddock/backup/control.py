"""The way from `paddock backup` to the server that runs on a data folder: a socket in it, for its owner alone.

A running server holds its journal for itself, so only it can copy it. One request is taken, a line of JSON: into which
folder beside the journal to copy it. The answer is lines that tell how far it is, and one that ends it.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

import msgspec
import structlog
from msgspec import Struct

from paddock.backup.parts import CONTROL, ROOMS
from paddock.backup.trouble import BackupTrouble
from paddock.stores.contract import StoreUnavailable

log = structlog.get_logger("paddock.backup")

Copied = Callable[[int, int], None]
"""Told how many pages are copied, and out of how many."""
Copy = Callable[[Path, Copied], Awaitable[None]]
"""Copies the journal to a new file while the server goes on; raises `StoreUnavailable`."""

LINE_BYTES: Final = 4096
PATH_BYTES: Final = 100
"""Longer addresses of such sockets are refused by some systems."""
SILENCE_S: Final = 30.0
"""A server that says nothing for so long is stuck."""
_FOLDER: Final = re.compile(r"backup-[a-z0-9]{8,32}")


class Request(Struct, frozen=True, forbid_unknown_fields=True):
    """Copy the journal into this folder of the data folder."""

    copy_to: str


class Word(Struct, frozen=True):
    """How far it is; or, with `ended`, that it is done, or why not."""

    pages: int = 0
    of: int = 0
    ended: bool = False
    why: str = ""


@asynccontextmanager
async def listening(data: Path, copy: Copy) -> AsyncIterator[None]:
    """Take requests in a data folder until the block ends; a folder that cannot hold a socket goes without."""
    control = _Control(data, copy)
    with _short(data) as folder:
        try:
            server = await asyncio.start_unix_server(control.answer, folder / CONTROL, limit=LINE_BYTES)
            (data / CONTROL).chmod(0o600)
        except (OSError, NotImplementedError) as error:
            log.warning("backup.no_control", reason=str(error))
            yield
            return
        try:
            yield
        finally:
            server.close()
            (data / CONTROL).unlink(missing_ok=True)


class _Control:
    """Answers one request at a time."""

    def __init__(self, data: Path, copy: Copy) -> None:
        self._data = data
        self._copy = copy
        self._busy = False

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request and close."""

        def say(word: Word) -> None:
            if writer.transport.get_write_buffer_size() < LINE_BYTES or word.ended:
                writer.write(msgspec.json.encode(word) + b"\n")

        try:
            async with asyncio.timeout(SILENCE_S):
                line = await reader.readline()
            doing = asyncio.create_task(self._carry_out(line, say))
            leaving = asyncio.create_task(_until_gone(reader))
            try:
                await asyncio.wait({doing, leaving}, return_when=asyncio.FIRST_COMPLETED)
                if not doing.done():
                    log.warning("backup.given_up")
                    return
                say(Word(ended=True, why=doing.result()))
            finally:
                doing.cancel()
                leaving.cancel()
                await asyncio.wait({doing, leaving})
            async with asyncio.timeout(SILENCE_S):
                await writer.drain()
        except (OSError, ValueError, TimeoutError) as error:
            log.warning("backup.control_lost", reason=str(error))
        finally:
            writer.close()

    async def _carry_out(self, line: bytes, say: Callable[[Word], None]) -> str:
        """Do what a line asks and give why it was not done; empty when it was."""
        try:
            asked = msgspec.json.decode(line, type=Request)
        except msgspec.MsgspecError:
            return "the server does not know this request; it is of another version"
        if _FOLDER.fullmatch(asked.copy_to) is None or not (self._data / asked.copy_to).is_dir():
            return "there is no such folder"
        if self._busy:
            return "another backup is under way"
        self._busy = True
        try:
            await self._copy(self._data / asked.copy_to / ROOMS, lambda pages, of: say(Word(pages, of)))
        except StoreUnavailable as error:
            log.warning("backup.failed", reason=str(error))
            return str(error)
        finally:
            self._busy = False
        log.info("backup.copied", folder=asked.copy_to)
        return ""


async def _until_gone(reader: asyncio.StreamReader) -> None:
    """Wait until whoever asked has left; what they say meanwhile is not listened to."""
    try:
        while await reader.read(LINE_BYTES):
            pass
    except ConnectionError:
        pass  # the same


def ask_server(data: Path, folder: str, copied: Copied) -> bool:
    """Let the server that runs on a data folder copy its journal; False when none runs.

    Raises:
        BackupTrouble: it does not do so.
    """
    with _short(data) as short, socket.socket(socket.AF_UNIX) as line:
        line.settimeout(SILENCE_S)
        try:
            line.connect(str(short / CONTROL))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        except OSError as error:
            raise BackupTrouble(f"The server on {data} cannot be asked: {error}.") from error
        try:
            line.sendall(msgspec.json.encode(Request(folder)) + b"\n")
            for word in _words(line):
                if word.ended and word.why:
                    raise BackupTrouble(f"The server on {data} did not make a copy: {word.why}.")
                if word.ended:
                    return True
                copied(word.pages, word.of)
        except OSError as error:
            raise BackupTrouble(f"The server on {data} stopped answering: {error}.") from error
    raise BackupTrouble(f"The server on {data} ended before the copy was done.")


def answers(data: Path) -> bool:
    """Say whether a server runs on a data folder."""
    with _short(data) as short, socket.socket(socket.AF_UNIX) as line:
        line.settimeout(SILENCE_S)
        try:
            line.connect(str(short / CONTROL))
        except OSError:
            return False
    return True


def _words(line: socket.socket) -> Iterator[Word]:
    with line.makefile("rb") as lines:
        while text := lines.readline(LINE_BYTES):
            try:
                yield msgspec.json.decode(text, type=Word)
            except msgspec.MsgspecError as error:
                raise BackupTrouble(
                    "The server answers in a way that is not understood; is it this version?"
                ) from error


@contextmanager
def _short(data: Path) -> Iterator[Path]:
    """Give a path to the folder that is short enough for the address of a socket."""
    if len(os.fsencode(data / CONTROL)) <= PATH_BYTES or not Path("/proc/self/fd").is_dir() or not data.is_dir():
        yield data
        return
    descriptor = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield Path(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)
