"""Who may keep an answer, how it is recognised, and which pages of other sites may read it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from tests.api.server import Backstage, serving
from tests.api.shelf import profile
from tests.api.test_races import FINISHED, finished

from paddock.api.addresses import ADDRESSES, AnyAddress
from paddock.archive.contract import ProfileId

TOKEN = "mina" * 10 + "abc"
MINE = {"Authorization": f"Bearer {TOKEN}"}
MINA = ProfileId("aaaaaaaaaaaa")
PLACES = {"{race}": FINISHED, "{profile}": MINA, "{board}": "wins", "{room}": "K7AB2"}
READ = [address for address in ADDRESSES if address.method == "GET" and address.name != "room"]


def path(address: AnyAddress) -> str:
    """Fill in what there is on stage."""
    filled = address.path
    for name, value in PLACES.items():
        filled = filled.replace(name, value)
    return filled


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[ClientSession]:
    backstage = Backstage()
    backstage.records[FINISHED] = finished()
    backstage.archive.people[MINA] = profile("Mina")
    backstage.archive.devices[f"hash of {TOKEN}"] = MINA
    async with serving(backstage, tmp_path) as session:
        yield session


@pytest.mark.parametrize("address", READ, ids=lambda address: address.name)
async def test_what_may_be_kept_is_sent_once(web: ClientSession, address: AnyAddress) -> None:
    headers = MINE if address.bearer == "must" else {}
    first = await web.get(path(address), headers=headers)
    assert first.status == 200, await first.text()

    if address.bearer == "must":
        assert first.headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in first.headers
        return
    assert first.headers["Cache-Control"] == address.keeping.value
    again = await web.get(path(address), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]


@pytest.mark.parametrize("address", READ, ids=lambda address: address.name)
async def test_head_says_what_get_would(web: ClientSession, address: AnyAddress) -> None:
    full = await web.get(path(address), headers=MINE)
    head = await web.head(path(address), headers=MINE)

    assert (head.status, await head.read()) == (200, b"")
    for name in ("Content-Length", "Content-Type", "Cache-Control", "ETag"):
        assert head.headers.get(name) == full.headers.get(name), name


@pytest.mark.parametrize("address", [a for a in READ if a.bearer == "may"], ids=lambda address: address.name)
async def test_an_answer_to_somebody_is_kept_by_nobody(web: ClientSession, address: AnyAddress) -> None:
    """A shared cache that kept it would show one person's own row to the next."""
    own = await web.get(path(address), headers=MINE)
    others = await web.get(path(address))

    assert own.headers["Cache-Control"] == "private, no-store"
    assert own.headers["Vary"] == others.headers["Vary"] == "Authorization"


async def test_other_sites_read_only_what_has_an_unguessable_id(web: ClientSession) -> None:
    open_to_all = set()
    for address in READ:
        answer = await web.get(path(address), headers={**MINE, "Origin": "https://elsewhere.example"})
        if answer.headers.get("Access-Control-Allow-Origin") is not None:
            open_to_all.add(address.name)

    assert open_to_all == {"race", "replay", "verification"}


@pytest.mark.parametrize("method", ["PUT", "TRACE", "OPTIONS", "POST"])
async def test_a_method_that_is_not_offered_is_refused_with_those_that_are(web: ClientSession, method: str) -> None:
    answer = await web.request(method, "/api/profiles/me", headers={"Origin": "https://elsewhere.example"})

    assert (answer.status, answer.headers["Allow"]) == (405, "DELETE,GET,HEAD,PATCH")
    assert (await answer.json(content_type=None))["code"] == "method_not_allowed"
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_the_documents_are_served(web: ClientSession) -> None:
    for place, kind in (
        ("/openapi.json", "application/json"),
        ("/asyncapi.json", "application/json"),
        ("/api/docs", "text/html"),
        ("/api/docs.css", "text/css"),
    ):
        answer = await web.get(place)
        assert (answer.status, answer.content_type) == (200, kind)
        again = await web.get(place, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status == 304
