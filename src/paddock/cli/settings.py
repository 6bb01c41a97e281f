"""Options that name settings, the same for every command that reads them; `config` decides what is valid."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from paddock.config import Loaded

Command = TypeVar("Command", bound=Callable[..., object])


def settings_options(command: Command) -> Command:
    """Add `--config` and `--set` to a command; both are passed on to `read`."""
    for option in (
        click.option("--set", "settings", metavar="NAME=VALUE", multiple=True, help="Any setting; may be repeated."),
        click.option("--config", "file", type=click.Path(path_type=Path), metavar="FILE", help="Settings file (TOML)."),
    ):
        command = option(command)
    return command


def read(file: Path | None, settings: tuple[str, ...], flags: dict[str, object]) -> Loaded:
    """Read the settings of this process, or end it with sentences that say what is wrong."""
    from paddock.config import ConfigError, trace_process

    given = dict(flags)
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise click.UsageError(f"--set {setting}: it takes NAME=VALUE.")
        given[name.strip()] = value
    try:
        return trace_process(file, given)
    except ConfigError as error:
        raise Failure(*error.sentences) from error


class Failure(click.ClickException):
    """It could not be done; the sentences say why."""

    exit_code = 2

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(f"paddock: {sentence}" for sentence in sentences))

    def show(self, file: object = None) -> None:
        """Print the sentences."""
        click.echo(self.message, err=True)
