"""The REST API of a real server: live rooms, and an allowance for each source."""

from __future__ import annotations

import pytest
from aiohttp import ClientSession
from msgspec.structs import replace
from tests.gateway.wire import guest, token

from paddock.app import running
from paddock.config import MEMORY, Config, Limits


def strict(requests: int = 1_000, proxies: tuple[str, ...] = ()) -> Config:
    limits = Limits(requests_per_minute=requests, guesses_per_minute=3)
    return Config(port=0, data=MEMORY, limits=limits, trusted_proxies=proxies)


async def test_a_room_is_listed_while_people_are_in_it() -> None:
    async with running(strict()) as server:
        url = f"http://127.0.0.1:{server.port}"
        async with ClientSession(url) as web, guest(url) as mina, guest(url) as jun:
            await mina.opens(name="Mina", title="Coffee at three")
            await jun.opens(name="Jun", title="Ours", password="swordfish", listing="unlisted")

            page = await (await web.get("/api/rooms")).json()
            shown = await (await web.get(f"/api/rooms/{mina.code}")).json()

            assert [room["title"] for room in page["rooms"]] == ["Coffee at three"]
            assert shown["room"] == page["rooms"][0]
            assert len(shown["commitment"]) == 64
            assert (await web.get(f"/api/rooms/{jun.code}")).status == 404


async def test_each_source_has_its_allowance_and_a_proxy_is_believed_only_when_it_is_trusted() -> None:
    for proxies, second in (((), 429), (("127.0.0.0/8",), 200)):
        async with running(strict(5, proxies)) as server, ClientSession(f"http://127.0.0.1:{server.port}") as web:
            first = await web.get("/api/rooms", headers={"X-Forwarded-For": "192.0.2.1"})
            other = await web.get("/api/rooms", headers={"X-Forwarded-For": "192.0.2.2"})
            again = await web.get("/api/rooms", headers={"X-Forwarded-For": "192.0.2.1"})

            assert (first.status, other.status, again.status) == (200, second, 429)
            assert again.headers["Retry-After"] == "2"
            assert (await web.get("/healthz")).status == 200  # balancers ask often, and are not counted


async def test_one_time_codes_and_rooms_are_guessed_from_allowances_of_their_own() -> None:
    """Wrong codes of profiles used up the guesses at rooms of everybody behind the address."""
    async with running(strict()) as server:
        url = f"http://127.0.0.1:{server.port}"
        async with ClientSession(url) as web, guest(url) as mina, guest(url) as jun:
            await mina.opens(name="Mina", password="swordfish")
            headers = {"Authorization": f"Bearer {jun.device}"}
            tried = [
                await web.post("/api/profiles/me/move", json={"code": f"K7AB-2CD{letter}"}, headers=headers)
                for letter in "ABCD"
            ]

            assert [answer.status for answer in tried] == [404, 404, 404, 429]
            assert tried[-1].headers["Retry-After"] == "60"
            assert (await tried[-1].json(content_type=None))["code"] == "too_many"
            assert (await jun.joins(mina.code, "Jun", password="swordfish"))["ok"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://friend.example"}, 404),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://behind.a.proxy"}, 404),
        ({}, 404),
    ],
)
async def test_pages_of_other_sites_spend_nothing_of_whose_browser_it_is(headers: dict[str, str], status: int) -> None:
    async with running(replace(strict(10), origins=("https://friend.example",))) as server:
        url = f"http://127.0.0.1:{server.port}"
        mine = {"Authorization": f"Bearer {token()}"}
        async with ClientSession(url) as web:
            for _ in range(2):
                sent = await web.post("/api/profiles/me/move", json={"code": "K7AB-2CDE"}, headers=mine | headers)
                assert sent.status == status
            if status == 403:
                for _ in range(3):
                    await web.get("/api/statistics/totals", headers=headers)
                assert (await web.get("/api/rooms")).status == 200, "what foreign pages ask is counted by itself"
