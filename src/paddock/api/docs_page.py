"""The documentation page at `/api/docs`: `openapi.json` as one page of HTML that needs no script and no other host."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Final

import msgspec

from paddock.api import openapi

Json = dict[str, Any]

_CODE: Final = re.compile(r"`([^`]+)`")
_BRACES: Final = re.compile(r"({\w+})")


@cache
def page() -> bytes:
    """Give the page, made once."""
    told: Json = msgspec.json.decode(openapi.document())
    return "".join(_page(told)).encode()


@cache
def style() -> bytes:
    """Give its style sheet."""
    return files("paddock.api").joinpath("docs.css").read_bytes()


def _page(told: Json) -> Iterator[str]:
    info = told["info"]
    title = escape(info["title"])
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n"
        '<link rel="icon" href="/favicon.svg">\n<link rel="stylesheet" href="/api/docs.css">\n</head>\n<body>\n'
    )
    yield f'<header><h1>{title}</h1><p class="links">Version {escape(info["version"])} · '
    yield '<a href="/openapi.json">openapi.json</a> · <a href="/asyncapi.json">asyncapi.json</a></p></header>\n'
    operations = [
        (method, path, operation) for path, methods in told["paths"].items() for method, operation in methods.items()
    ]
    yield '<nav aria-label="Addresses">\n'
    for tag in told["tags"]:
        yield f'<h2><a href="#tag-{tag["name"]}">{escape(tag["name"])}</a></h2>\n<ul>\n'
        for method, path, operation in operations:
            if tag["name"] in operation["tags"]:
                yield f'<li><a href="#{operation["operationId"]}">{_method(method)}{_path(path)}</a></li>\n'
        yield "</ul>\n"
    yield '<h2><a href="#types">types</a></h2>\n</nav>\n<main>\n<section>\n'
    yield _text(info["description"])
    yield "</section>\n"
    for tag in told["tags"]:
        yield f'<section id="tag-{tag["name"]}">\n<h2>{escape(tag["name"])}</h2>\n{_text(tag["description"])}'
        for method, path, operation in operations:
            if tag["name"] in operation["tags"]:
                yield from _operation(method, path, operation, told["components"]["responses"])
        yield "</section>\n"
    yield '<section id="types">\n<h2>types</h2>\n'
    for name, schema in told["components"]["schemas"].items():
        yield from _schema(name, schema)
    yield "</section>\n</main>\n</body>\n</html>\n"


def _operation(method: str, path: str, operation: Json, refusals: Json) -> Iterator[str]:
    yield f'<article id="{operation["operationId"]}">\n<h3>{_method(method)}{_path(path)}</h3>\n'
    yield _text(operation["description"])
    security = operation.get("security", [])
    if security:
        yield _text(
            "Shows no token, or `Authorization: Bearer` with a device token." if {} in security
            else "Shows `Authorization: Bearer` with a device token."
        )  # fmt: skip
    if operation["parameters"]:
        yield "<h4>Asked with</h4>\n"
        yield from _table(
            ("name", "where", "type", "meaning"),
            (
                (f"<code>{escape(each['name'])}</code>", each["in"], _type(each["schema"]), _line(each["description"]))
                for each in operation["parameters"]
            ),
        )
    if "requestBody" in operation:
        ((kind, body),) = operation["requestBody"]["content"].items()
        yield f"<h4>Body</h4>\n<p><code>{escape(kind)}</code>: {_type(body['schema'])}</p>\n"
    yield "<h4>Answers</h4>\n<dl>\n"
    for status, answer in operation["responses"].items():
        refused = refusals[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
        content = refused.get("content", {})
        kinds = ", ".join(_type(body["schema"]) for body in content.values())
        names = ", ".join(f"<code>{escape(name)}</code>" for name in refused.get("headers", {}))
        yield f"<dt>{escape(status)} {kinds}</dt>\n<dd>{_text(refused['description'])}"
        yield f"<p>With {names}.</p></dd>\n" if names else "</dd>\n"
    yield "</dl>\n</article>\n"


def _schema(name: str, schema: Json) -> Iterator[str]:
    yield f'<article id="type-{escape(name)}">\n<h3>{escape(name)}</h3>\n{_text(schema.get("description", ""))}'
    if "properties" in schema:
        required = schema.get("required", ())
        yield from _table(
            ("field", "type", "meaning"),
            (
                (
                    f"<code>{escape(field)}</code>{'' if field in required else ' (may be left out)'}",
                    _type(kind),
                    _line(kind.get("description", "")),
                )
                for field, kind in schema["properties"].items()
            ),
        )
    else:
        yield f"<p>{_type(schema)}</p>\n"
    yield "</article>\n"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    yield '<div class="table"><table>\n<thead><tr>'
    yield "".join(f'<th scope="col">{head}</th>' for head in heads)
    yield "</tr></thead>\n<tbody>\n"
    for row in rows:
        yield "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n"
    yield "</tbody></table></div>\n"


def _type(schema: Json) -> str:
    """Say a schema in a few words, with links to those that have a name."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#type-{name}">{name}</a>{_bounds(schema)}'
    if "anyOf" in schema:
        return " or ".join(_type(part) for part in schema["anyOf"])
    if "enum" in schema:
        return " · ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if "prefixItems" in schema:
        return "[" + ", ".join(_type(part) for part in schema["prefixItems"]) + "]"
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}" if "items" in schema else "list"
    if schema.get("type") == "object":
        values = schema.get("additionalProperties")
        return f"object of {_type(values)}" if isinstance(values, dict) else "object"
    return escape(str(schema.get("type", "anything"))) + _bounds(schema)


def _bounds(schema: Json) -> str:
    words = {
        "pattern": "<code>{}</code>",
        "minimum": "from {}",
        "maximum": "to {}",
        "minLength": "at least {} long",
        "maxLength": "at most {} long",
        "default": "else <code>{}</code>",
    }
    return "".join(f", {words[key].format(escape(str(schema[key])))}" for key in words if key in schema)


def _text(text: str) -> str:
    """Turn paragraphs and lists as docstrings have them into HTML."""
    parts = []
    for block in filter(None, text.split("\n\n")):
        lines = block.split("\n")
        if all(line.startswith("- ") for line in lines):
            parts.append("<ul>" + "".join(f"<li>{_line(line[2:])}</li>" for line in lines) + "</ul>\n")
        else:
            parts.append(f"<p>{_line(' '.join(lines))}</p>\n")
    return "".join(parts)


def _line(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text, quote=False))


def _method(method: str) -> str:
    return f'<span class="method {method}">{method.upper()}</span> '


def _path(path: str) -> str:
    named = _BRACES.sub(r"<var>\1</var>", escape(path))
    return f"<code>{named}</code>"
