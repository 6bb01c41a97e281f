"""Backups taken apart and put together by hand, as somebody who means harm would."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from paddock.backup.bundle import MANIFEST

Members = dict[str, bytes]


def silent(_doing: str, _done: int, _total: int) -> None:
    """Show no progress."""


def read(path: Path) -> Members:
    """Return everything in a backup by its name, the manifest first."""
    with tarfile.open(path) as tar:
        found = {}
        for member in tar:
            body = tar.extractfile(member)
            assert body is not None
            found[member.name] = body.read()
        return found


def write(path: Path, members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    """Write a backup of these members."""
    with tarfile.open(path, "w:gz") as tar:
        for info, body in members:
            tar.addfile(info, io.BytesIO(body))


def plain(members: Members) -> list[tuple[tarfile.TarInfo, bytes]]:
    """Make plain files of members."""
    found = []
    for name, body in members.items():
        info = tarfile.TarInfo(name)
        info.size = len(body)
        found.append((info, body))
    return found


def forged(source: Path, target: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """Change one part of a backup, and its manifest with it, so that sizes and sums are right."""
    members = read(source)
    members[name] = change(members[name])
    manifest: Any = msgspec.json.decode(members[MANIFEST])
    for part in manifest["parts"]:
        if part["name"] == name:
            part["bytes"] = len(members[name])
            part["sha256"] = hashlib.sha256(members[name]).hexdigest()
    members[MANIFEST] = msgspec.json.encode(manifest)
    write(target, plain(members))
    return target
