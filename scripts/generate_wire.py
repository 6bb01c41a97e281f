"""Generates the client's wire types and `docs/wire.md` from `paddock.gateway`; `--check` only compares.

Run by `make generate`; `make check` fails when a generated file is not what this would write.
"""

from __future__ import annotations

import ast
import inspect
import sys
from enum import Enum
from itertools import pairwise
from pathlib import Path

import msgspec
from msgspec import inspect as mi
from scripts.typescript import Typescript, literal, summary

from paddock.domain.event_views import EntryView
from paddock.domain.ids import CODE_ALPHABET
from paddock.domain.record import RaceRecord
from paddock.domain.refusals import Refusal
from paddock.domain.release import AHEAD
from paddock.domain.views import RoomView
from paddock.gateway import messages as m
from paddock.gateway import pushes

ROOT = Path(__file__).resolve().parent.parent
TYPESCRIPT = ROOT / "web" / "src" / "wire.gen.ts"
DOCUMENT = ROOT / "docs" / "wire.md"


def _reply(message: type[m.ClientMessage]) -> type[m.Reply]:
    return m.REPLIES.get(message, m.Reply)


def wire_types() -> Typescript:
    """Declare every message, reply and view."""
    out = Typescript()
    for message in m.CLIENT_MESSAGES:
        out.name(mi.type_info(message), client=True)
    for reply in (m.Reply, m.Refused, *m.REPLIES.values(), *pushes.SERVER_MESSAGES, RaceRecord):
        out.name(mi.type_info(reply))
    return out


def typescript() -> str:
    """Write the client's types: every message, reply and view, and maps from event names to them."""
    out = wire_types()
    requests = "".join(
        f"  {m.type_name(message)}: {{ message: {message.__name__}; reply: {_reply(message).__name__} }};\n"
        for message in m.CLIENT_MESSAGES
    )
    unasked = "".join(f"  {m.type_name(message)}: {message.__name__};\n" for message in pushes.SERVER_MESSAGES)
    retry = ", ".join(literal(refusal.value) for refusal in Refusal if refusal.retry)
    return (
        "// Made by `make generate` from src/paddock/gateway: do not edit.\n\n"
        + "\n".join(out.blocks.values())
        + f"\n/** What a client may send, by event name, and how it is acknowledged when it was carried out. */\n"
        f"export interface Requests {{\n{requests}}}\n"
        f"\n/** What the server sends, by event name. */\nexport interface Pushes {{\n{unasked}}}\n"
        f"\nexport const CODE_ALPHABET = {literal(CODE_ALPHABET)};\n"
        f"export const SEGMENTS_AHEAD_MS = {AHEAD};\n"
        f"export const REFUSALS_WORTH_RETRYING: readonly Refusal[] = [{retry}];\n"
    )


def document() -> str:
    """Write the wire protocol as a page for people."""
    lines = [
        "# The wire",
        "",
        "Made by `make generate` from `src/paddock/gateway`: do not edit.",
        "",
        inspect.cleandoc(m.__doc__ or ""),
        "",
        "## From the client",
        "",
        "| event | fields | acknowledged with | what it asks |",
        "| --- | --- | --- | --- |",
    ]
    for message in m.CLIENT_MESSAGES:
        reply = _reply(message).__name__
        lines.append(f"| `{m.type_name(message)}` | {_fields(message)} | `{reply}` | {summary(message)} |")
    lines += ["", "## Replies", "", "| reply | fields | what it says |", "| --- | --- | --- |"]
    replies: tuple[type[msgspec.Struct], ...] = (m.Reply, m.Refused, *m.REPLIES.values())
    for kind in dict.fromkeys(replies):
        lines.append(f"| `{kind.__name__}` | {_fields(kind)} | {summary(kind)} |")
    lines += ["", "## From the server", "", "| event | fields | what it says |", "| --- | --- | --- |"]
    for push in pushes.SERVER_MESSAGES:
        lines.append(f"| `{m.type_name(push)}` | {_fields(push)} | {summary(push)} |")
    lines += ["", "## What an entry may hold", "", "| event | fields | what happened |", "| --- | --- | --- |"]
    for view in _members(EntryView, "events") + _members(EntryView, "own"):
        lines.append(f"| `{view.__struct_config__.tag}` | {_fields(view)} | {summary(view)} |")
    lines += ["", "## Phases of a room", "", "| phase | fields | what it is |", "| --- | --- | --- |"]
    for view in _members(RoomView, "phase"):
        lines.append(f"| `{view.__struct_config__.tag}` | {_fields(view)} | {summary(view)} |")
    lines += ["", "## Refusals", "", "| code | retry | when |", "| --- | --- | --- |"]
    docs = _enum_docs(Refusal)
    for refusal in Refusal:
        lines.append(f"| `{refusal.value}` | {'yes' if refusal.retry else 'no'} | {docs[refusal.name]} |")
    return "\n".join(lines) + "\n"


def _members(owner: type[msgspec.Struct], field_name: str) -> list[type[msgspec.Struct]]:
    kind = next(field.type for field in _struct(owner).fields if field.name == field_name)
    if isinstance(kind, mi.VarTupleType):
        kind = kind.item_type
    parts = kind.types if isinstance(kind, mi.UnionType) else (kind,)
    return [part.cls for part in parts if isinstance(part, mi.StructType)]


def _struct(cls: type[msgspec.Struct]) -> mi.StructType:
    info = mi.type_info(cls)
    if not isinstance(info, mi.StructType):
        raise TypeError(f"{cls} is no Struct")
    return info


def _fields(cls: type[msgspec.Struct]) -> str:
    names = Typescript()
    parts = [f"`{f.encode_name}{'' if f.required else '?'}: {names.name(f.type)}`" for f in _struct(cls).fields]
    return ", ".join(parts).replace("|", "\\|") or "none"


def _enum_docs(cls: type[Enum]) -> dict[str, str]:
    """Read the strings that stand below an enum's members; they are documentation, so Python itself drops them."""
    tree = ast.parse(inspect.getsource(cls))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    docs: dict[str, str] = {}
    for statement, following in pairwise(body):
        if (
            isinstance(statement, ast.Assign)
            and isinstance(statement.targets[0], ast.Name)
            and isinstance(following, ast.Expr)
            and isinstance(following.value, ast.Constant)
        ):
            docs[statement.targets[0].id] = str(following.value.value)
    return docs


def main() -> int:
    """Write the files, or with `--check` say which of them is out of date."""
    check = "--check" in sys.argv[1:]
    stale = []
    for path, text in ((TYPESCRIPT, typescript()), (DOCUMENT, document())):
        if check and (not path.exists() or path.read_text() != text):
            stale.append(str(path.relative_to(ROOT)))
        elif not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    if stale:
        print(f"out of date: {', '.join(stale)}; run `make generate` and commit what it writes")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
