"""What a device may do with its own person, shown by its token and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from tests.api.server import Backstage, serving
from tests.api.shelf import profile

from paddock.archive.contract import ProfileId

MINA, JUN = ProfileId("aaaaaaaaaaaa"), ProfileId("bbbbbbbbbbbb")
OLD, NEW = "old_" * 10 + "abc", "new-" * 10 + "abc"


def shows(token: str) -> dict[str, str]:
    return {"Authorization": f"bearer {token}"}  # the scheme is written as one likes (RFC 9110)


@pytest.fixture
def backstage() -> Backstage:
    backstage = Backstage()
    backstage.archive.people = {MINA: profile("Mina", MINA), JUN: profile("Jun", JUN)}
    backstage.archive.devices[f"hash of {OLD}"] = MINA
    return backstage


@pytest.fixture
async def web(backstage: Backstage, tmp_path: Path) -> AsyncIterator[ClientSession]:
    async with serving(backstage, tmp_path) as session:
        yield session


async def test_a_device_knows_its_person(web: ClientSession) -> None:
    mine = await web.get("/api/profiles/me", headers=shows(OLD))

    assert (await mine.json())["name"] == "Mina"
    assert await (await web.get(f"/api/profiles/{MINA}")).json() == await mine.json()


async def test_a_device_that_has_raced_nowhere_has_nobody_yet(web: ClientSession) -> None:
    for method, path, body in (
        ("GET", "me", None),
        ("GET", "me/export", None),
        ("PATCH", "me", {"name": "Bora"}),
        ("DELETE", "me", None),
        ("POST", "me/move-code", None),
    ):
        async with web.request(method, f"/api/profiles/{path}", headers=shows(NEW), json=body) as answer:
            assert (answer.status, (await answer.json(content_type=None))["code"]) == (404, "no_profile")


async def test_another_name(web: ClientSession, backstage: Backstage) -> None:
    answer = await web.patch("/api/profiles/me", headers=shows(OLD), json={"name": "  호랑이   미나 "})

    assert (answer.status, (await answer.json())["name"]) == (200, "호랑이 미나")
    assert backstage.archive.people[JUN].name == "Jun"


async def test_a_person_moves_to_another_device_once(web: ClientSession) -> None:
    offered = await web.post("/api/profiles/me/move-code", headers=shows(OLD))
    assert offered.status == 201
    assert offered.headers["Cache-Control"] == "private, no-store"

    told = await offered.json()
    assert told["lasts_ms"] == 15 * 60_000

    code = {"code": told["code"]}
    taken = await web.post("/api/profiles/me/move", headers=shows(NEW), json=code)
    again = await web.post("/api/profiles/me/move", headers=shows(NEW), json=code)

    assert (taken.status, (await taken.json())["profile"]) == (200, MINA)
    assert (await (await web.get("/api/profiles/me", headers=shows(NEW))).json())["name"] == "Mina"
    assert (again.status, (await again.json(content_type=None))["code"]) == (404, "no_code")


async def test_all_that_is_kept_is_given_and_deleted(web: ClientSession) -> None:
    export = await web.get("/api/profiles/me/export", headers=shows(OLD))
    assert (await export.json())["profile"]["name"] == "Mina"

    gone = await web.delete("/api/profiles/me", headers=shows(OLD))

    assert (gone.status, await gone.read()) == (204, b"")
    assert (await web.get(f"/api/profiles/{MINA}")).status == 404
    assert (await web.get(f"/api/profiles/{JUN}")).status == 200


async def test_the_own_row_stands_beside_the_board(web: ClientSession) -> None:
    board = "/api/leaderboards/wins?limit=1"

    mine = await (await web.get(board, headers=shows(OLD))).json()
    nobody = await (await web.get(board, headers=shows(NEW))).json()
    others = await (await web.get(board)).json()

    assert (mine["own"]["rank"], mine["own"]["name"]) == (1, "Mina")
    assert nobody["own"] is others["own"] is None
    assert mine["rows"] == others["rows"]
    rest = await (await web.get(f"{board}&cursor={others['next']}")).json()
    assert [row["name"] for row in rest["rows"]] == ["Jun"]
