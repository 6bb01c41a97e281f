"""Writes msgspec types as TypeScript, for the files that `make generate` makes; it knows no message and no address."""

from __future__ import annotations

import inspect
from enum import Enum

import msgspec
from msgspec import inspect as mi


class Typescript:
    """Writes msgspec types as TypeScript, each named type once, in the order in which they are first needed."""

    def __init__(self) -> None:
        self.blocks: dict[str, str] = {}
        self._classes: dict[str, type] = {}

    def name(self, kind: mi.Type, *, client: bool = False) -> str:
        """Give the TypeScript of a type, adding the declarations it needs; `client` makes defaulted fields optional."""
        match kind:
            case mi.Metadata(type=inner):
                return self.name(inner, client=client)
            case mi.StrType() | mi.BytesType() | mi.DateType():
                return "string"
            case mi.IntType() | mi.FloatType():
                return "number"
            case mi.BoolType():
                return "boolean"
            case mi.NoneType():
                return "null"
            case mi.LiteralType(values=values):
                return " | ".join(literal(value) for value in values)
            case mi.EnumType(cls=cls):
                self._enum(cls)
                return cls.__name__
            case mi.VarTupleType(item_type=item) | mi.ListType(item_type=item):
                inner_name = self.name(item, client=client)
                return f"readonly {inner_name}[]" if _is_plain(inner_name) else f"readonly ({inner_name})[]"
            case mi.TupleType(item_types=items):
                return f"readonly [{', '.join(self.name(item, client=client) for item in items)}]"
            case mi.DictType(key_type=key, value_type=value):
                return f"Readonly<Record<{self.name(key)}, {self.name(value, client=client)}>>"
            case mi.UnionType(types=types):
                return " | ".join(dict.fromkeys(self.name(part, client=client) for part in types))
            case mi.StructType(array_like=True, fields=fields):
                return f"readonly [{', '.join(self.name(field.type, client=client) for field in fields)}]"
            case mi.StructType(cls=cls):
                self._struct(kind, client=client)
                return cls.__name__
            case _:
                raise TypeError(f"no TypeScript for {kind}")

    def _is_new(self, cls: type) -> bool:
        known = self._classes.setdefault(cls.__name__, cls)
        if known is not cls:
            raise TypeError(f"{known} and {cls} would be one type in TypeScript")
        return cls.__name__ not in self.blocks

    def _enum(self, cls: type[Enum]) -> None:
        if self._is_new(cls):
            members = " | ".join(literal(member.value) for member in cls)
            self.blocks[cls.__name__] = f"{_comment(cls)}export type {cls.__name__} = {members};\n"

    def _struct(self, kind: mi.StructType, *, client: bool) -> None:
        cls = kind.cls
        if not self._is_new(cls):
            return
        self.blocks[cls.__name__] = ""  # its place in the order, and the end of recursion
        config = cls.__struct_config__
        lines = [f"  readonly {kind.tag_field}: {literal(kind.tag)};"] if kind.tag_field is not None else []
        for field in kind.fields:
            optional = "?" if not field.required and (client or config.omit_defaults) else ""
            lines.append(f"  readonly {field.encode_name}{optional}: {self.name(field.type, client=client)};")
        body = "\n".join(lines)
        opening = f"{_comment(cls)}export interface {cls.__name__} {{"
        self.blocks[cls.__name__] = f"{opening}\n{body}\n}}\n" if lines else f"{opening}}}\n"


def _is_plain(name: str) -> bool:
    return name.isidentifier()


def literal(value: object) -> str:
    """Write a value as TypeScript."""
    return msgspec.json.encode(value).decode()


def summary(cls: type) -> str:
    """Give the first paragraph of a type's docstring as one line."""
    return inspect.cleandoc(cls.__doc__ or "").split("\n\n")[0].replace("\n", " ")


def _comment(cls: type) -> str:
    return f"/** {summary(cls)} */\n"
