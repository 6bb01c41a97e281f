"""Passwords among the settings that other users of the machine can read: on a command line, or in an open file."""

from __future__ import annotations

import stat
from pathlib import Path

from paddock.config.fields import fields, value_of
from paddock.config.layers import COMMAND_LINE, IN_FILE, Loaded
from paddock.config.secrets import masked


def exposed(loaded: Loaded) -> tuple[str, ...]:
    """Give a sentence for each password that others can read, which says what to do and does not hold it."""
    return tuple(
        sentence
        for field in fields()
        if isinstance(value := value_of(loaded.config, field.name), str) and masked(value) != value
        if (sentence := _sentence(field.name, field.variable, loaded.sources[field.name])) is not None
    )


def _sentence(name: str, variable: str, source: str) -> str | None:
    if source.endswith(COMMAND_LINE):
        return (
            f"the password in {name} is on the command line, where `ps` shows it to every user: "
            f"put it into the settings file or into {variable}"
        )
    _, found, file = source.partition(IN_FILE)
    if found and Path(file).stat().st_mode & stat.S_IROTH:
        return f"the password in {name} is in a file that every user can read: run chmod o-rwx {file}"
    return None
