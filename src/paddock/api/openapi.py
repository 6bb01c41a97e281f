"""Describes the REST API as OpenAPI 3.1, from the list of addresses and their types; nothing is described by hand.

Served at `/openapi.json`, and committed as `docs/openapi.json` (`make generate`).
"""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any, Final

import msgspec

from paddock.api.addresses import ADDRESSES, AnyAddress, Keeping
from paddock.api.bodies import Nothing, Question
from paddock.api.problems import Problem, ProblemCode
from paddock.version import VERSION

Json = dict[str, Any]
"""Part of a JSON document."""

TAGS: Final = {
    "rooms": "Live rooms, as everybody may see them. Nothing here changes a room.",
    "races": "Finished races. Whoever has the id of one may read all of it, also from pages of other sites.",
    "profiles": "People over all rooms and devices, and what a device may do with its own person.",
    "leaderboards": "Who raced, won and paid most.",
    "statistics": "Figures of racer kinds, days and everything.",
}
DEVICE: Final = "device"
_REF: Final = "#/components/schemas/{name}"
_ALWAYS: Final = (
    ProblemCode.MALFORMED,
    ProblemCode.TOO_MANY,
    ProblemCode.INTERNAL,
    ProblemCode.BUSY,
    ProblemCode.UNAVAILABLE,
    ProblemCode.TIMEOUT,
)
_ABOUT: Final = """\
Rooms, races, people, leaderboards and statistics of one Paddock server. Live rooms are played over Socket.IO
(`/asyncapi.json`); nothing here changes them.

Parameters and bodies are exactly what their types say: unknown, repeated and wrong ones are refused, and nothing is
turned into another type. An error is `application/problem+json` with a `code` of a closed set. Times are in
milliseconds since 1970. Every address that answers `GET` answers `HEAD`. Answers that may be kept carry an `ETag`.
Pages are read by `next`: what one page gave is the `cursor` of the following one."""


@cache
def document() -> bytes:
    """Give the description as JSON, made once."""
    questions = [address.question for address in ADDRESSES]
    bodies = [kind for address in ADDRESSES for kind in (address.body, address.answer) if kind is not Nothing]
    _, schemas = msgspec.json.schema_components([*questions, *bodies, Problem], ref_template=_REF)
    for schema in schemas.values():
        # Python 3.13 and newer take the indentation off docstrings, older ones do not.
        if "description" in schema:
            schema["description"] = inspect.cleandoc(schema["description"])
    fields: dict[type[Question], dict[str, Json]] = {
        question: schemas.pop(question.__name__)["properties"] for question in dict.fromkeys(questions)
    }
    refusals: dict[str, Json] = {}
    paths: dict[str, Json] = defaultdict(dict)
    for address in ADDRESSES:
        paths[address.path][address.method.lower()] = _operation(address, fields[address.question], refusals)
    whole = {
        "openapi": "3.1.0",
        "info": {
            "title": "Paddock, the REST API",
            "version": VERSION,
            "description": _ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": says} for name, says in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": dict(sorted(refusals.items())),
            "securitySchemes": {
                DEVICE: {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The device token that the browser made and keeps: 43 characters of base64url.",
                }
            },
        },
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=1)


def _operation(address: AnyAddress, fields: dict[str, Json], refusals: dict[str, Json]) -> Json:
    told: Json = {
        "operationId": address.name,
        "tags": [address.tag],
        "summary": address.says.partition(". ")[0].rstrip(".") + ".",
        "description": address.says,
        "parameters": list(_parameters(address, fields)),
        "responses": dict(_responses(address, refusals)),
    }
    if address.body is not Nothing:
        schema = {"$ref": _REF.format(name=address.body.__name__)}
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if address.bearer == "must":
        told["security"] = [{DEVICE: []}]
    elif address.bearer == "may":
        told["security"] = [{}, {DEVICE: []}]
    return told


def _parameters(address: AnyAddress, fields: dict[str, Json]) -> Iterator[Json]:
    for name, field in fields.items():
        schema = dict(field)
        if "anyOf" in schema:  # what may be left out; nothing in a query is null
            schema = dict(schema["anyOf"][0])
        place = "path" if name in address.places else "query"
        says = schema.pop("description", "")
        yield {"name": name, "in": place, "required": place == "path", "description": says, "schema": schema}


def _responses(address: AnyAddress, refusals: dict[str, Json]) -> Iterator[tuple[str, Json]]:
    keeping: Json = {"Cache-Control": _header("Who may keep the answer, and for how long.")}
    kept = address.keeping is not Keeping.NOBODY
    if kept and address.bearer == "never":
        keeping["ETag"] = _header("Changes with the answer.")
    success: Json = {"description": inspect.cleandoc(address.answer.__doc__ or ""), "headers": keeping}
    if address.answer is not Nothing:
        schema = {"$ref": _REF.format(name=address.answer.__name__)}
        success["content"] = {"application/json": {"schema": schema}}
    yield str(address.status), success
    if kept:
        yield "304", {"description": "What you hold (`If-None-Match`) is still so."}
    by_status: dict[int, list[ProblemCode]] = defaultdict(list)
    for code in sorted(set(_codes(address)), key=lambda code: code.status):
        by_status[code.status].append(code)
    for status, codes in by_status.items():
        name = "-".join(sorted(codes))
        refusals[name] = _problem(status, codes)
        yield str(status), {"$ref": f"#/components/responses/{name}"}


def _codes(address: AnyAddress) -> Iterator[ProblemCode]:
    yield from _ALWAYS
    yield from address.refuses
    if address.bearer != "never":
        yield ProblemCode.NO_TOKEN
    if address.body is not Nothing:
        yield from (ProblemCode.TOO_LARGE, ProblemCode.UNSUPPORTED_TYPE)


def _problem(status: int, codes: list[ProblemCode]) -> Json:
    schema = {"$ref": _REF.format(name=Problem.__name__)}
    told: Json = {
        "description": "\n".join(f"- `{code.value}`: {code.says}" for code in sorted(codes)),
        "content": {"application/problem+json": {"schema": schema}},
    }
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        seconds = {"type": "integer", "minimum": 1}
        told["headers"] = {"Retry-After": {"description": "Seconds.", "required": True, "schema": seconds}}
    if status == HTTPStatus.UNAUTHORIZED:
        told["headers"] = {"WWW-Authenticate": _header("`Bearer`.")}
    return told


def _header(says: str) -> Json:
    return {"description": says, "required": True, "schema": {"type": "string"}}
