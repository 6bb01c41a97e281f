"""The file of a backup: a compressed tar with a manifest first and then the parts, checked by their SHA-256.

Nothing in such a file is trusted: only the parts that the manifest names are taken out, under their own names, and no
further than the size it states.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Final, cast

import msgspec
from msgspec import Struct

from paddock.backup.parts import PARTS, About
from paddock.backup.trouble import BackupTrouble

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
MANIFEST_BYTES: Final = 1_000_000
CHUNK: Final = 1 << 20

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and out of how much."""


class Part(Struct, frozen=True):
    """One file of a backup."""

    name: str
    bytes: int
    sha256: str
    about: About


class Manifest(Struct, frozen=True):
    """What a backup holds; `live` says that the server was running when it was made."""

    format: int
    paddock: str
    made_at: str
    live: bool
    parts: tuple[Part, ...]


def part_of(path: Path, about: About) -> Part:
    """Describe a copied file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
    return Part(path.name, path.stat().st_size, digest.hexdigest(), about)


def write(target: Path, manifest: Manifest, folder: Path, progress: Progress) -> None:
    """Write a backup of the files in a folder; what is at `target` is there whole or not at all.

    Raises:
        OSError: it cannot be written; nothing is left of it.
    """
    unfinished = target.with_name(f".{target.name}.partial")
    total, done = sum(part.bytes for part in manifest.parts), 0
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6, format=tarfile.PAX_FORMAT) as tar:
                _add(tar, MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
                for part in manifest.parts:
                    info = _info(part.name, part.bytes)
                    with (folder / part.name).open("rb") as source:
                        tar.addfile(info, cast("IO[bytes]", _Told(source, partial(progress, "packing"), done, total)))
                    done += part.bytes
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
        _sync_folder(target.parent)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


@contextmanager
def opened(source: Path) -> Iterator[tuple[Manifest, tarfile.TarFile]]:
    """Open a backup and give its manifest, with the rest still to be read.

    Raises:
        BackupTrouble: it is no backup, damaged, or made by a newer version.
    """
    try:
        with tarfile.open(source, mode="r:gz") as tar:
            first = tar.next()
            if first is None or first.name != MANIFEST or not first.isreg() or first.size > MANIFEST_BYTES:
                raise BackupTrouble(f"{source} is no backup of Paddock: it does not begin with a manifest.")
            body = tar.extractfile(first)
            yield _manifest(source, b"" if body is None else body.read()), tar
    except (tarfile.TarError, EOFError) as error:
        raise BackupTrouble(f"{source} is no backup of Paddock, or it is damaged: {error}.") from error
    except OSError as error:
        if error.errno is None:  # what gzip says of damaged files
            raise BackupTrouble(f"{source} is no backup of Paddock, or it is damaged: {error}.") from error
        raise


def unpack(source: Path, manifest: Manifest, tar: tarfile.TarFile, folder: Path, progress: Progress) -> None:
    """Take the parts out into a folder, and hold each to what the manifest says.

    Raises:
        BackupTrouble: something is missing, too much, or other than the manifest says.
    """
    wanted = {part.name: part for part in manifest.parts}
    total, done = sum(part.bytes for part in manifest.parts), 0
    while wanted:
        member = tar.next()
        if member is None:
            raise BackupTrouble(f"{source} is damaged: {', '.join(wanted)} is not in it.")
        part = wanted.pop(member.name, None)
        body = tar.extractfile(member) if member.isreg() else None
        if part is None or body is None or member.size != part.bytes:
            raise BackupTrouble(f"{source} holds something that its manifest does not: {member.name!r}.")
        digest = hashlib.sha256()
        with (folder / part.name).open("xb") as file:
            (folder / part.name).chmod(0o600)
            while piece := body.read(CHUNK):
                digest.update(piece)
                file.write(piece)
                done += len(piece)
                progress("unpacking", done, total)
            file.flush()
            os.fsync(file.fileno())
        if digest.hexdigest() != part.sha256:
            raise BackupTrouble(f"{source} is damaged: {part.name} is not what was backed up.")


def _manifest(source: Path, body: bytes) -> Manifest:
    try:
        if msgspec.json.decode(body, type=_Format).format > FORMAT:
            raise BackupTrouble(f"{source} was made by a newer Paddock; use that version or a later one.")
        manifest = msgspec.json.decode(body, type=Manifest)
    except msgspec.MsgspecError as error:
        raise BackupTrouble(f"{source} has a manifest that cannot be read: {error}.") from error
    names = [part.name for part in manifest.parts]
    if len(set(names)) != len(names) or not set(names) <= set(PARTS) or not names:
        raise BackupTrouble(f"{source} names parts that Paddock does not have.")
    return manifest


class _Format(Struct, frozen=True):
    """The one thing that every manifest has."""

    format: int


class _Told:
    """A file that tells how much of all files was read."""

    def __init__(self, file: IO[bytes], told: Callable[[int, int], None], done: int, total: int) -> None:
        self._file = file
        self._told = told
        self._done = done
        self._total = total

    def read(self, size: int = -1) -> bytes:
        """Read a piece."""
        piece = self._file.read(size)
        self._done += len(piece)
        self._told(self._done, self._total)
        return piece


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = 0o600
    return info


def _add(tar: tarfile.TarFile, name: str, body: bytes) -> None:
    tar.addfile(_info(name, len(body)), io.BytesIO(body))


def _sync_folder(folder: Path) -> None:
    """Let the new name survive a power cut too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
