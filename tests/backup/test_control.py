"""The socket in the data folder: a copy for whoever may open it, a sentence for everything else, no trace after it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
import pytest
from tests.backup.data import filled

from paddock.backup import control
from paddock.backup.control import Copied, Word
from paddock.backup.parts import CONTROL, ROOMS
from paddock.backup.trouble import BackupTrouble
from paddock.stores.contract import StoreUnavailable
from paddock.stores.local import LocalStore

FOLDER = "backup-0123456789abcdef"


def silent(_pages: int, _of: int) -> None:
    """Show no progress."""


@pytest.fixture
async def data(tmp_path: Path) -> AsyncIterator[Path]:
    """A data folder with a server on it, as far as the socket goes."""
    folder = await filled(tmp_path / "data")
    (folder / FOLDER).mkdir()
    store = LocalStore(folder / ROOMS)
    await store.open()
    async with control.listening(folder, store.copy):
        yield folder
    await store.close()
    assert not (folder / CONTROL).exists()


async def asks(data: Path, line: bytes) -> Word:
    """Say something to the socket and give the last word."""
    reader, writer = await asyncio.open_unix_connection(data / CONTROL)
    writer.write(line)
    writer.write_eof()
    words = (await reader.read()).splitlines()
    writer.close()
    return msgspec.json.decode(words[-1], type=Word)


async def test_a_copy_is_made_for_the_owner_alone(data: Path) -> None:
    assert (data / CONTROL).stat().st_mode & 0o077 == 0
    told: list[tuple[int, int]] = []
    assert await asyncio.to_thread(control.ask_server, data, FOLDER, lambda pages, of: told.append((pages, of)))
    assert (data / FOLDER / ROOMS).stat().st_size > 0
    assert told and all(pages <= of for pages, of in told)
    assert await asyncio.to_thread(control.answers, data)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"\n", "does not know this request"),
        (b"hello\n", "does not know this request"),
        (b'{"copy_to":"' + FOLDER.encode() + b'","as":"root"}\n', "does not know this request"),
        (b"", "does not know this request"),
        (b'{"copy_to":"/etc"}\n', "no such folder"),
        (b'{"copy_to":"backup-../../../../tmp"}\n', "no such folder"),
        (b'{"copy_to":"backup-00000000"}\n', "no such folder"),
        (b'{"copy_to":"."}\n', "no such folder"),
    ],
)
async def test_whatever_else_is_asked_is_refused_with_a_sentence(data: Path, line: bytes, why: str) -> None:
    word = await asks(data, line)
    assert word.ended
    assert why in word.why
    assert await asyncio.to_thread(control.ask_server, data, FOLDER, silent), "and the next one is served"


async def test_a_line_without_end_is_not_listened_to_for_ever(data: Path) -> None:
    reader, writer = await asyncio.open_unix_connection(data / CONTROL)
    writer.write(b"x" * 100_000)
    with pytest.raises(ConnectionError):
        await writer.drain()
        if await asyncio.wait_for(reader.read(), 60) == b"":
            raise ConnectionResetError
    writer.close()
    assert await asyncio.to_thread(control.ask_server, data, FOLDER, silent)


async def test_two_at_once_are_one_and_a_refusal(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def copy(path: Path, told: Copied) -> None:
        begun.set()
        await go_on.wait()

    async with control.listening(tmp_path, copy):
        first = asyncio.create_task(asyncio.to_thread(control.ask_server, tmp_path, FOLDER, silent))
        await begun.wait()
        with pytest.raises(BackupTrouble, match="another backup is under way"):
            await asyncio.to_thread(control.ask_server, tmp_path, FOLDER, silent)
        go_on.set()
        assert await first


async def test_a_copy_ends_when_whoever_asked_for_it_has_left(tmp_path: Path) -> None:
    """It went on to its end for nobody, and whoever asked next was told that another backup is under way."""
    (tmp_path / FOLDER).mkdir()
    begun, ended = asyncio.Event(), asyncio.Event()

    async def copy(path: Path, told: Copied) -> None:
        if begun.is_set():
            return
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with control.listening(tmp_path, copy):
        _, writer = await asyncio.open_unix_connection(tmp_path / CONTROL)
        writer.write(b'{"copy_to":"' + FOLDER.encode() + b'"}\n')
        await begun.wait()
        writer.close()
        await asyncio.wait_for(ended.wait(), 60)
        assert await asyncio.to_thread(control.ask_server, tmp_path, FOLDER, silent)


async def test_what_the_store_cannot_do_is_said(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()

    async def copy(path: Path, told: Copied) -> None:
        raise StoreUnavailable("the disk is full")

    async with control.listening(tmp_path, copy):
        with pytest.raises(BackupTrouble, match="the disk is full"):
            await asyncio.to_thread(control.ask_server, tmp_path, FOLDER, silent)


def stale(folder: Path) -> None:
    """Leave a socket as a killed server does."""
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(folder / CONTROL))


@pytest.mark.parametrize("before", [lambda folder: None, stale], ids=["none", "killed"])
async def test_where_no_server_runs_nobody_answers_and_the_next_one_does(
    tmp_path: Path, before: Callable[[Path], None]
) -> None:
    before(tmp_path)
    assert not control.ask_server(tmp_path, FOLDER, silent)
    assert not control.answers(tmp_path)

    async def copy(path: Path, told: Copied) -> None:
        """Copy nothing."""

    (tmp_path / FOLDER).mkdir()
    async with control.listening(tmp_path, copy):
        assert await asyncio.to_thread(control.ask_server, tmp_path, FOLDER, silent)


async def test_a_folder_with_a_long_name_has_a_socket_too(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 90) / ("e" * 90)
    (deep / FOLDER).mkdir(parents=True)
    copied = asyncio.Event()

    async def copy(path: Path, told: Copied) -> None:
        copied.set()

    async with control.listening(deep, copy):
        assert await asyncio.to_thread(control.ask_server, deep, FOLDER, silent)
    assert copied.is_set()
