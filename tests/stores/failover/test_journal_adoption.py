"""Journals of processes that are no more: exactly one takes each of them up, and leaves those of the living alone."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from tests.stores.builders import ANNA, code, entry, filed, race, room, said

from paddock.domain.finished import unattributed
from paddock.files import file_lock
from paddock.service.rooms import filing
from paddock.stores.contract import Session
from paddock.stores.failover import journal_adoption
from paddock.stores.failover.journal_adoption import adopt_journals, journal_of
from paddock.stores.local import LocalStore


async def opened(folder: Path, node: str, place: int = 0) -> LocalStore:
    store = LocalStore(journal_of(folder, node), places=lambda: place)
    await store.open()
    return store


async def test_rooms_sessions_and_races_go_over_and_the_file_goes(tmp_path: Path) -> None:
    dead = await opened(tmp_path, "dead")
    await dead.create(room(), entry(1), filed())
    await dead.append(code(1), (said("hello"),), entry(1).at, None)
    await dead.put_session("hash", Session(code(1), ANNA, "dead"))
    await dead.owe(unattributed(race(1)))
    whole = await dead.whole(code(1))
    await dead.close()

    living = await opened(tmp_path, "living")
    await adopt_journals(tmp_path, journal_of(tmp_path, "living"), living, filing)

    assert await living.whole(code(1)) == whole
    assert await living.session("hash") == Session(code(1), ANNA, "dead")
    assert [owed.race for owed in await living.unrecorded(9)] == [race(1).card.race]
    assert not journal_of(tmp_path, "dead").exists()
    await living.close()
    again = await opened(tmp_path, "living")
    assert await again.whole(code(1)) == whole, "kept, not only in memory"
    await again.close()


async def test_the_journal_of_a_living_process_is_left_alone(tmp_path: Path) -> None:
    other = await opened(tmp_path, "other")
    await other.create(room(), entry(1), filed())
    mine = await opened(tmp_path, "mine")
    await adopt_journals(tmp_path, journal_of(tmp_path, "mine"), mine, filing)
    assert await mine.rooms() == ()
    assert await other.load(code(1)) is not None
    await other.commit(room(title="after"), entry(2), filed())
    await mine.close()
    await other.close()


async def test_of_two_journals_with_one_room_the_one_that_went_further_counts(tmp_path: Path) -> None:
    for node, versions in (("a", 3), ("b", 5), ("c", 2)):
        left = await opened(tmp_path, node)
        await left.create(room(), entry(1), filed())
        for version in range(2, versions + 1):
            await left.commit(room(title=f"{node}{version}"), entry(version), filed())
        await left.close()
    mine = await opened(tmp_path, "mine")
    await adopt_journals(tmp_path, journal_of(tmp_path, "mine"), mine, filing)
    stored = await mine.load(code(1))
    assert stored is not None
    assert (stored.version, stored.room.settings.title) == (5, "b5")
    await mine.close()


async def test_of_two_rooms_made_in_the_same_moment_one_waits_and_none_stops_the_start(tmp_path: Path) -> None:
    """A journal has one room at a place, which is the time of its making: the second ended every start."""
    for number, node in enumerate("ab"):
        left = await opened(tmp_path, node, place=7)
        await left.create(room(number), entry(1), filed())
        await left.put_session(node, Session(code(number), ANNA, node))
        await left.create(room(10 + number), entry(1), filed())
        await left.close()
    moved = await opened(tmp_path, "b", place=20)
    await moved.create(room(20), entry(1), filed())
    await moved.owe(unattributed(race(1)))
    await moved.close()

    mine = await opened(tmp_path, "mine")
    await adopt_journals(tmp_path, journal_of(tmp_path, "mine"), mine, filing)
    assert set(await mine.rooms()) == {code(0), code(10), code(20)}
    assert await mine.session("b") is None
    assert not journal_of(tmp_path, "a").exists()
    rest = await opened(tmp_path, "b")
    assert set(await rest.rooms()) == {code(1), code(11)}, "what went over is gone from there"
    assert await rest.unrecorded(9) == ()
    await rest.close()
    for number in (0, 10):
        await mine.forget(code(number), 1)
    await adopt_journals(tmp_path, journal_of(tmp_path, "mine"), mine, filing)
    assert set(await mine.rooms()) == {code(1), code(11), code(20)}
    assert await mine.session("b") == Session(code(1), ANNA, "b")
    assert not journal_of(tmp_path, "b").exists()
    await mine.close()


LEFT = 25


class Adopter:
    """Another process that adopts (`adopter.py`)."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def says(self) -> list[str]:
        """Give the words of its next line."""
        assert self._process.stdout is not None
        return (await self._process.stdout.readline()).decode().split()

    def goes_on(self) -> None:
        """Let it go on from where it stopped."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")

    async def dies(self) -> None:
        """Kill it on the spot."""
        self._process.kill()
        await self._process.wait()

    async def ends(self) -> str:
        """Let it end and give what it logged."""
        _, logged = await self._process.communicate(b"\n")
        assert self._process.returncode == 0, logged.decode()
        return logged.decode()


@asynccontextmanager
async def adopter(folder: Path, node: str, stop: str = "nowhere") -> AsyncIterator[Adopter]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.stores.failover.adopter", str(folder), node, stop,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Adopter(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def leave(folder: Path, journals: int, rooms: int = 1) -> list[str]:
    """Leave journals of dead processes and give the codes of the rooms in them."""
    codes = []
    for number in range(journals):
        left = await opened(folder, f"dead{number:02}", place=1_000 * number)
        for place in range(number * rooms, (number + 1) * rooms):
            await left.create(room(place), entry(1), filed())
            codes.append(str(code(place)))
        await left.close()
    return sorted(codes)


def journals(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.sqlite3"))


@pytest.mark.processes
async def test_of_two_that_start_at_once_exactly_one_adopts_a_journal(tmp_path: Path) -> None:
    """Between letting go of a journal and removing it, another worker took it over once more: a room had two homes."""
    codes = await leave(tmp_path, LEFT)
    async with adopter(tmp_path, "one", "start") as one, adopter(tmp_path, "two", "start") as two:
        assert [await one.says(), await two.says()] == [["start"], ["start"]]
        one.goes_on()
        two.goes_on()
        has = [words[1:] for words in await asyncio.gather(one.says(), two.says())]
        logged = await one.ends() + await two.ends()
    assert sorted(has[0] + has[1]) == codes, "each room at one of them"
    assert logged.count("store.journal_adopted") == LEFT
    assert journals(tmp_path) == ["one", "two"]


@pytest.mark.processes
@pytest.mark.parametrize("stop", ["room", "removal"])
async def test_what_a_killed_adopter_had_begun_goes_to_the_next_and_to_it_alone(tmp_path: Path, stop: str) -> None:
    codes = await leave(tmp_path, 2, rooms=3)
    async with adopter(tmp_path, "first", stop) as first, adopter(tmp_path, "next", "start") as following:
        assert await first.says() == [stop]
        assert await following.says() == ["start"]
        following.goes_on()
        with pytest.raises(TimeoutError):
            file_lock.take(tmp_path / journal_adoption.LOCK, lambda: 0.0)
        await first.dies()
        assert await following.says() == ["has", *codes]
        await following.ends()
    assert journals(tmp_path) == ["next"], "what the first had taken over went on, too"
    async with adopter(tmp_path, "last") as last:
        assert await last.says() == ["has", *codes], "each once, and kept"
        await last.ends()


@pytest.mark.processes
async def test_an_adopter_that_stands_still_keeps_nobody_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_adoption, "WAIT_S", 0.1)
    codes = await leave(tmp_path, 1)
    mine = await opened(tmp_path, "mine")
    async with adopter(tmp_path, "still", "room") as still:
        assert await still.says() == ["room"]
        with capture_logs() as logs:
            await adopt_journals(tmp_path, journal_of(tmp_path, "mine"), mine, filing)
        assert await mine.rooms() == ()
        assert [line["event"] for line in logs] == ["store.journals_not_adopted"]
        still.goes_on()
        assert await still.says() == ["has", *codes]
        await still.ends()
    await mine.close()
