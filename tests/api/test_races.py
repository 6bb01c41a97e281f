"""A finished race is public, never changes, and can be verified from its address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from tests.api.server import Backstage, serving
from tests.domain import heats

from paddock.domain.card import Rule
from paddock.domain.ids import Millis, RaceId, RoomId
from paddock.domain.race import run
from paddock.domain.record import RaceRecord, record
from paddock.races.verification import verify_source

FINISHED = heats.race_id(1)


def finished() -> RaceRecord:
    card, seed = heats.card(1), heats.seed(1)
    return record(
        card,
        heats.book(),
        seed,
        run(card, heats.book(), seed),
        room=RoomId("K7AB2"),
        rule=Rule.LAST,
        starts_at=Millis(1_800_000_000_000),
        names={player: "호랑이" for player, _ in card.picks},
    )


@pytest.fixture
def backstage() -> Backstage:
    backstage = Backstage()
    backstage.records[FINISHED] = finished()
    return backstage


@pytest.fixture
async def web(backstage: Backstage, tmp_path: Path) -> AsyncIterator[ClientSession]:
    async with serving(backstage, tmp_path) as session:
        yield session


async def test_the_record_is_what_verification_reads(web: ClientSession) -> None:
    answer = await web.get(f"/api/races/{FINISHED}")

    assert (answer.status, answer.content_type) == (200, "application/json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    verdict = await asyncio.to_thread(verify_source, str(answer.url))
    assert verdict.verified
    assert verdict.record == finished()


async def test_it_is_sent_once(web: ClientSession) -> None:
    first = await web.get(f"/api/races/{FINISHED}")

    again = await web.get(f"/api/races/{FINISHED}", headers={"If-None-Match": first.headers["ETag"]})
    other = await web.get(f"/api/races/{FINISHED}", headers={"If-None-Match": '"something else"'})

    assert (again.status, await again.read()) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert (other.status, await other.read()) == (200, await first.read())


async def test_an_unknown_race_is_refused_with_a_code(web: ClientSession, backstage: Backstage) -> None:
    answer = await web.get("/api/races/zzzzzzzzzzzzzzzz")

    assert (answer.status, answer.content_type) == (404, "application/problem+json")
    assert await answer.json(content_type=None) == {
        "title": "There is no such finished race, or it is kept no longer.",
        "status": 404,
        "code": "no_race",
        "retry": False,
        "detail": "",
    }
    assert backstage.asked == [RaceId("zzzzzzzzzzzzzzzz")]


@pytest.mark.parametrize("name", ["x", "ABCDEFGH12345678", "abcdefgh1234567%0a", "%00", "a" * 2000, "호랑이"])
async def test_what_is_no_id_never_reaches_the_store(web: ClientSession, backstage: Backstage, name: str) -> None:
    answer = await web.get(f"/api/races/{name}")

    assert answer.status == 404
    assert backstage.asked == []


async def test_while_the_store_is_away_the_answer_says_when_to_ask_again(
    web: ClientSession, backstage: Backstage
) -> None:
    backstage.away = True

    answer = await web.get(f"/api/races/{FINISHED}")

    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    assert (await answer.json(content_type=None))["retry"] is True
