"""Taking a backup apart, which may be anybody's: only known parts, each as its manifest says, and no more than allowed.

The tar is read a block at a time. Neither of the forms that let a tar hold more than names, sizes and bodies (extended
records, links, sparse files) is accepted, so nothing in it decides what is written where, or how much is remembered.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from paddock.backup.bundle import CHUNK, FORMAT, MANIFEST, MANIFEST_BYTES, Manifest, Part, Progress
from paddock.backup.parts import PARTS
from paddock.backup.trouble import BackupTrouble

RATIO: Final = 100
"""Databases of rooms and races become a fourth to a twentieth of their size."""
SMALL_BYTES: Final = 64 << 20
"""A backup may always become this large: a new journal is mostly empty."""
MOST_BYTES: Final = 16 << 30
SPARE_BYTES: Final = 64 << 20
"""Left free on the disk."""
_TRAILER_BYTES: Final = 1 << 20
"""Zeros after the last part; a tar has up to 10 KB of them."""


class _Source(Protocol):
    def read(self, size: int, /) -> bytes:
        """Read up to so many bytes; fewer only at the end."""


class Archive:
    """An opened backup whose manifest was read; its parts come next."""

    def __init__(self, path: Path, stream: _Source) -> None:
        """Read the manifest.

        Raises:
            BackupTrouble: there is none, or it was made by a newer version.
        """
        self.path = path
        self._stream = stream
        first = self._next()
        if first is None or first.name != MANIFEST or first.size > MANIFEST_BYTES:
            raise BackupTrouble(f"{path} is no backup of Paddock: it does not begin with a manifest.")
        self.manifest = _manifest(path, b"".join(self._body(first.size)))
        self.size = sum(part.bytes for part in self.manifest.parts)

    def unpack(self, folder: Path, progress: Progress) -> None:
        """Write the parts into a folder, and hold each to what the manifest says.

        Raises:
            BackupTrouble: something is missing, too much, or other than the manifest says.
        """
        wanted = {part.name: part for part in self.manifest.parts}
        done = 0
        while wanted:
            member = self._next()
            if member is None:
                raise BackupTrouble(f"{self.path} is damaged: {', '.join(wanted)} is not in it.")
            part = wanted.pop(member.name, None)
            if part is None or member.size != part.bytes:
                raise self._unknown(member.name)
            self._write(folder / part.name, part, done, progress)
            done += part.bytes
        if (more := self._next()) is not None:
            raise self._unknown(more.name)
        if any(self._stream.read(_TRAILER_BYTES)) or self._stream.read(1):
            raise BackupTrouble(f"{self.path} holds something after its end.")

    def _write(self, path: Path, part: Part, done: int, progress: Progress) -> None:
        digest = hashlib.sha256()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            for piece in self._body(part.bytes):
                digest.update(piece)
                file.write(piece)
                done += len(piece)
                progress("unpacking", done, self.size)
            file.flush()
            os.fsync(file.fileno())
        if digest.hexdigest() != part.sha256:
            raise BackupTrouble(f"{self.path} is damaged: {part.name} is not what was backed up.")

    def _next(self) -> tarfile.TarInfo | None:
        """Return what comes next, a plain file; None at the end."""
        block = self._exactly(tarfile.BLOCKSIZE)
        if not any(block):
            return None
        member = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or member.size < 0:
            raise self._unknown(member.name)
        return member

    def _body(self, size: int) -> Iterator[bytes]:
        left = size
        while left:
            piece = self._exactly(min(left, CHUNK))
            left -= len(piece)
            yield piece
        self._exactly(-size % tarfile.BLOCKSIZE)

    def _exactly(self, size: int) -> bytes:
        piece = self._stream.read(size) if size else b""
        if len(piece) != size:
            raise EOFError("it ends too early")
        return piece

    def _unknown(self, name: str) -> BackupTrouble:
        return BackupTrouble(f"{self.path} holds something that its manifest does not: {name[:64]!r}.")


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open a backup.

    Raises:
        BackupTrouble: it is no backup, damaged, or made by a newer version.
    """
    try:
        with gzip.open(path) as stream:
            yield Archive(path, stream)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BackupTrouble(f"{path} is no backup of Paddock, or it is damaged: {error}.") from error


def limit(path: Path, most: int | None = None) -> int:
    """Return how many bytes a backup may become: `most`, or what is likely for a file of its size."""
    if most is not None:
        return most
    return min(MOST_BYTES, max(SMALL_BYTES, RATIO * path.stat().st_size))


def _manifest(path: Path, body: bytes) -> Manifest:
    try:
        if msgspec.json.decode(body, type=_Format).format > FORMAT:
            raise BackupTrouble(f"{path} was made by a newer Paddock; use that version or a later one.")
        manifest = msgspec.json.decode(body, type=Manifest)
    except msgspec.MsgspecError as error:
        raise BackupTrouble(f"{path} has a manifest that cannot be read: {error}.") from error
    names = [part.name for part in manifest.parts]
    if len(set(names)) != len(names) or not set(names) <= set(PARTS) or not names:
        raise BackupTrouble(f"{path} names parts that Paddock does not have.")
    return manifest


class _Format(Struct, frozen=True):
    """The one thing that every manifest has."""

    format: int
