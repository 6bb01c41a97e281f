"""The one table of settings, in three forms: Markdown for the documentation, TOML as a file, rows for a terminal.

The Markdown form knows defaults only, so that the documentation does not depend on the machine that made it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from paddock.config.fields import Field, Value, fields, value_of
from paddock.config.layers import DEFAULT, Loaded
from paddock.config.secrets import masked

_INTRO = """\
# Settings

Made by `scripts/generate_settings.py` from `src/paddock/config/model.py`; do not edit.

Each setting is taken from the last of these that gives it: its default, the settings file (TOML, named by
`paddock serve --config FILE` or `PADDOCK_CONFIG`), its environment variable, a flag (`--port 9000`, or for any setting
`--set pace.countdown_ms=2000`). In the environment and on the command line a list is written with commas; an empty
variable is as good as none. `paddock config` prints the values in force and where each came from;
`paddock config --format toml` prints them as a file to start from. Passwords in addresses are printed as `***`."""
_HEADINGS = {
    "": "Server and rooms",
    "limits": "`[limits]`: what one connection and one address may do",
    "archive": "`[archive]`: how the database of finished races is used",
    "pace": "`[pace]`: how long each step lasts, in milliseconds",
}


def rows(loaded: Loaded) -> Iterator[tuple[str, str, str, str]]:
    """Give name, value in force, where it came from, and what it does, for each setting."""
    for field in fields():
        yield field.name, shown(value_of(loaded.config, field.name)), loaded.sources[field.name], field.note


def markdown() -> str:
    """Write the document of all settings with their defaults."""
    parts = [_INTRO]
    for table, group in groupby(fields(), key=_table):
        parts.append(f"\n## {_HEADINGS[table]}\n")
        parts.append("| setting | variable | default | takes | what it does |\n| --- | --- | --- | --- | --- |")
        parts.extend(
            f"| `{field.name}` | `{field.variable}` | {_cell(field.default)} | {field.takes} | {field.note} |"
            for field in group
        )
    return "\n".join(parts) + "\n"


def toml(loaded: Loaded) -> str:
    """Write the values in force as a settings file with comments; defaults are commented out."""
    lines = ["# Settings of Paddock. Lines that are commented out are the defaults."]
    for table, group in groupby(fields(), key=_table):
        if table:
            lines.append(f"\n[{table}]")
        for field in group:
            value = value_of(loaded.config, field.name)
            setting = f"{field.name.rpartition('.')[2]} = {_toml_value(value)}"
            default = loaded.sources[field.name] == DEFAULT
            lines.append(f"# {field.note}\n{'# ' if default else ''}{setting}")
    return "\n".join(lines) + "\n"


def shown(value: Value) -> str:
    """Write a value for people."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case tuple():
            return ", ".join(value)
        case _:
            return masked(str(value))


def _table(field: Field) -> str:
    return field.name.rpartition(".")[0]


def _cell(value: Value) -> str:
    text = shown(value)
    return f"`{text}`" if text else "(empty)"


def _toml_value(value: Value) -> str:
    match value:
        case None:
            return '""'
        case tuple():
            return json.dumps(list(value), ensure_ascii=False)
        case bool() | int():
            return shown(value)
        case str() | Path():
            return json.dumps(masked(str(value)), ensure_ascii=False)
