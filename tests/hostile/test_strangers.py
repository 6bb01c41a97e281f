"""Strangers who do not flood but look for a gap: ids of others, names of others, addresses without end, other sites.

One server of one process behind a proxy on this machine, with its limits as they ship.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from tests.cluster.door import Door
from tests.cluster.process import Server
from tests.gateway.wire import Guest

GUESSES = 10
"""Wrong passwords that one address may try in a minute."""
SITE = 4
"""How many times as many the /48 of an IPv6 address may."""
_sites = itertools.count(1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server behind a proxy on this machine."""
    server = Server(tmp_path_factory.mktemp("strangers"), trusted_proxies="127.0.0.1/32")
    server.start()
    yield server
    server.kill()
    print(server.output)


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    """Give a way in; guests leave when the test ends."""
    async with AsyncExitStack() as stack:
        yield Door(stack)


def site() -> str:
    """Give the beginning of a /48 that nobody else comes from."""
    return f"2001:db8:{next(_sites):x}"


async def room(server: Server, door: Door, **fields: object) -> Guest:
    """Let Mina make a room."""
    mina = await door.at(server, source=f"{site()}:1::1")
    assert (await mina.opens(**fields))["ok"]
    return mina


async def guess(server: Server, door: Door, code: str, source: str, password: str = "latte") -> str:
    """Try a wrong password from an address, and give the refusal."""
    guest = await door.at(server, source=source)
    reply = await guest.joins(code, "Mallory", password=password)
    return str(reply["code"])


async def test_a_pick_under_the_id_of_another_players_command_is_kept(server: Server, door: Door) -> None:
    mina = await room(server, door)
    jun = await door.at(server, source=f"{site()}:1::1")
    assert (await jun.joins(mina.code))["ok"]
    assert (await mina.asks("pick_racer", "the-same-id", racer=0))["ok"]

    assert (await jun.asks("pick_racer", "the-same-id", racer=1))["ok"]

    view = (await jun.resumes(mina.code, jun.token))["view"]
    assert view["own"]["pick"] == 1


async def test_addresses_of_one_subnet_are_one_address_for_guesses(server: Server, door: Door) -> None:
    mina = await room(server, door, password="espresso")
    own = site()
    codes = [
        await guess(server, door, mina.code, f"{own}:1::{number:x}", f"latte {number}") for number in range(GUESSES + 3)
    ]
    assert codes[:GUESSES] == ["no_room"] * GUESSES
    assert "too_many" in codes[GUESSES:], "an allowance that fills up again may have given a few back"
    other = await door.at(server, source=f"{site()}:1::1")
    assert (await other.joins(mina.code, password="espresso"))["ok"], "nobody else is kept out"


async def test_subnets_of_one_site_share_a_larger_allowance(server: Server, door: Door) -> None:
    mina = await room(server, door, password="espresso")
    own = site()
    # More than the room itself takes: the room's own allowance is not what is looked at.
    nowhere = ("AAAAA", "BBBBB", "CCCCC")
    tries = [(nowhere[number % 3], f"{own}:{number:x}::1") for number in range(SITE * GUESSES + 20)]
    one_by_one = asyncio.Semaphore(4)  # more at once would be refused for another reason

    async def one(code: str, source: str) -> str:
        async with one_by_one:
            return await guess(server, door, code, source)

    codes = Counter(await asyncio.gather(*(one(code, source) for code, source in tries)))
    assert codes["no_room"] >= SITE * GUESSES
    assert codes["too_many"] > 0, "65,536 subnets are not 65,536 allowances"
    other = await door.at(server, source=f"{site()}:1::1")
    assert (await other.joins(mina.code, password="espresso"))["ok"], "nobody else is kept out"


async def test_nothing_is_answered_under_a_name_that_is_not_the_servers(server: Server) -> None:
    async with aiohttp.ClientSession(headers={"Host": "evil.example"}) as session:
        for path in ("/", "/api/rooms", "/metrics", "/socket.io/?EIO=4&transport=polling"):
            async with session.get(server.url + path) as answer:
                assert answer.status == 421, path
        with pytest.raises(aiohttp.WSServerHandshakeError, match="421"):
            await session.ws_connect(f"{server.url}/socket.io/?EIO=4&transport=websocket")
    assert "http.unknown_host" in server.output


async def test_a_hidden_room_looks_like_none_to_whoever_tries_its_code(server: Server, door: Door) -> None:
    hidden = await room(server, door, listing="unlisted")
    shut = await room(server, door, listing="unlisted", password="espresso")
    answers = []
    for code in (hidden.code, shut.code, "ZZZZZZZZ"):
        mallory = await door.at(server, source=f"{site()}:1::1")
        about = {"room": code, "token": mallory.token}
        resumed = await mallory.asks("resume_room", **about)
        reopened = await mallory.asks("reopen_room", **about, device=mallory.device, name="Mallory")
        answers.append((resumed, reopened))
    assert answers[0] == answers[1] == answers[2]
    assert not any(answer["ok"] for answer in answers[0])


async def test_posts_of_another_sites_page_lock_nobody_of_the_office_out(server: Server, door: Door) -> None:
    mina = await room(server, door, password="espresso")
    office = f"{site()}:1::1"
    headers = {
        "Origin": "http://evil.example",
        "Sec-Fetch-Site": "cross-site",
        "Content-Type": "text/plain",
        "X-Forwarded-For": office,
    }
    async with aiohttp.ClientSession(headers=headers) as session:
        for _ in range(3 * GUESSES):
            async with session.post(f"{server.url}/api/profiles/me/move", data=b'{"code":"AAAAAAAA"}') as answer:
                assert answer.status in (401, 403, 429)

    assert await guess(server, door, mina.code, office) == "no_room", "a guess is still to be had"
    jun = await door.at(server, source=office)
    assert (await jun.joins(mina.code, password="espresso"))["ok"]


async def test_the_log_names_no_address_no_password_and_no_token(server: Server, door: Door, tmp_path: Path) -> None:
    own = site()
    mina = await room(server, door, password="ristretto")
    assert await guess(server, door, mina.code, f"{own}:1::7") == "no_room"
    await mina.says("nope", {})
    await mina.says("pick_racer", {"id": mina.token})
    for secret in (own, "2001:db8", "ristretto", "latte", mina.token, mina.device):
        assert secret not in server.output
