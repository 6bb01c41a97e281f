"""Backup and restore as an operator does them: of a running server under load, into an empty folder, and on it goes."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
from tests.archive.archives import PATIENT, archive_on
from tests.archive.evenings import raced
from tests.cli.paddock import paddock
from tests.cluster.books import brisk, written
from tests.cluster.conftest import PACE, serving
from tests.cluster.process import Server
from tests.cluster.table import Table, heat_of, seated, what_lasts
from tests.gateway.wire import Guest, guest
from tests.waiting import until

from paddock.archive.sqlite import Sqlite
from paddock.backup.parts import ARCHIVE
from paddock.domain.record import verify

LONG_AGO = 40
"""How many races are in the archive before anybody comes."""
ADDRESSES = (
    "/api/leaderboards/wins?period=all&limit=100",
    "/api/leaderboards/win_rate?period=all&limit=100",
    "/api/profiles/person000001",
    "/api/profiles/person000001/races?limit=100",
    "/api/statistics/kinds",
)


async def fill(data: Path) -> None:
    """Record the races of other evenings."""
    data.mkdir(parents=True)
    archive = archive_on(Sqlite(data / ARCHIVE, PATIENT))
    recorded = await archive.record([raced(number, "Ann", "Ben Kim", "Cho") for number in range(LONG_AGO)])
    assert len(recorded.recorded) == LONG_AGO
    await archive.close()


@contextmanager
def kept_from_writing(data: Path) -> Iterator[None]:
    """Let nobody else write to the archive: what is to be recorded stays owed."""
    with closing(sqlite3.connect(data / ARCHIVE, isolation_level=None, timeout=20)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def answered(server: Server, address: str) -> tuple[int, Any]:
    """Ask the API as anybody may; give the status and what it says."""
    async with aiohttp.ClientSession() as session, session.get(server.url + address) as answer:
        return answer.status, await answer.json()


async def asked(server: Server, address: str) -> Any:
    """Ask the API as anybody may."""
    status, told = await answered(server, address)
    assert status == 200, told
    return told


async def told(server: Server, *rooms: str) -> list[Any]:
    """Give all that is told of races and people; ids of people who came today are drawn anew, so without them."""

    def known(value: Any) -> Any:
        if isinstance(value, list):
            return sorted(map(known, value), key=repr)
        if isinstance(value, dict):
            return {
                name: known(inner)
                for name, inner in value.items()
                if name != "profile" or not isinstance(inner, str) or inner.startswith("person")
            }
        return value

    histories = [f"/api/rooms/{room}/races" for room in rooms]
    return [known(await asked(server, address)) for address in (*ADDRESSES, *histories)]


async def recorded(server: Server, races: int) -> None:
    """Wait until the archive is reached and so many races are in it; more are never there."""

    async def all_there() -> bool:
        status, told = await answered(server, "/api/statistics/totals")
        assert status == 503 or told["races"] <= races
        return status != 503 and bool(told["races"] == races)

    await until(all_there, f"{races} recorded races", 60)


def recounted(server: Server) -> None:
    """Hold all figures to a recount."""
    done = paddock("db", "recount", PADDOCK_DATA=str(server.data))
    assert done.returncode == 0, done.stdout + done.stderr


async def fidget(who: Guest, acknowledged: list[str], over: asyncio.Event) -> None:
    """Change one's mind again and again, and note what was acknowledged."""
    number = 0
    while not over.is_set():
        number += 1
        if (await who.asks("set_ready", ready=number % 2 == 0))["ok"]:
            acknowledged.append(str(number))


async def race(table: Table) -> str:
    """Start a race and give its id once it runs."""
    await table.all_pick(0, 1)
    assert (await table.host.asks("start_race"))["ok"]
    entry = await table.host.hears_of("race_started")
    race_id: str = entry["card"]["race"] if "card" in entry else heat_of((await table.views())[0])[0]
    return race_id


async def finished(who: Guest, race_id: str) -> list[list[int]]:
    """Wait for the end of a race and give its order."""

    def ends(entry: dict[str, object]) -> bool:
        return "race_finished" in str(entry) and race_id in str(entry)

    entry = await who.hears("entry", ends)
    (result,) = [event["result"] for event in entry["events"] if event["type"] == "race_finished"]
    order: list[list[int]] = result["order"]
    return order


async def test_a_backup_of_a_running_server_under_load_goes_on_elsewhere_as_it_would_have_here(tmp_path: Path) -> None:
    file, elsewhere = tmp_path / "friday.backup", tmp_path / "elsewhere"
    (tmp_path / "here").mkdir()
    elsewhere.mkdir()
    await fill(tmp_path / "here" / "data")
    with serving(tmp_path / "here", brisk()) as here:
        async with (
            seated(here, "Mina", "Jun") as early,
            seated(here, "Sora", "Leo") as late,
            AsyncExitStack() as stack,
        ):
            crowd = [await stack.enter_async_context(guest(here.url)) for _ in range(6)]
            for who in crowd:
                assert (await who.opens(name="Busy"))["ok"]
            done = await race(early)
            await early.host.hears("segments", lambda message: bool(message["until"] > 4_000))
            owing = stack.enter_context(ExitStack())
            owing.enter_context(kept_from_writing(here.data))
            order_done = await finished(early.host, done)

            over, acknowledged = asyncio.Event(), [list[str]() for _ in crowd]
            load = [asyncio.create_task(fidget(who, said, over)) for who, said in zip(crowd, acknowledged, strict=True)]
            await until(lambda: min(map(len, acknowledged)) >= 20, "twenty acknowledged requests of each", 60)
            running = await race(late)
            before = [len(said) for said in acknowledged]
            assert (await asked(here, "/api/statistics/totals"))["races"] == LONG_AGO, "the last race is owed"
            made = await asyncio.to_thread(partial(paddock, "backup", file, "--data", here.data))
            owing.close()
            after = [len(said) for said in acknowledged]
            over.set()
            await asyncio.gather(*load)

            assert made.returncode == 0, made.stderr
            assert "while the server went on" in made.stdout
            assert "8 rooms" in made.stdout
            assert all(running not in str(said) for _, said in late.host.heard if "race_finished" in str(said))
            assert all(later > sooner for later, sooner in zip(after, before, strict=True)), "nobody stood still"
            refused = await asyncio.to_thread(partial(paddock, "restore", file, "--data", here.data, "--force"))
            assert (refused.returncode, refused.stdout) == (2, "")
            assert "in use by another Paddock, process" in refused.stderr
            seats_here = what_lasts((await early.views())[0])

            restored = await asyncio.to_thread(partial(paddock, "restore", file, "--data", elsewhere / "data"))
            assert restored.returncode == 0, restored.stderr
            there = Server(elsewhere, book=written(brisk(), elsewhere / "book.json"), **PACE)
            try:
                await asyncio.to_thread(there.start)
                await hold_to_what_was(there, stack, early, late, crowd, before, seats_here, done, order_done, running)
                for server in (here, there):
                    await recorded(server, LONG_AGO + 2)
                    await asyncio.to_thread(recounted, server)
                rooms = (early.host.code, late.host.code)
                assert await told(there, *rooms) == await told(here, *rooms), "each race once, owed or recorded"
            finally:
                there.kill()
                print(there.output)


async def hold_to_what_was(
    there: Server,
    stack: AsyncExitStack,
    early: Table,
    late: Table,
    crowd: list[Guest],
    before: list[int],
    seats_here: object,
    done: str,
    order_done: list[list[int]],
    running: str,
) -> None:
    """Let everybody come to the restored server with their tokens, and compare."""

    async def come(who: Guest) -> tuple[Guest, dict[str, object]]:
        again = await stack.enter_async_context(guest(there.url))
        reply = await again.resumes(who.code, who.token)
        assert reply["ok"], reply
        return again, reply["view"]

    _, view = await come(early.host)
    assert what_lasts(view) == seats_here
    record = await Table(there, stack, []).record(done)
    assert verify(record) == ()
    assert [list(group) for group in record.order] == order_done

    sora, _ = await come(late.host)
    assert await order_of(there, stack, sora, running) == await finished(late.host, running)

    for who, acknowledged in zip(crowd, before, strict=True):
        _, view = await come(who)
        room = view["room"]
        assert isinstance(room, dict)
        assert room["version"] >= acknowledged, "what was acknowledged before the backup is in it"


async def order_of(there: Server, stack: AsyncExitStack, who: Guest, race_id: str) -> list[list[int]]:
    """Give the order in which a race ends there, whether it has ended already or not."""
    table = Table(there, stack, [])
    address = f"/api/races/{race_id}"

    async def has_ended() -> bool:
        return (await answered(there, address))[0] == 200

    await until(has_ended, "the end of the race", 60)
    record = await table.record(race_id)
    assert verify(record) == ()
    return [list(group) for group in record.order]
