"""Half a character in any text of a message: refused by the code of that text, and the connection stays."""

from __future__ import annotations

import pytest
from aiohttp import ClientSession
from tests.gateway.conftest import House
from tests.gateway.wire import token


@pytest.mark.parametrize("half", ["\ud800", "Mi\udfffna", "\ude00\ud83d"])
async def test_half_a_character_is_refused_by_the_code_of_its_text(house: House, half: str) -> None:
    """What broke: the packet was taken for no JSON, and the connection ended without a word of why."""
    mina, jun = await house.party("Mina", "Jun")
    ara = await house.guest()

    assert (await ara.joins(mina.code, half))["code"] == "bad_name"
    assert (await ara.opens(name=half))["code"] == "bad_name"
    assert (await ara.opens(title=half))["code"] == "bad_text"
    assert (await jun.asks("rename_player", name=half))["code"] == "bad_name"
    assert (await jun.asks("say", text=half))["code"] == "bad_text"
    assert (await ara.asks("join_room", room=half, token=ara.token, device=ara.device, name="A"))["code"] == "malformed"
    assert (await ara.asks("watch_lobby", query=half))["ok"]
    assert (await ara.joins(mina.code, "Ara"))["ok"], "the connection is as it was"
    headers = {"Authorization": f"Bearer {token()}", "Content-Type": "application/json"}
    async with ClientSession() as session:
        body = b'{"name": "\\ud800"}'
        answer = await session.patch(f"{house.url}/api/profiles/me", data=body, headers=headers)
        assert (await answer.json())["code"] == "bad_name"
