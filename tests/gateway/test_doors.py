"""Doors: passwords, foreign pages, floods; what a stranger can learn is nothing."""

from __future__ import annotations

import aiohttp
import pytest
from tests.gateway.conftest import GENEROUS, House, MakeHouse
from tests.gateway.wire import guest

from paddock.config import Limits


async def test_a_private_room_opens_with_its_password_only(house: House) -> None:
    (mina,) = await house.party("Mina", password="espresso")
    jun = await house.guest()
    assert (await jun.joins(mina.code, "Jun"))["code"] == "no_room"
    assert (await jun.joins(mina.code, "Jun", password="latte"))["code"] == "no_room"
    assert (await jun.joins(mina.code, "Jun", password="espresso"))["ok"]
    assert all("argon2" not in text for text in (*mina.traffic, *jun.traffic))


async def test_a_wrong_password_and_a_room_that_is_not_there_sound_the_same(house: House) -> None:
    (mina,) = await house.party("Mina", password="espresso")
    jun = await house.guest()
    wrong = await jun.joins(mina.code, "Jun", password="latte")
    nowhere = await jun.joins("AAAAA" if mina.code != "AAAAA" else "BBBBB", "Jun", password="latte")
    assert wrong == nowhere


async def test_guesses_are_limited_over_reconnects_and_a_right_one_is_no_guess(make_house: MakeHouse) -> None:
    house = await make_house(limits=Limits(guesses_per_minute=3))
    (mina,) = await house.party("Mina", password="espresso")
    codes = []
    for number in range(4):
        async with guest(house.url) as jun:
            codes.append((await jun.joins(mina.code, "Jun", password=f"latte {number}")).get("code"))
    assert codes == ["no_room", "no_room", "no_room", "too_many"]


async def test_right_passwords_do_not_use_up_the_guesses(make_house: MakeHouse) -> None:
    house = await make_house(limits=Limits(guesses_per_minute=2))
    (mina,) = await house.party("Mina", password="espresso")
    for number in range(5):
        someone = await house.guest()
        assert (await someone.joins(mina.code, f"Guest {number}", password="espresso"))["ok"]


async def test_a_flood_is_refused_with_a_code_and_the_flooder_may_go_on_later(make_house: MakeHouse) -> None:
    house = await make_house(rate=50, limits=Limits(commands_per_second=1, commands_burst=5))
    flooder = await house.guest()
    replies = [await flooder.asks("sync_clock") for _ in range(40)]
    refused = [reply for reply in replies if not reply["ok"]]
    assert refused
    assert {(reply["code"], reply["retry"]) for reply in refused} == {("too_many", True)}


async def test_rooms_per_source_are_limited(make_house: MakeHouse) -> None:
    house = await make_house(limits=Limits(rooms_per_minute=2))
    guests = [await house.guest() for _ in range(3)]
    answers = [(await someone.opens()).get("code") for someone in guests]
    assert answers == [None, None, "too_many"]


async def test_talk_is_limited_to_what_people_can_read(house: House) -> None:
    (mina,) = await house.party("Mina")
    codes = [(await mina.asks("say", text=f"line {number}")).get("code") for number in range(15)]
    assert codes[:10] == [None] * 10
    assert "too_many" in codes


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://evil.example", 403), ("null", 403), ("https://friend.example", 101)],
)
async def test_pages_of_other_sites_may_not_connect(make_house: MakeHouse, origin: str, status: int) -> None:
    house = await make_house(limits=GENEROUS, origins=("https://friend.example",))
    address = f"{house.url}/socket.io/?EIO=4&transport=websocket"
    async with aiohttp.ClientSession() as session:
        if status == 101:
            async with session.ws_connect(address, origin=origin) as socket:
                assert (await socket.receive_str()).startswith("0{")
        else:
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await session.ws_connect(address, origin=origin)
            assert refused.value.status == status


async def test_blocked_people_stay_out_with_another_token_and_another_name(house: House) -> None:
    mina, jun = await house.party("Mina", "Jun")
    assert (await mina.asks("block", player=jun.player))["ok"]
    again = await house.guest()
    again.device = jun.device
    assert (await again.joins(mina.code, "Somebody else"))["code"] == "blocked"
    assert (await mina.asks("unblock", place=0))["ok"]
    assert (await again.joins(mina.code, "Somebody else"))["ok"]
