"""Generates the client's types of the REST API, `docs/openapi.json` and `docs/asyncapi.json`; `--check` only compares.

Run by `make generate`; `make check` fails when a generated file is not what this would write.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from msgspec import inspect as mi
from scripts.generate_wire import wire_types
from scripts.typescript import literal

from paddock.api import openapi
from paddock.api.addresses import ADDRESSES, AnyAddress
from paddock.api.bodies import Nothing
from paddock.api.problems import Problem
from paddock.gateway import asyncapi

ROOT = Path(__file__).resolve().parent.parent
TYPESCRIPT = ROOT / "web" / "src" / "api.gen.ts"
OPENAPI = ROOT / "docs" / "openapi.json"
ASYNCAPI = ROOT / "docs" / "asyncapi.json"


def typescript() -> str:
    """Write the client's types: every question, body and answer, and maps from the names of addresses to them."""
    out = wire_types()
    wire = set(out.blocks)
    for address in ADDRESSES:
        for question in (address.question, address.body):
            if question is not Nothing:
                out.name(mi.type_info(question), client=True)
        if address.answer is not Nothing:
            out.name(mi.type_info(address.answer))
    out.name(mi.type_info(Problem))
    own = "\n".join(block for name, block in out.blocks.items() if name not in wire)
    lines = "".join(_types(address) for address in ADDRESSES)
    places = "".join(_place(address) for address in ADDRESSES)
    text = (
        f"{own}\n/** What each address is asked (path and query), its JSON body, and what it answers. */\n"
        f"export interface Api {{\n{lines}}}\n"
        "\n/** How each address is asked; names in braces are fields of the question, the others make the query. */\n"
        f"export const ADDRESSES = {{\n{places}}} as const;\n"
    )
    used = sorted(name for name in wire if re.search(rf"\b{name}\b", re.sub(r"/\*\*.*?\*/", "", text)))
    return (
        "// Made by `make generate` from src/paddock/api: do not edit.\n\n"
        f'import type {{ {", ".join(used)} }} from "./wire.gen.js";\n\n{text}'
    )


def _types(address: AnyAddress) -> str:
    body = "null" if address.body is Nothing else address.body.__name__
    answer = "null" if address.answer is Nothing else address.answer.__name__
    return f"  {address.name}: {{ question: {address.question.__name__}; body: {body}; answer: {answer} }};\n"


def _place(address: AnyAddress) -> str:
    method, path, bearer = literal(address.method), literal(address.path), literal(address.bearer)
    return f"  {address.name}: {{ method: {method}, path: {path}, bearer: {bearer} }},\n"


def main() -> int:
    """Write the files, or with `--check` say which of them is out of date."""
    check = "--check" in sys.argv[1:]
    stale = []
    texts = {
        TYPESCRIPT: typescript(),
        OPENAPI: openapi.document().decode() + "\n",
        ASYNCAPI: asyncapi.document().decode() + "\n",
    }
    for path, text in texts.items():
        if check and (not path.exists() or path.read_text("utf-8") != text):
            stale.append(str(path.relative_to(ROOT)))
        elif not check:
            path.write_text(text, "utf-8")
    if stale:
        print(f"out of date: {', '.join(stale)}; run `make generate` and commit what it writes")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
