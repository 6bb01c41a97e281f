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


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Everybody picks a racer, one pays for the coffee."""


@main.command()
def version() -> None:
    """Print the version."""
    from importlib.metadata import version as installed

    click.echo(f"paddock {installed('paddock')}")


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
