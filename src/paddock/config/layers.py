"""Reading the settings: defaults, then the TOML file, then the environment, then flags; the later one wins.

Every complaint is a sentence that names the setting and where its value came from, and all of them are told at once.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from paddock.config.fields import CONFIG_VARIABLE, PREFIX, Field, Value, fields
from paddock.config.model import Archive, Config, Limits
from paddock.config.secrets import masked
from paddock.domain.settings import Pace

DEFAULT: Final = "default"
IN_FILE: Final = " in "
COMMAND_LINE: Final = " on the command line"
"""Parts of the words that say where a value came from."""
_TABLES: Final = ("limits", "archive", "pace")


class ConfigError(ValueError):
    """The settings cannot be used; `sentences` say all that is wrong with them."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class Loaded(Struct, frozen=True):
    """The settings, and for each by name where its value came from: `default`, a file, a variable or a flag."""

    config: Config
    sources: dict[str, str]


class _Given(Struct, frozen=True):
    """A value as somebody wrote it; `text` when it could only be written as text."""

    name: str
    raw: object
    source: str
    text: bool


def load(file: Path | None, environ: Mapping[str, str], flags: Mapping[str, object]) -> Config:
    """Read the settings; `flags` are named as in the file, and those that are None were not given.

    Raises:
        ConfigError: a value, a name or the file itself cannot be used.
    """
    return trace(file, environ, flags).config


def trace_process(file: Path | None, flags: Mapping[str, object]) -> Loaded:
    """Read the settings of this process: its environment, and the file that this names unless one is given.

    Raises:
        ConfigError: see `load`.
    """
    named = os.environ.get(CONFIG_VARIABLE)
    return trace(Path(named) if file is None and named else file, os.environ, flags)


def trace(file: Path | None, environ: Mapping[str, str], flags: Mapping[str, object]) -> Loaded:
    """Read the settings, keeping where each came from.

    Raises:
        ConfigError: see `load`.
    """
    known = {field.name: field for field in fields()}
    values: dict[str, Value] = {name: field.default for name, field in known.items()}
    sources = dict.fromkeys(known, DEFAULT)
    wrong: list[str] = []
    for given in chain(_file(file, wrong), _environment(environ, wrong), _flags(flags)):
        field = known.get(given.name)
        if field is None:
            wrong.append(f"{given.source} is no setting{_guess(given.name, tuple(known))}")
            continue
        try:
            values[given.name] = _checked(field, given)
        except ValueError:
            wrong.append(f"{given.source} cannot be {_shown(given.raw)}: it takes {field.takes}.")
        else:
            sources[given.name] = given.source
    if wrong:
        raise ConfigError(tuple(wrong))
    return Loaded(_config(values), sources)


def _checked(field: Field, given: _Given) -> Value:
    value = field.read(given.raw, text=given.text)
    if "." not in field.name:
        replace(Config(), **{field.name: value})  # what no type can say
    return value


def _config(values: Mapping[str, Value]) -> Config:
    def table(name: str) -> dict[str, Value]:
        return {key.removeprefix(f"{name}."): value for key, value in values.items() if key.startswith(f"{name}.")}

    single = {key: value for key, value in values.items() if "." not in key}
    return replace(
        Config(),
        **single,
        limits=replace(Limits(), **table("limits")),
        archive=replace(Archive(), **table("archive")),
        pace=replace(Pace(), **table("pace")),
    )


def _file(file: Path | None, wrong: list[str]) -> Iterator[_Given]:
    if file is None:
        return
    try:
        content: dict[str, object] = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        wrong.append(f"The settings file {file} cannot be read: {error.strerror or error}.")
        return
    except ValueError as error:
        wrong.append(f"The settings file {file} is not TOML: {error}.")
        return
    for name, raw in content.items():
        if name in _TABLES and isinstance(raw, dict):
            for leaf, inner in raw.items():
                yield _Given(f"{name}.{leaf}", inner, f"{name}.{leaf}{IN_FILE}{file}", text=False)
        else:
            yield _Given(name, raw, f"{name}{IN_FILE}{file}", text=False)


def _environment(environ: Mapping[str, str], wrong: list[str]) -> Iterator[_Given]:
    variables = {field.variable: field.name for field in fields()}
    for variable, raw in environ.items():
        # An empty variable is as good as none: compose files and unit files cannot leave one out.
        if not variable.startswith(PREFIX) or variable == CONFIG_VARIABLE or raw == "":
            continue
        if variable in variables:
            yield _Given(variables[variable], raw, variable, text=True)
        else:
            wrong.append(f"The variable {variable} is no setting{_guess(variable, tuple(variables))}")


def _flags(flags: Mapping[str, object]) -> Iterator[_Given]:
    for name, raw in flags.items():
        if raw is not None:
            yield _Given(name, raw, f"{name}{COMMAND_LINE}", text=isinstance(raw, str))


def _guess(name: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else "."


def _shown(raw: object) -> str:
    text = masked(repr(raw))
    return text if len(text) <= 80 else f"{text[:79]}…"
