"""`paddock serve`: read the settings, say where the server is, run it until it is told to stop."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from paddock.cli import address
from paddock.cli.settings import Failure, read, settings_options

if TYPE_CHECKING:
    from paddock.config import Config
    from paddock.files.folder_lock import FolderLock
    from paddock.supervisor.control_channel import ControlChannel


@click.command()
@click.option("--host", metavar="ADDRESS", help="Where to listen; 0.0.0.0 for phones on the same network.")
@click.option("--port", metavar="NUMBER", help="Which port; 0 takes a free one.")
@click.option("--data", metavar="FOLDER", help="Where rooms are kept; :memory: for nowhere.")
@click.option("--workers", metavar="NUMBER", help="How many processes; more than one need a Redis.")
@click.option("--embedded-redis", is_flag=True, default=None, help="Start a Redis server for the workers.")
@click.option("--require-redis", is_flag=True, default=None, help="Do not start while the Redis is away.")
@click.option("--public-url", metavar="URL", help="The address that players open.")
@click.option("--log-level", metavar="LEVEL", help="debug, info, warning or error.")
@click.option("--log-json/--no-log-json", default=None, help="Log one JSON object per line.")
@click.option("--control-fd", type=int, hidden=True, help="File descriptor of the control channel to the supervisor.")
@settings_options
def serve(file: Path | None, settings: tuple[str, ...], control_fd: int | None, **flags: object) -> None:
    """Run the server until SIGTERM or Ctrl-C."""
    from paddock.config.exposed import exposed
    from paddock.files.permissions import private_umask

    loaded = read(file, settings, flags)
    config = loaded.config
    private_umask()
    if control_fd is not None:
        work(config, control_fd)
    elif config.workers > 1 or config.embedded_redis:
        supervise(config, exposed(loaded))
    else:
        run(config, warnings=exposed(loaded))


def supervise(config: Config, warnings: tuple[str, ...] = ()) -> None:
    """Run several workers, and a Redis if wanted, under a supervisor; this process serves nobody itself."""
    import asyncio

    from paddock import telemetry
    from paddock.supervisor.embedded_redis import EmbeddedRedisError
    from paddock.supervisor.supervisor import PoolFailed
    from paddock.supervisor.worker_pool import PoolPlan, plan_error, serve_pool

    plan = PoolPlan(
        command=(sys.executable, "-P", "-m", "paddock", *sys.argv[1:]),
        host=config.host,
        port=config.port,
        workers=config.workers,
        redis=config.redis,
        embedded_redis=config.data / "redis" if config.embedded_redis else None,
    )
    why = plan_error(plan, in_memory=config.in_memory)
    if why is not None:
        raise Failure(why)
    telemetry.configure(config.log_level, as_json=config.log_json, stream=sys.stderr)
    try:
        _warn(warnings)
        with _alone(config) as lock:
            asyncio.run(serve_pool(plan, _announce(config), lock.end if lock is not None else None))
    except (OSError, EmbeddedRedisError) as error:
        raise Failure(f"The server could not start: {error}") from error
    except PoolFailed as error:
        raise Failure(f"The server cannot go on: {error}.") from error


def work(config: Config, descriptor: int) -> None:
    """Run one worker of a supervisor."""
    from msgspec.structs import replace

    from paddock.supervisor.control_channel import ControlChannel, SupervisorGone

    try:
        channel = ControlChannel.accept(descriptor)
    except SupervisorGone as error:
        raise Failure(f"The worker has lost its supervisor: {error}.") from error
    given = channel.assignment
    run(replace(config, port=given.port, redis=given.redis or config.redis), channel)


def run(config: Config, channel: ControlChannel | None = None, warnings: tuple[str, ...] = ()) -> None:
    """Run the server; what stops it from starting becomes a sentence, and `warnings` are written to the log."""
    from paddock import telemetry
    from paddock.app import serve as serving
    from paddock.stores.contract import StoreUnavailable
    from paddock.stores.journal_file import JournalTrouble

    bound = {"node": channel.assignment.node} if channel is not None else {}
    telemetry.configure(config.log_level, as_json=config.log_json, stream=sys.stderr, bound=bound)
    try:
        if channel is not None:
            _until_done(serving(config, channel=channel))
            return
        _warn(warnings)
        with _alone(config):
            _refuse_without_its_redis(config)
            _until_done(serving(config, ready=_announce(config)))
    except (OSError, ValueError, JournalTrouble, StoreUnavailable) as error:
        raise Failure(f"The server could not start: {error}") from error


def _warn(warnings: tuple[str, ...]) -> None:
    import structlog

    for sentence in warnings:
        structlog.get_logger("paddock.cli").warning("settings.exposed", reason=sentence)


@contextmanager
def _alone(config: Config) -> Iterator[FolderLock | None]:
    """Have the data folder to oneself, if there is one; the workers of a supervisor use what it has."""
    from paddock.files.folder_lock import held

    if config.in_memory:
        yield None
        return
    with held(config.data) as lock:
        _finish_restore(config.data)
        yield lock


def _refuse_without_its_redis(config: Config) -> None:
    """Refuse a folder whose rooms are in an embedded Redis: the server would start without them, and say nothing."""
    if config.in_memory or config.redis or (config.data / "rooms.sqlite3").exists():
        return
    from paddock.backup import embedded

    if embedded.is_there(config.data):
        raise Failure(
            f"The rooms in {config.data} are those of an embedded Redis: start with --embedded-redis, "
            f"or move {config.data / embedded.FOLDER} away to begin without them."
        )


def _finish_restore(data: Path) -> None:
    """Finish a restore into the data folder that was killed in the middle: half of it is nothing to start on."""
    if not any(data.glob("restore-*/plan.json")):
        return
    from paddock.backup import restoring
    from paddock.backup.trouble import BackupTrouble

    try:
        restoring.finish_interrupted(data)
    except BackupTrouble as error:
        raise Failure(f"The server could not start: {error}") from error
    click.echo("paddock: finished a restore that was interrupted", err=True)


def _until_done(work: Coroutine[object, object, None]) -> None:
    try:
        import uvloop
    except ImportError:
        import asyncio

        asyncio.run(work)
    else:
        uvloop.run(work)


def _announce(config: Config) -> Callable[[int], None]:
    def announce(port: int) -> None:
        # Scripts and tests wait for this line.
        click.echo(f"paddock: listening on {address.here(config.host, port)}")
        nearby = config.public_url or address.nearby(config.host, port)
        if nearby:
            click.echo(f"paddock: phones open    {nearby}")
            if sys.stdout.isatty():
                _draw(nearby)

    return announce


def _draw(url: str) -> None:
    import segno

    segno.make(url, micro=False).terminal(out=sys.stdout, compact=True)
