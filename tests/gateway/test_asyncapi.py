"""The description of the realtime protocol: every message is in it, and every reference leads somewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from tests.api.test_openapi import references, resolve
from tests.gateway.conftest import House

from paddock.gateway import asyncapi, pushes
from paddock.gateway import messages as m

DOCS = Path(__file__).parents[2] / "docs"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def described() -> Json:
    document: Json = json.loads(asyncapi.document())
    return document


def test_its_parts_are_those_of_asyncapi_3(described: Json) -> None:
    assert described["asyncapi"] == "3.0.0"
    assert set(described) <= {
        "asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations", "components"
    }  # fmt: skip
    assert {"title", "version"} <= set(described["info"])
    for server in described["servers"].values():
        assert {"host", "protocol"} <= set(server)
    for operation in described["operations"].values():
        assert operation["action"] in {"send", "receive"}
        assert list(operation["channel"]) == ["$ref"]
        for message in (*operation["messages"], *operation.get("reply", {}).get("messages", ())):
            # The specification wants the messages of an operation to be those of its channel, by reference.
            assert message["$ref"].startswith(f"{operation['channel']['$ref']}/messages/")
    for message in described["components"]["messages"].values():
        assert {"name", "title", "summary", "payload"} == set(message)


def test_every_reference_leads_somewhere_and_nothing_stands_about(described: Json) -> None:
    used = set(references(described))
    for reference in used:
        resolve(described, reference)
    for section in ("schemas", "messages"):
        named = {f"#/components/{section}/{name}" for name in described["components"][section]}
        assert named - used == set()


def test_every_message_is_there_with_its_acknowledgement(described: Json) -> None:
    operations = described["operations"]

    assert set(operations) == {m.type_name(kind) for kind in (*m.CLIENT_MESSAGES, *pushes.SERVER_MESSAGES)}
    for kind in m.CLIENT_MESSAGES:
        operation = operations[m.type_name(kind)]
        replies = [each["$ref"].rpartition("/")[2] for each in operation["reply"]["messages"]]
        assert operation["action"] == "receive"
        assert replies == [m.REPLIES.get(kind, m.Reply).__name__, "Refused"]
    for push in pushes.SERVER_MESSAGES:
        assert operations[m.type_name(push)]["action"] == "send"
        assert "reply" not in operations[m.type_name(push)]


def test_the_committed_copy_is_what_is_served(described: Json) -> None:
    assert json.loads((DOCS / "asyncapi.json").read_text()) == described


async def test_what_goes_over_the_wire_is_what_it_describes(described: Json, house: House) -> None:
    """A round's traffic is read by a validator that knows the document and nothing of the code."""

    def fits(name: str, value: object) -> None:
        schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
        errors = [str(error) for error in jsonschema_rs.validator_for(schema).iter_errors(value)]
        assert errors == [], (name, value)

    names = {m.type_name(kind): kind.__name__ for kind in pushes.SERVER_MESSAGES}
    mina, jun = await house.party("Mina", "Jun")
    fits("Reply", await mina.asks("say", text="hello"))
    fits("Refused", await jun.asks("start_race"))
    fits("CaughtUp", await jun.asks("catch_up", version=1))
    fits("ClockSynced", await jun.asks("sync_clock"))
    fits("Reply", await mina.asks("pick_racer", racer=0))
    fits("Reply", await jun.asks("pick_racer", racer=1))
    fits("Reply", await mina.asks("start_race"))
    await jun.hears_of("draw_started")
    await mina.asks("leave_room")
    await jun.hears_of("crown_passed")

    assert len(jun.heard) >= 5
    for event, message in jun.heard:
        fits(names[event], message)
    assert msgspec.json.decode(asyncapi.document())["info"]["version"]
