"""The room list: only to those who look, as deltas in order, at most one per interval."""

from __future__ import annotations

from itertools import pairwise

from tests.gateway.conftest import House


async def test_who_does_not_look_hears_nothing(house: House) -> None:
    idle = await house.guest()
    mina, _ = await house.party("Mina", "Jun")
    viewer = await house.guest()
    assert [room["room"] for room in (await viewer.asks("watch_lobby"))["rooms"]] == [mina.code]
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
    await viewer.hears("lobby_changed", lambda delta: delta["gone"] == [mina.code])


async def test_many_changes_make_few_messages_and_no_version_is_skipped(house: House) -> None:
    viewer = await house.guest()
    start = (await viewer.asks("watch_lobby"))["version"]
    names = [f"Guest {number}" for number in range(30)]
    await house.party(*names)
    await viewer.hears("lobby_changed", lambda delta: any(room["seated"] == 30 for room in delta["changed"]))
    versions = [delta["version"] for name, delta in viewer.heard if name == "lobby_changed"]
    assert versions[0] == start + 1
    assert all(later == earlier + 1 for earlier, later in pairwise(versions))
    assert len(versions) < len(names)


async def test_unlisted_rooms_are_not_listed_and_leaving_the_list_ends_it(house: House) -> None:
    viewer = await house.guest()
    await viewer.asks("watch_lobby")
    (mina,) = await house.party("Mina", listing="unlisted")
    (jun,) = await house.party("Jun", title="Tea")
    await viewer.hears("lobby_changed", lambda delta: any(room["title"] == "Tea" for room in delta["changed"]))
    assert all(mina.code not in text for text in viewer.traffic)
    await viewer.asks("unwatch_lobby")
    heard = len(viewer.heard)
    other = await house.guest()
    await other.asks("watch_lobby")
    await jun.asks("change_settings", title="More tea")
    await other.hears("lobby_changed", lambda delta: any(room["title"] == "More tea" for room in delta["changed"]))
    assert viewer.heard[heard:] == []
