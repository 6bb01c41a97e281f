"""The command line, one module for each command: `paddock serve`, `cluster`, `verify` and the others.

Nothing but click is imported here: each command imports what it needs when it runs, so that `--help` is instant.
Exit codes: 0 done, 1 the answer is no, 2 it could not be done.
"""

from __future__ import annotations

import click

from paddock.cli.backup import backup, restore
from paddock.cli.cluster import cluster
from paddock.cli.config import config
from paddock.cli.db import db
from paddock.cli.fairness import fairness
from paddock.cli.nodes import nodes
from paddock.cli.serve import serve
from paddock.cli.verify import verify
from paddock.version import VERSION


def _version() -> str:
    return f"paddock {VERSION}"


def _say_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(_version())
        context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version",
    "wanted",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_say_version,
    help="Print the version.",
)
def main() -> None:
    """Everybody picks a racer, one pays for the coffee."""


@main.command()
def version() -> None:
    """Print the version."""
    click.echo(_version())


main.add_command(serve)
main.add_command(cluster)
main.add_command(nodes)
main.add_command(verify)
main.add_command(fairness)
main.add_command(config)
main.add_command(db)
main.add_command(backup)
main.add_command(restore)

__all__ = ["main"]
