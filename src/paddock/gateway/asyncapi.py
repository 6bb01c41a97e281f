"""Describes the realtime protocol as AsyncAPI 3.0, from the types of `messages`; nothing is described by hand.

Served at `/asyncapi.json`, and committed as `docs/asyncapi.json` (`make generate`).
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

import msgspec
from msgspec import Struct

from paddock.gateway import messages as m
from paddock.gateway import pushes
from paddock.version import VERSION

CHANNEL: Final = "namespace"
_CHANNEL: Final = f"#/channels/{CHANNEL}"

Json = dict[str, object]


@cache
def document() -> bytes:
    """Give the description as JSON, made once."""
    kinds = (*m.CLIENT_MESSAGES, *_replies(), *pushes.SERVER_MESSAGES)
    _, schemas = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    for schema in schemas.values():
        # Python 3.13 and newer take the indentation off docstrings, older ones do not.
        if "description" in schema:
            schema["description"] = inspect.cleandoc(schema["description"])
    return msgspec.json.format(
        msgspec.json.encode(
            {
                "asyncapi": "3.0.0",
                "info": {
                    "title": "Paddock, the realtime protocol",
                    "version": VERSION,
                    "description": inspect.cleandoc(m.__doc__ or ""),
                    "license": {"name": "MIT"},
                },
                "defaultContentType": "application/json",
                "servers": {
                    "here": {
                        "host": "localhost:8080",
                        "pathname": "/socket.io/",
                        "protocol": "socketio",
                        "protocolVersion": "5",
                        "description": "Socket.IO v5 over Engine.IO v4: WebSocket or long-polling.",
                    }
                },
                "channels": {
                    CHANNEL: {
                        "address": "/",
                        "title": "The default namespace",
                        "messages": {kind.__name__: _ref(f"components/messages/{kind.__name__}") for kind in kinds},
                    }
                },
                "operations": dict(_operations()),
                "components": {"messages": dict(_messages(kinds)), "schemas": schemas},
            }
        ),
        indent=1,
    )


def _replies() -> tuple[type[Struct], ...]:
    return tuple(dict.fromkeys((m.Reply, *m.REPLIES.values(), m.Refused)))


def _operations() -> Iterator[tuple[str, Json]]:
    for message in m.CLIENT_MESSAGES:
        reply = m.REPLIES.get(message, m.Reply)
        yield (
            m.type_name(message),
            {
                "action": "receive",
                "channel": {"$ref": _CHANNEL},
                "summary": _summary(message),
                "messages": [_on_channel(message)],
                "reply": {"channel": {"$ref": _CHANNEL}, "messages": [_on_channel(reply), _on_channel(m.Refused)]},
            },
        )
    for push in pushes.SERVER_MESSAGES:
        yield (
            m.type_name(push),
            {
                "action": "send",
                "channel": {"$ref": _CHANNEL},
                "summary": _summary(push),
                "messages": [_on_channel(push)],
            },
        )


def _messages(kinds: Iterable[type[Struct]]) -> Iterator[tuple[str, Json]]:
    answers = _replies()
    for kind in kinds:
        name = "acknowledgement" if kind in answers else m.type_name(kind)
        payload = _ref(f"components/schemas/{kind.__name__}")
        yield kind.__name__, {"name": name, "title": kind.__name__, "summary": _summary(kind), "payload": payload}


def _on_channel(kind: type[Struct]) -> Json:
    return {"$ref": f"{_CHANNEL}/messages/{kind.__name__}"}


def _ref(place: str) -> Json:
    return {"$ref": f"#/{place}"}


def _summary(kind: type[Struct]) -> str:
    return inspect.cleandoc(kind.__doc__ or "").split("\n\n")[0].replace("\n", " ")
