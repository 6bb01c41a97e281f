"""No oracle: a stranger who presents a code learns nothing from the answer, nor from the work it takes."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from tests.gateway.conftest import House, MakeHouse
from tests.gateway.strangers import LETS_IN, ROOMS, WAYS, Work, archive_is_there, closed, unlisted, with_password, work
from tests.gateway.wire import Guest, token

from paddock.config import Limits

__all__ = ["work"]  # a fixture


@pytest.mark.parametrize("way", WAYS)
async def test_no_room_an_unlisted_one_one_with_a_password_and_a_closed_one_are_the_same(
    house: House, work: Work, way: str
) -> None:
    """`resume_room` told them apart 1,100 times a second, `reopen_room` and joining told closed rooms."""
    await archive_is_there(house)
    told, done = {}, {}
    for room in ROOMS:
        if (way, room) in LETS_IN:
            continue
        code = await room(house)
        work.begin(code)
        told[room] = await WAYS[way](house, code)
        done[room] = tuple(work.done)

    assert len(set(told.values())) == 1, told
    assert len(set(done.values())) == 1, done


async def test_a_link_to_an_unlisted_room_lets_in_with_one_tap(house: House) -> None:
    (mina,) = await house.party("Mina", listing="unlisted")
    for name in ("Jun", "Tom"):
        assert (await (await house.guest()).joins(mina.code, name))["ok"]


async def test_only_the_founder_is_told_that_a_room_is_closed(house: House) -> None:
    code = await closed(house)
    stranger = await house.guest()
    assert (await stranger.joins(code, "Jun"))["code"] == "no_room"
    mina, *_ = house.guests
    by_device = await house.guest()
    by_device.device = mina.device
    assert (await by_device.joins(code, "Mina"))["code"] == "closed"
    about = {"token": by_device.token, "device": by_device.device, "name": "Mina"}
    assert (await by_device.asks("reopen_room", room=code, **about))["ok"]


# -- One allowance ---------------------------------------------------------------------------------------------------

THREE = Limits(guesses_per_minute=3)


def codes(start: int) -> list[str]:
    return [f"ZZZZZZ{one}{two}" for one in "ABCDEFGH" for two in "ABCDEFGH"][start : start + 3]


async def test_all_ways_that_can_tell_something_share_one_allowance(make_house: MakeHouse) -> None:
    """Whoever is out of guesses at one way goes on at no other, and a hit is refused like a miss."""
    house = await make_house(limits=THREE)
    await archive_is_there(house)
    hidden, shut = await unlisted(house), await with_password(house)
    (public,) = await house.party("Mina")
    stranger = await house.guest()
    history, board = WAYS["GET /api/rooms/CODE/races"], WAYS["GET /api/leaderboards/wins?room=CODE"]

    first, second, third = codes(0)
    assert (await stranger.joins(first, "Jun"))["code"] == "no_room"
    assert (await history(house, second))[0] == 200
    assert (await board(house, third))[0] == 200

    for code in (hidden, shut, *codes(3)):
        assert (await stranger.joins(code, "Jun"))["code"] == "too_many"
        assert (await history(house, code))[0] == 429
        assert (await board(house, code))[0] == 429
    assert (await stranger.joins(public.code, "Jun"))["ok"], "a listed room is no secret"


async def test_a_guess_made_again_costs_nothing_and_tells_nothing(make_house: MakeHouse) -> None:
    """Fifty people of an office who follow a dead link, or type one password, are no scan."""
    house = await make_house(limits=THREE)
    shut = await with_password(house)
    crowd = [await house.guest() for _ in range(6)]

    dead = [await someone.joins("ZZZZZZZZ", "Jun") for someone in crowd]
    assert {answer["code"] for answer in dead} == {"no_room"}
    wrong = [await someone.joins(shut, "Jun", password="latte") for someone in crowd]
    assert {answer["code"] for answer in wrong} == {"no_room"}
    for some in (crowd[:3], crowd[3:]):
        right = await asyncio.gather(*(someone.joins(shut, "Jun", password="espresso") for someone in some))
        assert [answer.get("code") for answer in right] == [None] * len(some)

    assert (await (await house.guest()).joins("ZZZZZZZY", "Jun"))["code"] == "no_room"
    assert (await (await house.guest()).joins("ZZZZZZZX", "Jun"))["code"] == "too_many"


async def test_coming_back_in_the_morning_costs_no_guess(make_house: MakeHouse) -> None:
    """Tabs that were open overnight ask for seats that are gone; the office they are in must not be locked out."""
    house = await make_house(limits=THREE)
    shut, gone = await with_password(house), await closed(house)
    for _ in range(70):
        tab = await house.guest()
        assert (await tab.resumes(gone, token()))["code"] == "not_in_room"
    assert (await (await house.guest()).joins(shut, "Jun", password="espresso"))["ok"]


async def test_whoever_is_in_a_room_pays_for_nothing(make_house: MakeHouse) -> None:
    house = await make_house(limits=Limits(guesses_per_minute=1))
    await archive_is_there(house)
    mina, jun = await house.party("Mina", "Jun", listing="unlisted")
    assert (await (await house.guest()).joins("ZZZZZZZZ", "Tom"))["code"] == "no_room"
    for _ in range(3):
        again = await house.guest()
        assert (await again.resumes(mina.code, jun.token))["ok"]
        again.token, again.device = jun.token, jun.device
        assert (await again.joins(mina.code, "Jun"))["ok"]
        assert await history_of(house, mina) == 200


async def history_of(house: House, member: Guest) -> int:
    headers = {"Authorization": f"Bearer {member.device}"}
    async with (
        aiohttp.ClientSession() as web,
        web.get(f"{house.url}/api/rooms/{member.code}/races", headers=headers) as answer,
    ):
        return answer.status
