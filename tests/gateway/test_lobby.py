"""The room list: only to those who look, a page at a time, as changes in order, at most one per interval."""

from __future__ import annotations

import pytest
from tests.gateway.conftest import House
from tests.gateway.viewer import Viewer
from tests.gateway.wire import Json


async def viewer_of(house: House) -> Viewer:
    """Let somebody come who looks at the list."""
    return Viewer(await house.guest())


async def test_who_does_not_look_hears_nothing(house: House) -> None:
    idle = await house.guest()
    mina, _ = await house.party("Mina", "Jun")
    viewer = await viewer_of(house)
    await viewer.looks()
    assert viewer.codes() == [mina.code]
    assert idle.heard == []
    assert all(name != "lobby_changed" for name, _ in mina.heard)


async def test_joins_and_leaves_refresh_the_list(house: House) -> None:
    viewer = await house.guest()
    await viewer.asks("watch_lobby")
    mina, jun = await house.party("Mina", "Jun", title="Coffee")
    two = await viewer.hears("lobby_changed", lambda delta: any(room["seated"] == 2 for room in delta["changed"]))
    (room,) = two["changed"]
    assert (room["room"], room["title"], room["host"]) == (mina.code, "Coffee", "Mina")
    await jun.asks("leave_room")
    await viewer.hears("lobby_changed", lambda delta: any(room["seated"] == 1 for room in delta["changed"]))
    await mina.asks("leave_room")
    await viewer.hears("lobby_changed", lambda delta: delta["gone"] == [mina.code] and delta["total"] == 0)


async def test_many_changes_make_few_messages_and_no_version_is_skipped(house: House) -> None:
    viewer = await viewer_of(house)
    await viewer.looks()
    names = [f"Guest {number}" for number in range(30)]
    await house.party(*names)
    await viewer.who.hears("lobby_changed", lambda delta: any(room["seated"] == 30 for room in delta["changed"]))
    assert 0 < len(viewer.changes()) < len(names)


async def test_unlisted_rooms_are_not_listed_and_leaving_the_list_ends_it(house: House) -> None:
    viewer = await house.guest()
    await viewer.asks("watch_lobby")
    (mina,) = await house.party("Mina", listing="unlisted")
    (jun,) = await house.party("Jun", title="Tea")
    await viewer.hears("lobby_changed", lambda delta: any(room["title"] == "Tea" for room in delta["changed"]))
    assert all(mina.code not in text for text in viewer.traffic)
    assert (await viewer.asks("watch_lobby", query=mina.code))["total"] == 0
    assert (await viewer.asks("watch_lobby"))["total"] == 1
    await viewer.asks("unwatch_lobby")
    heard = len(viewer.heard)
    other = await house.guest()
    await other.asks("watch_lobby")
    await jun.asks("change_settings", title="More tea")
    await other.hears("lobby_changed", lambda delta: any(room["title"] == "More tea" for room in delta["changed"]))
    assert viewer.heard[heard:] == []


async def test_pages_lead_through_the_whole_list_newest_first(house: House) -> None:
    hosts = [(await house.party(f"Host {number}"))[0] for number in range(5)]
    viewer = await viewer_of(house)
    seen: list[str] = []
    after = None
    for _ in range(3):
        page = await viewer.looks(after=after, limit=2)
        assert page["total"] == 5
        seen += viewer.codes()
        after = page["next"]
    assert after is None
    assert sorted(seen) == sorted(host.code for host in hosts)
    opened = {room["room"]: room["opened_at"] for room in (await viewer.looks(limit=50))["rooms"]}
    assert seen == sorted(seen, key=lambda code: (-opened[code], code))


async def test_a_search_is_live_and_hears_nothing_of_other_rooms(house: House) -> None:
    (tea,) = await house.party("Mina", title="Tea time")
    (coffee,) = await house.party("Jun", title="Coffee")
    viewer, code = await viewer_of(house), await viewer_of(house)
    await viewer.looks("ＴＥＡ")
    await code.looks(coffee.code.lower())
    assert (viewer.codes(), code.codes()) == ([tea.code], [coffee.code])

    everybody = await viewer_of(house)
    await everybody.looks()
    await coffee.asks("change_settings", title="Black coffee")
    await everybody.who.hears("lobby_changed")
    await coffee.asks("change_settings", title="Tea after all")

    both = [room["room"] for room in sorted(everybody.answer["rooms"], key=lambda room: -room["opened_at"])]
    await viewer.sees(*both)
    assert [change["changed"][0]["title"] for change in viewer.changes()] == ["Tea after all"]


async def test_equal_questions_share_a_look_and_another_question_ends_it_for_this_viewer(house: House) -> None:
    first, second = await viewer_of(house), await viewer_of(house)
    look = (await first.looks("Tea"))["look"]
    assert (await second.looks(" tea "))["look"] == look
    other = await second.looks("coffee")
    assert other["look"] != look
    await house.party("Mina", title="Tea")
    await first.who.hears("lobby_changed")
    assert all(arg["look"] != look for name, arg in second.who.heard if name == "lobby_changed")


async def test_who_enters_a_room_looks_no_longer(house: House) -> None:
    viewer = await house.guest()
    await viewer.asks("watch_lobby")
    assert (await viewer.opens(name="Mina"))["ok"]
    other = await viewer_of(house)
    await other.looks()
    mark = len(viewer.heard)
    await house.party("Jun")
    await other.who.hears("lobby_changed")
    assert all(name != "lobby_changed" for name, _ in viewer.heard[mark:])


@pytest.mark.parametrize(
    "fields",
    [
        {"limit": 0},
        {"limit": 51},
        {"limit": True},
        {"after": "here"},
        {"after": "1-AAAAA\n"},
        {"after": 7},
        {"query": "x" * 61},
        {"query": None},
        {"page": 2},
    ],
)
async def test_a_question_out_of_bounds_is_malformed(house: House, fields: Json) -> None:
    viewer = await house.guest()
    assert (await viewer.asks("watch_lobby", **fields))["code"] == "malformed"


async def test_looking_is_limited(house: House) -> None:
    viewer = await house.guest()
    codes = [(await viewer.asks("watch_lobby", query=f"search {number}")).get("code") for number in range(40)]
    assert codes[:30] == [None] * 30
    assert codes[-1] == "too_many"
