"""`paddock verify`: compute a recorded race again and say whether it came out the same."""

from __future__ import annotations

import click

from paddock.cli.settings import Failure


@click.command()
@click.argument("source")
@click.pass_context
def verify(context: click.Context, source: str) -> None:
    """Check a race record in a file or at an address.

    Exit code 0: verified; 1: something differs; 2: there is no record to read.
    """
    from paddock.races.verification import UnreadableError, verify_source

    try:
        verdict = verify_source(source)
    except UnreadableError as error:
        raise Failure(str(error)) from error
    click.echo(verdict.text())
    context.exit(0 if verdict.verified else 1)
