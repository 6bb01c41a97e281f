"""A phone in a pocket for five minutes, from mid-race on: the pick counts, and the way back is a fresh view."""

from __future__ import annotations

from tests.gateway.conftest import MakeHouse
from tests.waiting import until

AWAY_MS = 5 * 60_000


async def test_whoever_is_away_for_five_minutes_has_raced_and_may_come_in_again(make_house: MakeHouse) -> None:
    house = await make_house(rate=60)
    mina, jun = await house.party("Mina", "Jun")
    await mina.asks("pick_racer", racer=0)
    await jun.asks("pick_racer", racer=2)
    await mina.asks("start_race")
    await jun.hears_of("race_started")
    left_at = house.now()

    await jun.leaves()

    result = (await mina.hears_of("race_finished"))["result"]
    assert dict(result["card"]["picks"])[jun.player] == 2, "a pick stands from the countdown on"
    assert (await mina.hears_of("member_left"))["reason"] == "away", "the seat is held for two minutes"
    await until(lambda: house.now() >= left_at + AWAY_MS, "five minutes have passed")

    again = await house.guest()
    assert (await again.resumes(mina.code, jun.token))["code"] == "not_in_room"
    again.token, again.device = jun.token, jun.device
    view = (await again.joins(mina.code, "Jun"))["view"]
    assert [line["race"] for line in view["history"]][-1] == result["card"]["race"]
