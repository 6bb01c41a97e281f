"""The REST API of a real server: live rooms, and an allowance for each source."""

from __future__ import annotations

from aiohttp import ClientSession
from tests.gateway.wire import guest

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


async def test_wrong_codes_and_wrong_passwords_are_guesses_of_one_source() -> None:
    """Otherwise whoever is out of guesses at a door would go on at the other."""
    async with running(strict()) as server:
        url = f"http://127.0.0.1:{server.port}"
        async with ClientSession(url) as web, guest(url) as mina, guest(url) as jun:
            await mina.opens(name="Mina", password="swordfish")
            for _ in range(3):
                await jun.joins(mina.code, "Jun", password="wrong")

            headers = {"Authorization": f"Bearer {jun.device}"}
            answer = await web.post("/api/profiles/me/move", json={"code": "K7AB-2CDE"}, headers=headers)

            assert (answer.status, answer.headers["Retry-After"]) == (429, "60")
            assert (await answer.json(content_type=None))["code"] == "too_many"
