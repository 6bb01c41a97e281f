"""`paddock backup` and `paddock restore`: a data folder as one file, and back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from paddock.cli.settings import Failure, read, settings_options

if TYPE_CHECKING:
    from paddock.backup.bundle import Manifest, Progress
    from paddock.config import Config

SHARED = "docs/operations.md says how Redis and PostgreSQL are backed up."


@click.command()
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--data", metavar="FOLDER", help="Which data folder; that of the settings otherwise.")
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@click.option("--without-rooms", is_flag=True, help="Write the rest, when rooms are in a Redis of yours.")
@settings_options
def backup(
    target: Path, force: bool, without_rooms: bool, file: Path | None, settings: tuple[str, ...], **flags: object
) -> None:
    """Write everything in the data folder into one file, whether the server runs or not.

    Rooms in an embedded Redis are in it; those in a Redis of yours are not, which is refused unless you say so.

    Exit code 0: done and checked; 2: it could not be done, and FILE is as it was.
    """
    from paddock.backup import reading
    from paddock.backup.making import back_up, holds_rooms
    from paddock.backup.trouble import BackupTrouble
    from paddock.files.permissions import private_umask

    config = read(file, settings, flags).config
    private_umask()
    data = _folder(config)
    if target.exists() and not force:
        raise Failure(f"{target} is there already; give another name, or use --force to replace it.")
    try:
        with _Progress() as progress:
            manifest = back_up(data, target, progress.show, shared=bool(config.redis), rooms=not without_rooms)
    except BackupTrouble as error:
        raise Failure(str(error)) from error
    except OSError as error:
        raise Failure(f"The backup could not be made: {error}.") from error
    size = target.stat().st_size
    how = "while the server went on" if manifest.live else "no server was running"
    click.echo(f"paddock: backed up {data} to {target} ({size:,} bytes; {how})")
    _list(manifest)
    if config.database:
        click.echo(
            f"paddock: races that are recorded are in PostgreSQL and not in it; back that up with pg_dump. {SHARED}"
        )
    if config.redis or not holds_rooms(manifest):
        click.echo(
            f"paddock: there are no rooms in it{'; those in Redis are not copied' if config.redis else ''}. {SHARED}"
        )
    unpacked = sum(part.bytes for part in manifest.parts)
    if unpacked > reading.limit(target):
        click.echo(f"paddock: it is large; bring it back with --max-size {unpacked}")


@click.command()
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--data", metavar="FOLDER", help="Into which data folder; that of the settings otherwise.")
@click.option("--force", is_flag=True, help="Move aside what is in the folder; nothing is deleted.")
@click.option(
    "--max-size",
    "most",
    type=click.IntRange(1),
    metavar="BYTES",
    help="How large it may become.  [default: 100 times the file, at least 64 MiB, at most 16 GiB]",
)
@settings_options
def restore(
    source: Path, force: bool, most: int | None, file: Path | None, settings: tuple[str, ...], **flags: object
) -> None:
    """Bring a backup into a data folder that no server uses.

    Exit code 0: done and checked; 2: it could not be done, and the folder is as it was.
    """
    from paddock.backup import parts, restoring
    from paddock.backup.trouble import BackupTrouble
    from paddock.files.folder_lock import held
    from paddock.files.permissions import private_umask

    data = _folder(read(file, settings, flags).config)
    private_umask()
    try:
        with held(data), _Progress() as progress:
            manifest, aside = restoring.restore(source, data, progress.show, force=force, most=most)
    except BackupTrouble as error:
        raise Failure(str(error)) from error
    except OSError as error:
        raise Failure(f"The backup could not be restored: {error}.") from error
    click.echo(f"paddock: restored {source} of {manifest.made_at} (Paddock {manifest.paddock}) into {data}")
    _list(manifest)
    if any(part.name == parts.REDIS for part in manifest.parts):
        click.echo("paddock: its rooms are in an embedded Redis: start the server with --embedded-redis")
    if aside is not None:
        click.echo(f"paddock: what was there before is in {aside}")


def _folder(config: Config) -> Path:
    if config.in_memory:
        raise Failure("With data = :memory: nothing is kept on disk, so there is nothing to back up or restore.")
    return config.data


def _list(manifest: Manifest) -> None:
    for part in manifest.parts:
        rows = ", ".join(f"{count:,} {table}" for table, count in part.about.counts.items() if count)
        click.echo(f"paddock:   {part.name} ({part.bytes:,} bytes{'; ' if rows else ''}{rows})")


class _Progress:
    """One line on a terminal that is written over; on anything else, nothing."""

    def __init__(self) -> None:
        self._shown = ""
        self._on = sys.stderr.isatty()

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self._write("")

    @property
    def show(self) -> Progress:
        """What is told how far it is."""
        return self._show

    def _show(self, doing: str, done: int, total: int) -> None:
        self._write(f"paddock: {doing} {100 * done // total} %" if total else f"paddock: {doing}")

    def _write(self, line: str) -> None:
        if self._on and line != self._shown:
            click.echo(f"\r{line:<{len(self._shown)}}" + ("" if line else "\r"), err=True, nl=False)
            self._shown = line
