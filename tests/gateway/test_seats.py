"""Seats and tabs: whoever shows the token has the seat, once, whatever the connection does."""

from __future__ import annotations

import asyncio

import pytest
from tests.gateway.conftest import House, MakeHouse
from tests.gateway.wire import token


async def test_two_people_meet_in_a_room(house: House) -> None:
    mina, jun = await house.party("Mina", "Jun")
    joined = await mina.hears_of("member_joined")
    assert joined["member"]["name"] == "Jun"
    assert joined["member"]["player"] == jun.player


async def test_a_reloading_player_has_their_seat_and_pick_back(house: House) -> None:
    mina, jun = await house.party("Mina", "Jun")
    await jun.asks("pick_racer", racer=0)
    await jun.leaves()
    again = await house.guest()
    reply = await again.resumes(mina.code, jun.token)
    assert reply["view"]["own"] == {"player": jun.player, "pick": 0, "blind": False, "vote": None}


async def test_a_flicker_is_not_told_but_an_absence_is(house: House) -> None:
    mina, jun = await house.party("Mina", "Jun")
    heard = len(mina.heard)
    await jun.leaves()
    again = await house.guest()
    await again.resumes(mina.code, jun.token)
    await again.leaves()
    await mina.hears_of("member_went_away", after=heard)
    told = [event["type"] for name, entry in mina.heard[heard:] if name == "entry" for event in entry["events"]]
    assert told == ["member_went_away"]


async def test_missed_entries_come_one_by_one_with_what_is_ones_own(house: House) -> None:
    mina, jun = await house.party("Mina", "Jun")
    reply = await jun.asks("pick_racer", racer=2)
    assert reply == {"ok": True}
    await mina.asks("say", text="where is he?")
    await mina.hears_of("said")
    await jun.leaves()
    again = await house.guest()
    reply = await again.resumes(mina.code, jun.token, version=2)
    kinds = [event["type"] for entry in reply["entries"] for event in entry["events"]]
    assert kinds == ["player_picked", "said"]
    assert [entry["version"] for entry in reply["entries"]] == [3, 4]
    assert reply["entries"][0]["own"] == [{"type": "own_pick", "pick": 2, "blind": False}]
    assert reply["view"] is None


async def test_the_newest_tab_has_the_seat_and_the_old_one_is_told_once(house: House) -> None:
    mina, jun = await house.party("Mina", "Jun")
    tab = await house.guest()
    await tab.resumes(mina.code, jun.token)
    await jun.hears("moved")
    await jun.ends()
    assert (await tab.asks("pick_racer", racer=1))["ok"]
    assert [name for name, _ in jun.heard].count("moved") == 1
    told = [event["type"] for name, entry in mina.heard if name == "entry" for event in entry["events"]]
    assert "member_went_away" not in told


async def test_a_message_sent_twice_is_applied_once(house: House) -> None:
    _, jun = await house.party("Mina", "Jun")
    assert (await jun.asks("pick_racer", "pick-once-0001", racer=0))["ok"]
    assert (await jun.asks("pick_racer", "pick-once-0001", racer=0))["ok"]
    reply = await jun.asks("catch_up", version=2)
    kinds = [event["type"] for entry in reply["entries"] for event in entry["events"]]
    assert kinds == ["player_picked"], "the same pick again, but under another id, would have taken it back"


async def test_a_start_whose_acknowledgement_was_lost_is_acknowledged_again(house: House) -> None:
    mina, _ = await house.party("Mina", "Jun")
    assert (await mina.asks("start_race", "start-once-001"))["ok"]
    assert (await mina.asks("start_race", "start-once-001"))["ok"]
    assert (await mina.asks("start_race"))["code"] == "race_under_way"


async def test_making_a_room_twice_with_one_token_makes_one_room(house: House) -> None:
    mina, again = await house.guest(), await house.guest()
    await mina.opens()
    again.token = mina.token
    reply = await again.opens()
    assert reply["ok"]
    assert again.code == mina.code


async def test_joining_twice_with_one_token_takes_one_seat(house: House) -> None:
    mina, jun = await house.party("Mina", "Jun")
    again = await house.guest()
    again.token = jun.token
    reply = await again.joins(mina.code, "Jun")
    assert [member["name"] for member in reply["view"]["room"]["members"]] == ["Mina", "Jun"]
    assert again.player == jun.player


async def test_the_token_of_a_seat_opens_a_locked_full_private_room(house: House) -> None:
    mina, jun = await house.party("Mina", "Jun")
    assert (await mina.asks("change_settings", password="espresso", locked=True, capacity=2))["ok"]
    await jun.leaves()
    again = await house.guest()
    again.token, again.device = jun.token, jun.device
    assert (await again.joins(mina.code, "Jun"))["ok"]


async def test_a_forged_token_gets_nothing(house: House) -> None:
    mina, _ = await house.party("Mina", "Jun")
    stranger = await house.guest()
    assert (await stranger.resumes(mina.code, token()))["code"] == "not_in_room"
    assert (await stranger.resumes("AAAAA", mina.token))["code"] == "not_in_room"
    assert (await stranger.asks("start_race"))["code"] == "not_in_room"


async def test_somebody_typing_the_hosts_name_is_not_the_host(house: House) -> None:
    mina, impostor = await house.party("Mina", "Mina")
    names = {
        member["player"]: member["name"]
        for member in (await impostor.resumes(mina.code, impostor.token))["view"]["room"]["members"]
    }
    assert names[impostor.player] == "Mina 2"
    assert (await impostor.asks("start_race"))["code"] == "not_host"


async def test_a_kicked_player_is_told_and_stays_out_for_the_round(house: House) -> None:
    mina, jun = await house.party("Mina", "Jun")
    assert (await mina.asks("kick", player=jun.player))["ok"]
    assert (await jun.hears("expelled"))["reason"] == "kicked"
    assert (await jun.asks("pick_racer", racer=0))["code"] == "not_in_room"
    assert (await jun.joins(mina.code, "Jun"))["code"] == "kicked"


@pytest.mark.parametrize(("how", "code"), [("kick", "kicked"), ("block", "blocked")])
async def test_whoever_was_sent_out_while_away_learns_why(house: House, how: str, code: str) -> None:
    mina, jun = await house.party("Mina", "Jun")
    await jun.leaves()
    assert (await mina.asks(how, player=jun.player))["ok"]
    again = await house.guest()
    assert (await again.resumes(mina.code, jun.token))["code"] == code


async def test_a_seat_is_released_after_its_grace_and_its_token_is_worth_nothing(make_house: MakeHouse) -> None:
    house = await make_house(rate=200)
    mina, jun = await house.party("Mina", "Jun")
    await jun.leaves()
    left = await mina.hears_of("member_left")
    assert (left["player"], left["reason"]) == (jun.player, "away")
    again = await house.guest()
    assert (await again.resumes(mina.code, jun.token))["code"] == "not_in_room"


async def test_the_crown_passes_when_the_host_stays_away(make_house: MakeHouse) -> None:
    house = await make_house(rate=200)
    mina, jun = await house.party("Mina", "Jun")
    await mina.leaves()
    assert (await jun.hears_of("crown_passed"))["player"] == jun.player


async def test_leaving_gives_up_the_seat(house: House) -> None:
    mina, jun = await house.party("Mina", "Jun")
    assert (await jun.asks("leave_room"))["ok"]
    assert (await mina.hears_of("member_left"))["reason"] == "left"
    assert (await jun.resumes(mina.code, jun.token))["code"] == "not_in_room"


async def test_two_tabs_racing_for_the_seat_leave_one_holder(house: House) -> None:
    mina, jun = await house.party("Mina", "Jun")
    tabs = [await house.guest() for _ in range(4)]
    await asyncio.gather(*(tab.resumes(mina.code, jun.token) for tab in tabs))
    losers = [asyncio.create_task(tab.ends()) for tab in tabs]
    while sum(tab.open for tab in tabs) > 1:
        await asyncio.wait([loser for loser in losers if not loser.done()], return_when=asyncio.FIRST_COMPLETED)
    (holder,) = [tab for tab in tabs if tab.open]
    assert (await holder.asks("pick_for_me"))["ok"]
    for loser in losers:
        loser.cancel()
