"""`paddock db`: the database of finished races: its schema, its figures, what was set aside, what is too old.

Everything can be done while servers run: they take turns with it, and what they have to record waits meanwhile.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from paddock.cli.settings import Failure, read, settings_options

if TYPE_CHECKING:
    from paddock.records import Keeping

T = TypeVar("T")
Command = TypeVar("Command", bound=Callable[..., object])


@click.group()
def db() -> None:
    """Look after the database of finished races."""


def data_option(command: Command) -> Command:
    """Add `--data` and the options that name settings to a command."""
    named = click.option("--data", metavar="FOLDER", help="Which data folder; that of the settings otherwise.")
    return named(settings_options(command))


class Missing(Failure):
    """There is nothing to look after, or nobody is let in; the answer is no."""

    exit_code = 1


def _ask(
    file: Path | None,
    settings: tuple[str, ...],
    data: str | None,
    work: Callable[[Keeping], Awaitable[T]],
    *,
    makes: bool = False,
) -> T:
    """Do something with the database of the settings; one that is a file is made only by what `makes` it."""
    from paddock.backup.parts import ARCHIVE

    config = read(file, settings, {"data": data}).config
    if not config.database:
        if config.in_memory:
            raise Failure("With `data = :memory:` there is no database to look after.")
        if not config.data.is_dir():
            raise Missing(f"There is no folder {config.data}; name the data folder with --data or --config.")
        if not makes and not (config.data / ARCHIVE).is_file():
            raise Missing(
                f"There is no database in {config.data}: a server makes {ARCHIVE} at its first start, "
                "unless its settings name a PostgreSQL (then say --config or --set database=...)."
            )

    import asyncio

    from paddock.archive.contract import AccessRefused, ArchiveUnavailable
    from paddock.files.permissions import private_umask
    from paddock.records import Keeping

    private_umask()

    async def whole() -> T:
        keeping = Keeping(config)
        try:
            return await work(keeping)
        finally:
            await keeping.close()

    try:
        return asyncio.run(whole())
    except AccessRefused as error:
        raise Missing(f"{error}.") from error
    except (ArchiveUnavailable, OSError, ValueError) as error:
        raise Failure(f"It could not be done: {error}.") from error


@contextmanager
def _alone(file: Path | None, settings: tuple[str, ...], data: str | None) -> Iterator[None]:
    """Keep servers off the data folder, if the database is in it: they could not go on with an older schema."""
    from paddock.files.folder_lock import held
    from paddock.files.permissions import private_umask

    config = read(file, settings, {"data": data}).config
    if config.database or config.in_memory or not config.data.exists():
        yield
        return
    private_umask()
    try:
        with held(config.data):
            yield
    except OSError as error:
        raise Failure(f"It could not be done: {error}.") from error


@db.command()
@data_option
@click.pass_context
def status(context: click.Context, file: Path | None, settings: tuple[str, ...], data: str | None) -> None:
    """Say which schema the database has; exit 1 when it is not the one of this version."""
    found = _ask(file, settings, data, lambda keeping: keeping.schema.status())
    click.echo(f"schema {found.current or 'none'}; this version wants {found.wanted}")
    if not found.known:
        click.echo("The database is newer than this version, which will not write to it.")
    context.exit(0 if found.ready else 1)


@db.command()
@click.option("--to", default="head", show_default=True, metavar="SCHEMA", help="Which schema.")
@data_option
def upgrade(to: str, file: Path | None, settings: tuple[str, ...], data: str | None) -> None:
    """Lead the database to this version's schema."""
    _ask(file, settings, data, lambda keeping: keeping.upgrade(to), makes=True)
    click.echo("upgraded")


@db.command()
@click.option("--to", required=True, metavar="SCHEMA", help="Which schema; `base` removes all tables.")
@click.option("--yes", is_flag=True, help="Really: what the older schema has no place for is lost.")
@data_option
def downgrade(to: str, yes: bool, file: Path | None, settings: tuple[str, ...], data: str | None) -> None:
    """Lead the database back to an older schema."""
    if not yes:
        raise Failure("What the older schema has no place for is lost; make a backup, then say --yes.")
    with _alone(file, settings, data):
        _ask(file, settings, data, lambda keeping: keeping.downgrade(to))
    click.echo("downgraded")


@db.command()
@data_option
@click.pass_context
def check(context: click.Context, file: Path | None, settings: tuple[str, ...], data: str | None) -> None:
    """Compare the tables with what this version wants; exit 1 when they differ."""
    found = _ask(file, settings, data, lambda keeping: keeping.schema.differences())
    for difference in found:
        click.echo(difference)
    click.echo("the tables differ" if found else "the tables are as they should be")
    context.exit(1 if found else 0)


@db.command()
@click.option("--fix", is_flag=True, help="Put right what differs.")
@data_option
@click.pass_context
def recount(context: click.Context, fix: bool, file: Path | None, settings: tuple[str, ...], data: str | None) -> None:
    """Count all figures anew and compare; exit 1 when something differs and is left so."""
    found = _ask(file, settings, data, lambda keeping: keeping.recount(fix=fix))
    for difference in found:
        click.echo(f"{difference.table}: {difference.rows} rows differ")
        for example in difference.examples:
            click.echo(f"  {example}")
    click.echo("put right" if found and fix else "something differs" if found else "all figures are those of a recount")
    context.exit(1 if found and not fix else 0)


@db.command()
@click.option("--retry", is_flag=True, help="Try to record them again.")
@data_option
@click.pass_context
def quarantine(
    context: click.Context, retry: bool, file: Path | None, settings: tuple[str, ...], data: str | None
) -> None:
    """List races that the database would not take; exit 1 when there are any left."""
    recorded, left = _ask(file, settings, data, lambda keeping: keeping.quarantine(retry=retry))
    for one in left:
        click.echo(f"{one.race}  since {one.since()}  {one.reason}{'' if one.found else ' (cannot be read)'}")
    if retry:
        click.echo(f"{recorded} recorded")
    click.echo(f"{len(left)} in quarantine")
    context.exit(1 if left else 0)


@db.command()
@click.option("--days", type=click.IntRange(1), help="Races older than this go.  [default: archive.retention_days]")
@data_option
def prune(days: int | None, file: Path | None, settings: tuple[str, ...], data: str | None) -> None:
    """Remove old races, with all that they counted for."""
    kept = days if days is not None else read(file, settings, {"data": data}).config.archive.retention_days
    if not kept:
        raise Failure("Races are kept for ever; say --days, or set archive.retention_days.")
    gone = _ask(file, settings, data, lambda keeping: keeping.prune(kept))
    click.echo(f"{gone} races removed")
