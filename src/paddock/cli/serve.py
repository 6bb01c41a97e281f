"""`paddock serve`: read the settings, say where the server is, run it until it is told to stop."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING

import click

from paddock.cli import address
from paddock.cli.settings import Failure, read, settings_options

if TYPE_CHECKING:
    from paddock.config import Config


@click.command()
@click.option("--host", metavar="ADDRESS", help="Where to listen; 0.0.0.0 for phones on the same network.")
@click.option("--port", metavar="NUMBER", help="Which port; 0 takes a free one.")
@click.option("--data", metavar="FOLDER", help="Where rooms are kept; :memory: for nowhere.")
@click.option("--public-url", metavar="URL", help="The address that players open.")
@click.option("--log-level", metavar="LEVEL", help="debug, info, warning or error.")
@click.option("--log-json/--no-log-json", default=None, help="Log one JSON object per line.")
@settings_options
def serve(file: Path | None, settings: tuple[str, ...], **flags: object) -> None:
    """Run the server until SIGTERM or Ctrl-C."""
    config = read(file, settings, flags).config
    run(config)


def run(config: Config) -> None:
    """Run the server; what stops it from starting becomes a sentence."""
    from paddock import telemetry
    from paddock.app import serve as serving
    from paddock.stores.contract import StoreUnavailable
    from paddock.stores.journal_file import JournalTrouble

    telemetry.configure(config.log_level, as_json=config.log_json, stream=sys.stderr)
    try:
        _until_done(serving(config, ready=_announce(config)))
    except (OSError, ValueError, JournalTrouble, StoreUnavailable) as error:
        raise Failure(f"The server could not start: {error}") from error


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
