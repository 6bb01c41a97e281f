"""Wrong input of every kind, to every message: a code to its sender, and nobody else notices anything."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec import inspect as mi
from tests.gateway.conftest import House
from tests.gateway.wire import Guest, token

from paddock.domain.names import NAME_GRAPHEMES
from paddock.gateway.messages import CLIENT_MESSAGES, ClientMessage, type_name

GOOD: dict[str, Any] = {
    "room": "AAAAA",
    "token": token(),
    "device": token(),
    "name": "Zoe",
    "racer": 0,
    "rank": 1,
    "ready": True,
    "text": "hi",
    "player": "abcdefghij",
    "place": 0,
    "version": 0,
}
"""A good value for every field that a message requires."""

NEVER_GOOD: list[Any] = [[], {}, -1, 1.5, 10**30, "x" * 50_000, {"$gt": ""}]
"""Values that no field of any message takes."""


def good(message: type[ClientMessage]) -> dict[str, Any]:
    """Make a message that is well formed."""
    return {name: GOOD[name] for name in required(message)}


def required(message: type[ClientMessage]) -> list[str]:
    """Name the fields a message must have, but for its id."""
    info = mi.type_info(message)
    assert isinstance(info, mi.StructType)
    return [field.encode_name for field in info.fields if field.required and field.encode_name != "id"]


def fields(message: type[ClientMessage]) -> list[str]:
    """Name all fields of a message, but for its id."""
    return [name for name in message.__struct_fields__ if name != "id"]


async def bystanders(house: House) -> tuple[Guest, Guest]:
    """Seat two people who must not notice anything."""
    mina, jun = await house.party("Mina", "Jun")
    await mina.hears_of("member_joined")
    return mina, jun


async def assert_unaffected(mina: Guest, jun: Guest, heard: int) -> None:
    """Check that the bystanders heard nothing since, and can go on."""
    assert [name for name, _ in mina.heard[heard:]] == []
    assert (await jun.asks("pick_racer", racer=1))["ok"]
    await mina.hears_of("player_picked", after=heard)


@pytest.mark.parametrize("message", CLIENT_MESSAGES, ids=type_name)
async def test_every_message_refuses_what_its_type_does_not_allow(house: House, message: type[ClientMessage]) -> None:
    mina, jun = await bystanders(house)
    heard = len(mina.heard)
    bad = await house.guest()
    event, sound = type_name(message), {"id": "some-command-1", **good(message)}
    wrong: list[Any] = [
        None,
        [],
        "text",
        7,
        {},
        {**sound, "surprise": 1},
        {**sound, "__proto__": {"host": True}},
        {**sound, "constructor": {}},
        {**sound, "id": "short"},
        {**sound, "id": 7},
        {**sound, "id": "x" * 41},
        {**sound, "id": "ünïcödé-id"},
        {"id": "x" * 60_000},
    ]
    for name in required(message):
        wrong += [{key: value for key, value in sound.items() if key != name}]
    for name in fields(message):
        wrong += [{**sound, name: value} for value in NEVER_GOOD]
        if name not in {"ready", "seated", "one_device", "locked"}:
            wrong += [{**sound, name: True}]
    for payload in wrong:
        reply = await bad.says(event, payload)
        assert reply["ok"] is False, payload
        assert reply["code"] == "malformed", payload
        assert reply["retry"] is False
        assert len(reply["detail"]) <= 200
    for arguments in ([], [sound, sound], [sound, None]):
        assert (await bad.says(event, *arguments))["code"] == "malformed"
    await assert_unaffected(mina, jun, heard)


@pytest.mark.parametrize(
    "event",
    ["PickRacer", "pick racer", "constructor", "toString", "0", "entry", "view", "é", "x" * 100],
)
async def test_messages_that_do_not_exist_are_refused(house: House, event: str) -> None:
    guest = await house.guest()
    assert (await guest.says(event, {"id": "some-command-1"}))["code"] == "unknown_message"
    assert (await guest.asks("sync_clock"))["ok"]


@pytest.mark.parametrize(
    "event", ["", "__proto__", "connect", "disconnect", "connect_error", "newListener", "removeListener"]
)
async def test_reserved_event_names_end_that_connection_only(house: House, event: str) -> None:
    mina, jun = await bystanders(house)
    heard = len(mina.heard)
    guest = await house.guest()
    await guest.sends_raw("42" + msgspec.json.encode([event, {}]).decode())
    await guest.ends()
    await assert_unaffected(mina, jun, heard)


@pytest.mark.parametrize(
    "packet",
    [
        '42["sync_clock",{"id":"some-command-1","\\ud800":1}]',
        '42["sync_clock",{"id":NaN}]',
        "42[" + "[" * 5_000,
        '42{"not":"a list"}',
        "429999999999999999999999",
        "4",
        "49",
        "7",
        '43[{"ok":true}]',
        "451-[]",
    ],
    ids=lambda packet: packet[:24],
)
async def test_a_packet_that_is_none_harms_nobody_else(house: House, packet: str) -> None:
    mina, jun = await bystanders(house)
    heard = len(mina.heard)
    guest = await house.guest()
    await guest.sends_raw(packet)
    await assert_unaffected(mina, jun, heard)


NOT_IN_A_ROOM = {"create_room", "join_room", "resume_room", "reopen_room", "sync_clock", "watch_lobby", "unwatch_lobby"}


@pytest.mark.parametrize("field", ["room", "token", "device", "id"])
async def test_an_id_with_a_line_feed_behind_it_is_none(house: House, field: str) -> None:
    """`$` of a pattern matches before a last line feed too, so that ids came through with one."""
    mina, _ = await bystanders(house)
    stranger = await house.guest()
    fields = {"id": "command-1", "room": mina.code, "token": token(), "device": token(), "name": "Zoe"}
    fields[field] += "\n"
    assert (await stranger.says("join_room", fields))["code"] == "malformed"


@pytest.mark.parametrize("message", CLIENT_MESSAGES, ids=type_name)
async def test_whoever_is_in_no_room_can_do_nothing_in_one(house: House, message: type[ClientMessage]) -> None:
    mina, jun = await bystanders(house)
    heard = len(mina.heard)
    if type_name(message) not in NOT_IN_A_ROOM:
        stranger = await house.guest()
        assert (await stranger.asks(type_name(message), **good(message)))["code"] == "not_in_room"
    await assert_unaffected(mina, jun, heard)


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        ("start_race", {}),
        ("next_round", {}),
        ("kick", {"player": "abcdefghij"}),
        ("block", {"player": "abcdefghij"}),
        ("unblock", {"place": 0}),
        ("hand_over", {"player": "abcdefghij"}),
        ("change_settings", {"track": 1000}),
    ],
)
async def test_what_only_the_host_may_do(house: House, event: str, fields: dict[str, Any]) -> None:
    mina, jun = await bystanders(house)
    heard = len(mina.heard)
    assert (await jun.asks(event, **fields))["code"] == "not_host"
    await assert_unaffected(mina, jun, heard)


@pytest.mark.parametrize(
    "name", ["", "   ", "\u202ereversed", "\u200b", "\u3164", "x" * (NAME_GRAPHEMES + 1), "a\u0300\u0301\u0302\u0303"]
)
async def test_names_that_cannot_be_shown_are_refused(house: House, name: str) -> None:
    mina, _ = await bystanders(house)
    guest = await house.guest()
    assert (await guest.joins(mina.code, name))["code"] == "bad_name"


async def test_markup_stays_text(house: House) -> None:
    mina, _ = await bystanders(house)
    assert (await mina.asks("say", text="<b onclick=alert(1)>hi</b>"))["ok"]
    assert (await mina.hears_of("said"))["message"]["text"] == "<b onclick=alert(1)>hi</b>"


async def test_a_track_that_is_not_offered_is_refused(house: House) -> None:
    mina, _ = await bystanders(house)
    assert (await mina.asks("change_settings", track=600))["code"] == "bad_setting"
    assert (await mina.asks("change_settings", life_h=2))["code"] == "bad_setting"
    assert (await mina.asks("change_settings", title="x" * 31))["code"] == "bad_text"
