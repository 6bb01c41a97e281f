"""What a request may look like: exactly what its types say, and nothing that has to be guessed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
import structlog
from aiohttp import ClientSession
from structlog.testing import capture_logs
from tests.api.server import Backstage, serving
from tests.api.shelf import profile
from yarl import URL

from paddock.api import endpoint
from paddock.api.addresses import ADDRESSES, AnyAddress
from paddock.archive.contract import Board, BoardQuestion, Period, ProfileId
from paddock.domain.ids import Millis, RoomId
from paddock.domain.names import NAME_GRAPHEMES

TOKEN = "mina" * 10 + "abc"
MINE = {"Authorization": f"Bearer {TOKEN}"}
MINA = ProfileId("aaaaaaaaaaaa")


@pytest.fixture
def backstage() -> Backstage:
    backstage = Backstage()
    backstage.archive.people[MINA] = profile("Mina")
    backstage.archive.devices[f"hash of {TOKEN}"] = MINA
    return backstage


@pytest.fixture
async def web(backstage: Backstage, tmp_path: Path) -> AsyncIterator[ClientSession]:
    async with serving(backstage, tmp_path) as session:
        yield session


async def code(web: ClientSession, method: str, path: str, **more: object) -> tuple[int, str]:
    """Ask, and give status and code of the refusal."""
    async with web.request(method, path, **more) as answer:  # type: ignore[arg-type]  # whatever aiohttp takes
        assert answer.content_type == "application/problem+json", await answer.text()
        assert answer.headers["Cache-Control"] == "no-store"
        body = await answer.json(content_type=None)
        assert body["status"] == answer.status
        return answer.status, body["code"]


@pytest.mark.parametrize(
    "query",
    [
        "x=1",
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=+5",
        "limit=05",
        "limit=5.0",
        "limit=%205",
        "limit=true",
        "limit=null",
        "limit=",
        "limit=5&limit=5",
        "limit=99999999999999999999999",
        "cursor=",
        "cursor=%00",
        "cursor=a%20b",
        "cursor=%ED%95%9C",
        "cursor=" + "a" * 301,
        "period=year",
        "period=ALL",
        "on=2026-02-30",
        "on=2026-2-3",
        "on=20260203",
        "on=2026-02-03T00:00:00Z",
        "on=1790000000000",
        "on=",
        "room=k7ab2",
        "room=K7AB1",
        "board=wins",
        "Limit=5",
    ],
)
async def test_a_parameter_that_is_not_what_its_type_says_is_refused(web: ClientSession, query: str) -> None:
    path = URL(f"{await _origin(web)}/api/leaderboards/wins?{query}", encoded=True)

    assert await code(web, "GET", str(path)) == (400, "malformed")


async def test_what_is_asked_reaches_the_archive_as_it_is(web: ClientSession, backstage: Backstage) -> None:
    answer = await web.get("/api/leaderboards/win_rate?period=week&on=2026-11-24&room=K7AB2&limit=1", headers=MINE)

    assert answer.status == 200
    (question,) = backstage.archive.asked
    assert question == BoardQuestion(Board.WIN_RATE, Period.WEEK, date(2026, 11, 24), RoomId("K7AB2"))


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        ("/api/rooms/x", "no_room"),
        ("/api/rooms/K7AB1/races", "no_room"),
        ("/api/races/x/replay", "no_race"),
        ("/api/profiles/MINA", "no_profile"),
        ("/api/profiles/aaaaaaaaaaaa%0A/races", "no_profile"),
        ("/api/leaderboards/money", "not_found"),
        ("/api/none", "not_found"),
        ("/api/", "not_found"),
    ],
)
async def test_a_path_that_names_nothing_is_not_found(web: ClientSession, path: str, refusal: str) -> None:
    where = URL(f"{await _origin(web)}{path}", encoded=True)

    assert await code(web, "GET", str(where), headers={"Accept": "text/html"}) == (404, refusal)


async def test_a_cursor_of_another_list_is_refused(web: ClientSession) -> None:
    assert await code(web, "GET", "/api/leaderboards/wins?cursor=abc") == (422, "bad_cursor")
    assert await code(web, "GET", "/api/rooms?cursor=abc") == (422, "bad_cursor")


@pytest.mark.parametrize(
    "shown",
    [
        [],
        ["Bearer"],
        ["Bearer "],
        [f"Basic {TOKEN}"],
        [TOKEN],
        [f"Bearer {TOKEN}x"],
        [f"Bearer {TOKEN[:-1]}"],
        [f"Bearer {TOKEN} {TOKEN}"],
        [f"Bearer {TOKEN}", f"Bearer {TOKEN}"],
        ["Bearer " + "é" * 43],
    ],
)
@pytest.mark.parametrize("address", [a for a in ADDRESSES if a.bearer == "must"], ids=lambda a: a.name)
async def test_what_is_ones_own_opens_only_to_the_token(
    web: ClientSession, address: AnyAddress, shown: list[str]
) -> None:
    headers = [("Authorization", line) for line in shown]
    async with web.request(address.method, address.path, headers=headers, json={}) as answer:
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert (await answer.json(content_type=None))["code"] == "no_token"


async def test_a_token_that_may_be_shown_must_be_one(web: ClientSession) -> None:
    basic = {"Authorization": "Basic cHJveHk6c2VjcmV0"}  # what a proxy before the server may ask of browsers

    assert (await web.get("/api/leaderboards/wins", headers=basic)).status == 200
    wrong = {"Authorization": "Bearer x"}
    assert await code(web, "GET", "/api/leaderboards/wins", headers=wrong) == (401, "no_token")


@pytest.mark.parametrize(
    ("body", "kind", "refusal"),
    [
        (b'{"name": "Mina"}', "text/plain", (415, "unsupported_type")),
        (b'{"name": "Mina"}', "", (415, "unsupported_type")),
        (b"name=Mina", "application/x-www-form-urlencoded", (415, "unsupported_type")),
        (b"", "application/json", (400, "malformed")),
        (b"{", "application/json", (400, "malformed")),
        (b"[]", "application/json", (400, "malformed")),
        (b"{}", "application/json", (400, "malformed")),
        (b'{"name": 1}', "application/json", (400, "malformed")),
        (b'{"name": null}', "application/json", (400, "malformed")),
        (b'{"name": "Mina", "x": 1}', "application/json", (400, "malformed")),
        (b'{"name": "\xff"}', "application/json", (400, "malformed")),
        (b'{"name": "' + b"a" * 201 + b'"}', "application/json", (400, "malformed")),
        (b"[" * 20_000, "application/json", (400, "malformed")),
        (b'{"name": "' + b"a" * 100_000 + b'"}', "application/json", (413, "too_large")),
        (b'{"name": ""}', "application/json", (422, "bad_name")),
        (b'{"name": "' + b"a" * (NAME_GRAPHEMES + 1) + b'"}', "application/json", (422, "bad_name")),
        ('{"name": "ㅤ"}'.encode(), "application/json", (422, "bad_name")),
    ],
)
async def test_a_body_is_json_of_its_type(
    web: ClientSession, backstage: Backstage, body: bytes, kind: str, refusal: tuple[int, str]
) -> None:
    headers = {**MINE, "Content-Type": kind} if kind else MINE
    skip = () if kind else ("Content-Type",)

    async with web.patch("/api/profiles/me", data=body, headers=headers, skip_auto_headers=skip) as answer:
        assert (answer.status, (await answer.json(content_type=None))["code"]) == refusal
    assert backstage.archive.people[MINA].name == "Mina"


async def test_who_asks_too_much_is_told_when_to_ask_again(web: ClientSession, backstage: Backstage) -> None:
    backstage.admission.wait_s = 7

    for address in ADDRESSES:
        async with web.request(address.method, address.path, headers=MINE) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (429, "7"), address.name
            assert (await answer.json(content_type=None))["retry"] is True


async def test_taking_a_wrong_code_is_charged(web: ClientSession, backstage: Backstage) -> None:
    body = {"code": "K7AB-2CDE"}
    assert await code(web, "POST", "/api/profiles/me/move", json=body, headers=MINE) == (404, "no_code")
    assert backstage.admission.guesses == ["code"]

    backstage.admission.guess_wait_s = 60
    async with web.post("/api/profiles/me/move", json=body, headers=MINE) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "60")


NO_GUESS: list[tuple[dict[str, str], str, tuple[int, str]]] = [
    ({}, '{"code": "K7AB-2CDE"}', (401, "no_token")),
    ({"Authorization": "Bearer x"}, '{"code": "K7AB-2CDE"}', (401, "no_token")),
    ({"Authorization": "Basic eHg6eHg="}, '{"code": "K7AB-2CDE"}', (401, "no_token")),
    (MINE, '{"code": "x"}', (404, "no_code")),
    (MINE, '{"code": ""}', (400, "malformed")),
    (MINE, '{"kode": "K7AB-2CDE"}', (400, "malformed")),
    (MINE, "nothing", (400, "malformed")),
    (MINE | {"Content-Type": "text/plain"}, '{"code": "K7AB-2CDE"}', (415, "unsupported_type")),
]


@pytest.mark.parametrize(("headers", "body", "refusal"), NO_GUESS)
async def test_what_cannot_be_a_guess_is_not_charged(
    web: ClientSession, backstage: Backstage, headers: dict[str, str], body: str, refusal: tuple[int, str]
) -> None:
    """Ten POSTs without a token locked everybody behind the address out of rooms with a password."""
    headers = {"Content-Type": "application/json"} | headers
    assert await code(web, "POST", "/api/profiles/me/move", data=body, headers=headers) == refusal
    assert backstage.admission.guesses == []


@pytest.mark.parametrize("address", [a for a in ADDRESSES if a.method != "GET"], ids=lambda a: a.name)
async def test_a_page_of_another_site_changes_nothing_and_costs_nothing(
    web: ClientSession, backstage: Backstage, address: AnyAddress
) -> None:
    backstage.admission.cross_site = True
    assert await code(web, address.method, address.path, headers=MINE) == (403, "foreign_page")
    assert backstage.admission.asked == 0
    assert backstage.admission.guesses == []


async def test_an_answer_has_a_time_limit(
    web: ClientSession, backstage: Backstage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "HANDLER_S", 0.05)
    backstage.archive.stuck = asyncio.Event()

    async with web.get("/api/statistics/kinds") as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
        assert (await answer.json(content_type=None))["code"] == "timeout"


async def test_so_has_a_body_that_does_not_come(
    web: ClientSession, backstage: Backstage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "HANDLER_S", 0.2)

    async def never() -> AsyncIterator[bytes]:
        yield b'{"name":'
        await asyncio.Event().wait()

    headers = {**MINE, "Content-Type": "application/json"}
    async with web.patch("/api/profiles/me", data=never(), headers=headers) as answer:
        assert (answer.status, (await answer.json(content_type=None))["code"]) == (503, "timeout")


ASKS_THE_ARCHIVE = [
    (address, re.sub(r"{(\w+)}", lambda place: {"board": "wins"}.get(place[1], "K7AB2"), address.path))
    for address in ADDRESSES
    if address.tag in {"leaderboards", "statistics"} or address.bearer == "must" or address.name == "room_races"
]


@pytest.mark.parametrize(("address", "path"), ASKS_THE_ARCHIVE, ids=[address.name for address, _ in ASKS_THE_ARCHIVE])
async def test_while_the_archive_is_away_the_answer_says_so(
    web: ClientSession, backstage: Backstage, address: AnyAddress, path: str
) -> None:
    backstage.archive.away = True
    bodies = {"rename": {"name": "Mina"}, "take_move": {"code": "K7AB-2CDE"}}

    async with web.request(address.method, path, headers=MINE, json=bodies.get(address.name)) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
        assert (await answer.json(content_type=None))["code"] == "unavailable"
    async with web.get("/api/rooms") as answer:
        assert answer.status == 200


async def test_tokens_and_codes_are_in_no_log(web: ClientSession, backstage: Backstage) -> None:
    structlog.reset_defaults()
    with capture_logs() as logs:
        await web.get("/api/profiles/me", headers=MINE)
        await web.post("/api/profiles/me/move", json={"code": "K7AB-2CDE"}, headers=MINE)
        backstage.archive.people.clear()
        await web.get("/api/profiles/me/export", headers=MINE)

    assert [line["event"] for line in logs] == ["http.failed"]  # a person who is gone between two questions
    assert TOKEN not in str(logs)
    assert "K7AB-2CDE" not in str(logs)
    assert backstage.now() == Millis(1_800_000_000_000)


async def _origin(web: ClientSession) -> URL:
    async with web.get("/robots.txt") as answer:
        return answer.url.origin()
