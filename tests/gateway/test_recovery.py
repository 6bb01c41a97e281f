"""Recovery on the wire, as the unmodified client asks for it: missed entries once, in order, or a fresh start."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from tests.gateway.conftest import GENEROUS, House, MakeHouse
from tests.gateway.wire import Guest, Json, guest
from tests.waiting import LIMIT_S

from paddock.app import running
from paddock.config import Config
from paddock.stores.contract import Session, StoreUnavailable
from paddock.stores.local import LocalStore

SCRIPT = Path(__file__).parent / "js" / "recover.mjs"


def claim(who: Guest, **changed: object) -> Json:
    """Give what a client that lost its connection shows when it comes back."""
    shown: Json = {"pid": who.pid, "room": who.code, "token": who.token}
    if who.offset is not None:
        shown["offset"] = who.offset
    return {**shown, **changed}


def said(who: Guest) -> list[str]:
    """Give the lines of chat a guest heard."""
    entries = [entry for name, entry in who.heard if name == "entry"]
    return [event["message"]["text"] for entry in entries for event in entry["events"] if event["type"] == "said"]


async def lost(house: House) -> tuple[Guest, Guest]:
    """Let Jun hear one line, lose his connection, and miss two."""
    mina, jun = await house.party("Mina", "Jun")
    await mina.asks("say", text="heard")
    await jun.hears_of("said")
    await jun.leaves()
    await mina.asks("say", text="missed 1")
    await mina.asks("say", text="missed 2")
    return mina, jun


async def test_missed_entries_come_once_and_then_the_new_ones(house: House) -> None:
    mina, jun = await lost(house)
    back = await house.guest(claim(jun))
    assert back.pid == jun.pid, "the client takes the same pid as a word that it has recovered"
    await mina.asks("say", text="new")
    await back.hears("entry", lambda entry: any("new" in str(event) for event in entry["events"]))
    assert said(back) == ["missed 1", "missed 2", "new"]
    versions = [entry["version"] for name, entry in back.heard if name == "entry"]
    assert versions == list(range(versions[0], versions[0] + len(versions)))
    assert (await back.asks("pick_racer", racer=0))["ok"], "the seat came back with the connection"


async def test_without_any_event_received_yet_recovery_starts_where_the_seat_was_taken(house: House) -> None:
    mina, jun = await house.party("Mina", "Jun")
    assert jun.offset is None
    await jun.leaves()
    await mina.asks("say", text="missed")
    back = await house.guest(claim(jun))
    await back.hears_of("said")
    assert back.pid == jun.pid
    assert said(back) == ["missed"]


async def test_ones_own_secrets_come_with_what_was_missed(house: House) -> None:
    mina, jun = await house.party("Mina", "Jun")
    await mina.asks("say", text="heard")
    await jun.hears_of("said")
    offset = jun.offset
    await jun.asks("pick_racer", racer=3)
    await mina.hears_of("player_picked")
    back = await house.guest(claim(jun, offset=offset))
    entry = await back.hears("entry")
    assert entry["own"] == [{"type": "own_pick", "pick": 3, "blind": False}]


async def test_recovery_after_a_restart_of_the_process(tmp_path: Path) -> None:
    config = Config(port=0, data=tmp_path, limits=GENEROUS)
    async with running(config) as first, guest(f"http://127.0.0.1:{first.port}") as jun:
        await jun.opens()
        await jun.asks("say", text="heard")
        await jun.hears_of("said")
        offset = jun.offset
        await jun.asks("say", text="missed")
    async with (
        running(config) as second,
        guest(f"http://127.0.0.1:{second.port}", claim(jun, offset=offset)) as back,
    ):
        await back.hears_of("said")
        assert back.pid == jun.pid
        assert said(back) == ["missed"]


@pytest.mark.parametrize(
    "changed",
    [
        {"token": "A" * 43},
        {"token": None},
        {"token": 7},
        {"room": "AAAAA"},
        {"room": None},
        {"offset": "AAAAA:3"},
        {"offset": "nonsense"},
        {"offset": "-1"},
        {"offset": "9" * 300},
        {"pid": 7},
        {"pid": "x" * 10_000},
    ],
    ids=str,
)
async def test_a_stolen_or_foreign_claim_gets_nothing(house: House, changed: Json) -> None:
    mina, jun = await lost(house)
    thief = await house.guest(claim(jun, **changed))
    assert thief.pid != jun.pid
    assert (await thief.asks("pick_racer", racer=0))["code"] == "not_in_room"
    await mina.asks("say", text="secret")
    await mina.hears("entry", lambda entry: "secret" in str(entry))
    assert said(thief) == []


async def test_an_offset_from_the_future_starts_afresh(house: House) -> None:
    _, jun = await lost(house)
    back = await house.guest(claim(jun, offset=f"{jun.code}:100000"))
    assert back.pid != jun.pid


async def test_whoever_may_no_longer_be_there_is_not_let_back(house: House) -> None:
    mina, jun = await lost(house)
    await mina.asks("kick", player=jun.player)
    back = await house.guest(claim(jun))
    assert back.pid != jun.pid


async def test_two_reconnects_racing_leave_one_holder_and_one_order(house: House) -> None:
    mina, jun = await lost(house)
    attempts = (house.guest(claim(jun)) for _ in range(2))
    connected = [each for each in await asyncio.gather(*attempts, return_exceptions=True) if isinstance(each, Guest)]
    if len(connected) == 2:
        ends = [asyncio.create_task(each.ends()) for each in connected]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    (holder,) = [each for each in connected if each.open]
    await mina.asks("say", text="new")
    await holder.hears("entry", lambda entry: "new" in str(entry))
    assert said(holder) == ["missed 1", "missed 2", "new"]


async def test_beyond_the_log_there_is_a_fresh_start_and_never_a_gap(house: House) -> None:
    mina, jun = await house.party("Mina", "Jun")
    await mina.asks("say", text="heard")
    await jun.hears_of("said")
    await jun.leaves()
    for number in range(700):
        await mina.asks("set_ready", ready=bool(number % 2))
    back = await house.guest(claim(jun))
    assert back.pid != jun.pid
    reply = await back.resumes(mina.code, jun.token, version=3)
    assert reply["entries"] is None
    assert reply["view"]["room"]["version"] > 700


@pytest.mark.processes
@pytest.mark.parametrize("transports", ["polling", "websocket", "upgrade"])
@pytest.mark.parametrize("how", ["dropped", "silent"])
async def test_the_unmodified_javascript_client_recovers(make_house: MakeHouse, transports: str, how: str) -> None:
    house = await make_house()
    (mina,) = await house.party("Mina")
    process = await asyncio.create_subprocess_exec(
        "node", str(SCRIPT), house.url, mina.code, transports, how,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdin is not None

    async def hears() -> Json:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), LIMIT_S)
        told: Json = json.loads(line)
        return told

    try:
        assert (await hears())["joined"]
        await mina.asks("say", text="heard")
        if how == "dropped":
            assert (await hears())["heard"] == "heard"
        process.stdin.write(b"drop\n")
        assert (await hears())["dropped"]
        await mina.asks("say", text="missed 1")
        await mina.asks("say", text="missed 2")
        process.stdin.write(b"back\n")
        told = await hears()
        assert told["recovered"] is True
        await mina.asks("say", text="new")
        process.stdin.write(b"end\n")
        expected = ["missed 1", "missed 2", "new"]
        assert (await hears())["lines"] == ["heard", *expected]
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def store_fails(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Let the store fail so often to keep a seat, as a Redis does that comes to it too late."""
    left = times
    keep = LocalStore.put_session

    async def put_session(self: LocalStore, token_hash: str, session: Session) -> None:
        nonlocal left
        if left > 0:
            left -= 1
            raise StoreUnavailable("too late")
        await keep(self, token_hash, session)

    monkeypatch.setattr(LocalStore, "put_session", put_session)


async def test_a_store_that_comes_to_it_late_costs_nobody_the_recovery(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine a few of a hundred started afresh, and the log said that the code had a fault."""
    mina, jun = await lost(house)
    store_fails(monkeypatch, 2)
    back = await house.guest(claim(jun))
    assert back.pid == jun.pid
    await mina.asks("say", text="new")
    await back.hears("entry", lambda entry: "new" in str(entry))
    assert said(back) == ["missed 1", "missed 2", "new"]


async def test_who_starts_afresh_because_the_store_is_away_hears_nothing_before_they_sit_down(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    mina, jun = await lost(house)
    store_fails(monkeypatch, 100)
    back = await house.guest(claim(jun))
    assert back.pid != jun.pid
    monkeypatch.undo()
    assert (await mina.asks("say", text="not for everybody"))["ok"]
    assert (await back.asks("sync_clock"))["ok"]
    assert said(back) == []
    assert (await back.resumes(jun.code, jun.token))["ok"]
    await mina.asks("say", text="new")
    await back.hears("entry", lambda entry: "new" in str(entry))
    assert said(back) == ["new"]
