"""A race that is over is in its room's history over HTTP at once, and can be shown again and verified."""

from __future__ import annotations

from aiohttp import ClientSession
from tests.gateway.conftest import MakeHouse


async def test_what_was_raced_today_is_in_the_history_at_once(make_house: MakeHouse) -> None:
    house = await make_house(rate=20)
    mina, jun = await house.party("Mina", "Jun")
    await mina.asks("pick_racer", racer=0)
    await jun.asks("pick_racer", racer=1)
    await mina.asks("start_race")
    finished = await mina.hears_of("race_finished")
    result = finished["result"]

    async with ClientSession(house.url) as web:
        (line,) = (await (await web.get(f"/api/rooms/{mina.code}/races")).json())["races"]
        replay = await (await web.get(f"/api/races/{line['race']}/replay")).json()
        verdict = await (await web.get(f"/api/races/{line['race']}/verification")).json()

    assert (line["race"], line["room"], line["rule"]) == (result["card"]["race"], mina.code, "last")
    assert [(runner["rank"], runner["racer"]) for runner in line["runners"]] == [
        (1, result["order"][0][0]),
        (2, result["order"][1][0]),
    ]
    assert [runner["player"] for runner in line["runners"] if runner["paid"]] == result["payers"]
    assert replay["order"] == result["order"]
    assert [lane["finish"] for lane in replay["lanes"]] == result["finish"]
    assert verdict == {"race": line["race"], "verified": True, "differences": []}
