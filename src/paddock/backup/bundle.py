"""The file of a backup: a compressed tar with a manifest first and then the parts, checked by their SHA-256.

`reading` takes such a file apart.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Annotated, Final, cast

import msgspec
from msgspec import Meta, Struct

from paddock.backup.parts import About

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
MANIFEST_BYTES: Final = 1_000_000
CHUNK: Final = 1 << 20

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and out of how much."""


class Part(Struct, frozen=True):
    """One file of a backup."""

    name: str
    bytes: Annotated[int, Meta(ge=0)]
    sha256: str
    about: About


class Manifest(Struct, frozen=True):
    """What a backup holds; `live` says that the server was running when it was made.

    A manifest may be anybody's, and its texts are printed: none can hold a line or a command for a terminal.
    """

    format: int
    paddock: Annotated[str, Meta(pattern=r"^[0-9A-Za-z.+!_-]{1,64}$")]
    made_at: Annotated[str, Meta(pattern=r"^[0-9T:+.-]{1,40}$")]
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
            # This form has no records beside the files, whatever their size.
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6, format=tarfile.GNU_FORMAT) as tar:
                _add(tar, MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
                for part in manifest.parts:
                    info = _info(part.name, part.bytes)
                    with (folder / part.name).open("rb") as source:
                        tar.addfile(info, cast("IO[bytes]", _Told(source, partial(progress, "packing"), done, total)))
                    done += part.bytes
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
        sync_folder(target.parent)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


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


def sync_folder(folder: Path) -> None:
    """Let new names in a folder survive a power cut too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
