"""The description of the REST API is a valid one, says what is served, and has a page that shows all of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR
from tests.api.server import Backstage

from paddock.api import docs_page, openapi, routes
from paddock.api.addresses import ADDRESSES
from paddock.api.problems import ProblemCode
from paddock.domain.refusals import Refusal

DOCS = Path(__file__).parents[2] / "docs"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def described() -> Json:
    document: Json = json.loads(openapi.document())
    return document


def references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def resolve(document: Json, reference: str) -> object:
    found: object = document
    for name in reference.removeprefix("#/").split("/"):
        assert isinstance(found, dict), reference
        found = found[name.replace("~1", "/").replace("~0", "~")]
    return found


def test_it_is_valid_openapi_3_1(described: Json) -> None:
    assert described["openapi"] == "3.1.0"
    assert [str(error) for error in OPENAPI_31_VALIDATOR.iter_errors(described)] == []
    broken = {**described, "paths": {"no slash": {}}}
    assert not OPENAPI_31_VALIDATOR.is_valid(broken)


def test_every_reference_leads_somewhere_and_nothing_stands_about(described: Json) -> None:
    used = set(references(described))
    for reference in used:
        resolve(described, reference)
    for section in ("schemas", "responses"):
        named = {f"#/components/{section}/{name}" for name in described["components"][section]}
        assert named - used == set()


def test_it_says_exactly_what_is_served(described: Json) -> None:
    app = web.Application()
    routes(app, Backstage(), Backstage())
    # Places are served as `{room:[^/]+}`.
    served = {
        (route.method, re.sub(r"{(\w+):[^}]+}", r"{\1}", route.resource.canonical))
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    told = {(method.upper(), path) for path, methods in described["paths"].items() for method in methods}

    assert told == {(method, path) for method, path in served if path.startswith("/api/")} - {
        ("GET", "/api/docs"),
        ("GET", "/api/docs.css"),
    }


def test_the_committed_copy_is_what_is_served(described: Json) -> None:
    assert json.loads((DOCS / "openapi.json").read_text()) == described


def test_codes_that_both_protocols_have_are_the_same_words() -> None:
    """A client has one table of words; a code that means two things would show the wrong ones."""
    shared = {code.value for code in ProblemCode} & {refusal.value for refusal in Refusal}

    assert {"malformed", "too_many", "internal", "timeout", "no_room", "bad_name"} <= shared
    assert all(code.says and 400 <= code.status < 600 for code in ProblemCode)


def test_every_code_of_an_address_is_told(described: Json) -> None:
    for address in ADDRESSES:
        responses = described["paths"][address.path][address.method.lower()]["responses"]
        for code in (*address.refuses, ProblemCode.MALFORMED, ProblemCode.TOO_MANY, ProblemCode.UNAVAILABLE):
            said = resolve(described, responses[str(code.status)]["$ref"])
            assert isinstance(said, dict)
            assert f"`{code.value}`: {code.says}" in said["description"]


class Page(HTMLParser):
    """The links, anchors and loaded files of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: list[str] = []
        self.loaded: list[str] = []
        self.inline: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "id" in given:
            self.anchors.append(given["id"] or "")
        if tag == "a":
            self.links.append(given["href"] or "")
        if tag in {"link", "script", "img"}:
            self.loaded.append(given.get("href") or given.get("src") or "")
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        self.inline += [tag for tag in (tag,) if tag in {"style", "script"}]
        if tag not in {"meta", "link", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_shows_all_of_it_and_needs_nothing_from_elsewhere(described: Json) -> None:
    page = Page()
    text = docs_page.page().decode()
    page.feed(text)

    assert page.open == []
    assert page.inline == []
    assert page.loaded == ["/favicon.svg", "/api/docs.css"]
    assert len(page.anchors) == len(set(page.anchors))
    operations = {o["operationId"] for methods in described["paths"].values() for o in methods.values()}
    assert operations <= set(page.anchors)
    assert {f"type-{name}" for name in described["components"]["schemas"]} <= set(page.anchors)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.anchors)
    assert {link for link in page.links if not link.startswith("#")} == {"/openapi.json", "/asyncapi.json"}
    assert "url(" not in docs_page.style().decode()


def test_what_the_types_say_is_text_on_the_page() -> None:
    assert docs_page._line("<b> `<i>`") == "&lt;b&gt; <code>&lt;i&gt;</code>"


def test_bodies_as_sent_fit_their_schema(described: Json) -> None:
    """msgspec writes the schema and the JSON from the same types; here another library compares the two."""
    import jsonschema_rs
    from tests.api.shelf import profile
    from tests.api.test_races import finished

    from paddock.api.races import replay

    for name, body in (("RaceRecord", finished()), ("Replay", replay(finished())), ("Profile", profile("Mina"))):
        schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
        assert jsonschema_rs.validator_for(schema).is_valid(json.loads(msgspec.json.encode(body))), name
        assert not jsonschema_rs.validator_for(schema).is_valid({})
