"""`paddock config`: the settings in force, where each came from, and the file to start from."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from paddock.cli.settings import read, settings_options

_WIDE = 300
"""Columns when the output goes to a file or a program: nothing is folded or cut."""


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "toml", "markdown"]),
    default="table",
    show_default=True,
    help="A table of values in force, the same as a settings file, or the document of all settings.",
)
@settings_options
def config(file: Path | None, settings: tuple[str, ...], form: str) -> None:
    """Print the settings in force and where each came from."""
    from paddock.config import table

    if form == "markdown":
        click.echo(table.markdown(), nl=False)
        return
    loaded = read(file, settings, {})
    if form == "toml":
        click.echo(table.toml(loaded), nl=False)
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console() if sys.stdout.isatty() else Console(width=_WIDE)
    shown = Table("setting", "value", "from", "what it does", box=None, header_style="bold")
    for row in table.rows(loaded):
        shown.add_row(*map(escape, row))
    console.print(shown)
