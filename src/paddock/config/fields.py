"""The settings as a flat list of fields, named as in a file: `port`, `pace.countdown_ms`; derived from the types.

Holds no values but the defaults.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct
from msgspec import inspect as mi
from msgspec.structs import FieldInfo
from msgspec.structs import fields as fields_of

from paddock.config.model import PACE_LIMIT_MS, PACE_NOTES, Archive, Config, Limits
from paddock.domain.settings import Pace

PREFIX: Final = "PADDOCK_"
CONFIG_VARIABLE: Final = "PADDOCK_CONFIG"
"""Names the settings file; the one variable that is no setting."""

Value = str | int | bool | Path | tuple[str, ...] | None


class Field(Struct, frozen=True):
    """One setting: its name in a file, its type with bounds, its default, what it takes in words, and what it does."""

    name: str
    type: object
    default: Value
    takes: str
    note: str

    @property
    def variable(self) -> str:
        """Its environment variable: `pace.countdown_ms` is `PADDOCK_PACE_COUNTDOWN_MS`."""
        return PREFIX + self.name.replace(".", "_").upper()

    @property
    def is_list(self) -> bool:
        """Whether it takes several values, separated by commas where only text can be given."""
        return isinstance(self.default, tuple)

    def read(self, raw: object, *, text: bool) -> Value:
        """Turn a raw value into one of the setting's type; `text` values come from the environment or a command line.

        Raises:
            ValueError: with what is wrong, naming neither setting nor source.
        """
        if text and self.is_list:
            raw = [part.strip() for part in str(raw).split(",") if part.strip()]
        if self.default is None and raw == "":
            return None
        value: Value = msgspec.convert(raw, self.type, strict=not text, dec_hook=_path)
        return value


def _path(kind: type, raw: object) -> object:
    if kind is Path and isinstance(raw, str):
        if raw == "":
            raise ValueError("Expected a path")
        return Path(raw).expanduser()
    raise ValueError(f"Expected `{kind.__name__}`")


@cache
def fields() -> tuple[Field, ...]:
    """Give all settings in the order of the documentation: single ones first, then the tables."""
    return (
        *(_field(info, "") for info in fields_of(Config) if info.name not in ("limits", "archive", "pace")),
        *(_field(info, "limits.") for info in fields_of(Limits)),
        *(_field(info, "archive.") for info in fields_of(Archive)),
        *_pace(),
    )


def _field(info: FieldInfo, table: str) -> Field:
    kind = mi.type_info(info.type)
    words: dict[str, str] = {}
    while isinstance(kind, mi.Metadata):
        words |= kind.extra_json_schema or {}
        kind = kind.type
    return Field(
        f"{table}{info.name}", info.type, info.default, words.get("title") or _takes(kind), words["description"]
    )


def _takes(kind: mi.Type) -> str:
    match kind:
        case mi.BoolType():
            return "true or false"
        case mi.IntType(ge=low, le=high):
            return f"{low} to {high}"
        case mi.LiteralType(values=values):
            return " or ".join(str(value) for value in values)
        case _:
            raise TypeError(f"a setting of type {kind} needs a title that says what it takes")


def _pace() -> Iterator[Field]:
    bounded = Annotated[int, Meta(ge=0, le=PACE_LIMIT_MS)]
    for info in fields_of(Pace):
        yield Field(f"pace.{info.name}", bounded, info.default, f"0 to {PACE_LIMIT_MS}", PACE_NOTES[info.name])


def value_of(config: Config, name: str) -> Value:
    """Look a setting up by its name.

    Raises:
        AttributeError: there is no such setting.
    """
    table, _, leaf = name.rpartition(".")
    holder: object = getattr(config, table) if table else config
    value: Value = getattr(holder, leaf)
    return value
