"""`paddock nodes`: the servers that share a Redis, as each of them says it lives."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from paddock.cli.settings import Failure, read, settings_options

_WIDE = 200
"""Columns when the output goes to a file or a program: nothing is folded or cut."""


@click.command()
@click.option("--data", metavar="FOLDER", help="The data folder of servers with an embedded Redis.")
@settings_options
def nodes(file: Path | None, settings: tuple[str, ...], data: str | None) -> None:
    """List the servers that share the Redis of the settings, or the one embedded in the data folder."""
    import asyncio

    from rich.console import Console
    from rich.table import Table

    from paddock.stores.contract import StoreUnavailable
    from paddock.stores.redis.nodes import registered
    from paddock.supervisor.embedded_redis import socket_of

    config = read(file, settings, {"data": data}).config
    url = config.redis or socket_of(config.data / "redis")
    if url is None:
        raise Failure(f"No Redis is named, and none is embedded in {config.data}: no servers share anything.")
    try:
        found = asyncio.run(registered(url, config.redis_prefix))
    except (StoreUnavailable, ValueError) as error:
        raise Failure(f"The nodes cannot be read: {error}.") from error
    table = Table("node", "listens on", "inside", "version", "worker", "up for", box=None, header_style="bold")
    for name, about in sorted(found.items()):
        up = f"{max(0, time.time() - about.since / 1000):.0f} s" if about.since else ""
        inside = f"{about.host}:{about.port}" if about.port else ""
        table.add_row(name, about.listens, inside, about.version, str(about.worker or ""), up)
    console = Console() if sys.stdout.isatty() else Console(width=_WIDE)
    console.print(table)
