"""A restart brings everything back: rooms, versions, logs, chat, commands, deadlines, races, sessions."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs
from tests.stores.builders import ANNA, BEN, NOON, code, entry, filed, finished, line, race, ready, room, said

from paddock.domain.chat import KEPT
from paddock.domain.finished import unattributed
from paddock.domain.ids import CommandKey, Millis
from paddock.domain.settings import HOUR_MS
from paddock.stores.codec import encode
from paddock.stores.contract import AlreadyApplied, Session, Stored, StoreUnavailable
from paddock.stores.journal_file import JournalTooNew
from paddock.stores.local import LocalStore
from paddock.stores.upgrades import SCHEMA, Upgrade
from paddock.stores.whole import WholeRoom


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "journal.db"


@asynccontextmanager
async def opened(path: Path, upgrades: dict[int, Upgrade] | None = None) -> AsyncIterator[LocalStore]:
    store = LocalStore(path, upgrades=upgrades or {})
    await store.open()
    yield store
    await store.close()


async def test_a_room_comes_back_with_all_that_belongs_to_it(path: Path) -> None:
    async with opened(path) as store:
        await store.create(room(), entry(1), filed(due=5, summary=line()))
        talk = await store.append(code(1), (said("hello 안녕"),), NOON, CommandKey("command-1"))
        await store.commit(room(title="tea"), entry(3, command="command-2"), filed(due=9, summary=line(title="tea")))
        await store.put_session("anna", Session(code(1), ANNA, "node-a"))
        before = await store.load(code(1)), await store.chat(code(1)), await store.since(code(1), 0)

    async with opened(path) as store:
        assert (await store.load(code(1)), await store.chat(code(1)), await store.since(code(1), 0)) == before
        assert await store.load(code(1)) == Stored(3, room(title="tea"))
        assert await store.since(code(1), 1) == (talk, entry(3, command="command-2"))
        assert await store.due(Millis(9), 10) == (code(1),)
        assert await store.next_due() == 9
        assert await store.listed() == (line(title="tea"),)
        assert await store.session("anna") == Session(code(1), ANNA, "node-a")
        with pytest.raises(AlreadyApplied) as again:
            await store.append(code(1), (said("hello"),), NOON, CommandKey("command-1"))
        assert again.value.version == 2
        assert (await store.commit(room(), entry(4), filed())).version == 4


async def test_talk_after_the_last_commit_counts_too(path: Path) -> None:
    async with opened(path) as store:
        await store.create(room(), entry(1), filed())
        for turn in range(3):
            await store.append(code(1), (said(f"line {turn}"),), NOON, None)

    async with opened(path) as store:
        assert await store.load(code(1)) == Stored(4, room())
        kept = await store.commit(room(), entry(2, ready(True)), filed())
        assert kept.version == 5


async def test_a_forgotten_room_does_not_come_back_and_its_sessions_neither(path: Path) -> None:
    async with opened(path) as store:
        for number in (1, 2):
            await store.create(room(number), entry(1), filed(due=number, summary=line(number)))
            await store.put_session(f"anna-{number}", Session(code(number), ANNA, "node-a"))
        await store.forget(code(1), 1)
        assert await store.session("anna-1") is None

    async with opened(path) as store:
        assert await store.rooms() == (code(2),)
        assert await store.next_due() == 2
        assert await store.listed() == (line(2),)
        assert await store.session("anna-1") is None
        assert await store.session("anna-2") is not None


async def test_a_session_that_moves_away_at_the_moment_of_a_forget_stays(path: Path) -> None:
    async with opened(path) as store:
        await store.create(room(), entry(1), filed())
        await store.put_session("anna", Session(code(1), ANNA, "node-a"))
        await asyncio.gather(
            store.put_session("anna", Session(code(2), ANNA, "node-a")),
            store.forget(code(1), 1),
        )
        assert await store.session("anna") == Session(code(2), ANNA, "node-a")

    async with opened(path) as store:
        assert await store.session("anna") == Session(code(2), ANNA, "node-a")


async def test_a_room_forgotten_and_made_again_in_one_moment_comes_back_new(path: Path) -> None:
    async with opened(path) as store:
        await store.create(room(title="old"), entry(1), filed())
        await store.append(code(1), (said("old talk"),), NOON, None)
        await asyncio.gather(
            store.append(code(1), (said("last words"),), NOON, None),
            store.forget(code(1), 3),
            store.create(room(title="new"), entry(1, ready(True)), filed()),
            store.append(code(1), (said("new talk"),), NOON, None),
        )
        assert await store.load(code(1)) == Stored(2, room(title="new"))

    async with opened(path) as store:
        assert await store.load(code(1)) == Stored(2, room(title="new"))
        assert [message.text for message in await store.chat(code(1))] == ["new talk"]
        entries = await store.since(code(1), 0)
        assert entries is not None
        assert entries[0] == entry(1, ready(True))
    assert look(path, "SELECT version FROM entries ORDER BY version") == [(1,), (2,)]
    assert look(path, "SELECT count(*) FROM messages") == [(1,)]


async def test_a_room_made_again_in_one_moment_knows_no_commands_of_the_old_one(path: Path) -> None:
    async with opened(path) as store:
        await store.create(room(), entry(1, command="command-1"), filed())
        answers = await asyncio.gather(
            store.forget(code(1), 1),
            store.create(room(title="new"), entry(1), filed()),
            store.commit(room(title="newer"), entry(2, command="command-1"), filed()),
        )
        assert answers[2] == entry(2, command="command-1")


async def test_many_changes_of_one_moment_come_back_as_the_last_of_them(path: Path) -> None:
    async with opened(path) as store:
        await store.create(room(), entry(1), filed())
        await asyncio.gather(
            *(store.commit(room(title=f"{version}"), entry(version), filed()) for version in range(2, 40)),
            *(store.put_session("anna", Session(code(1), ANNA, f"node-{turn}")) for turn in range(20)),
            store.put_session("ben", Session(code(1), BEN, "node-a")),
            store.drop_session("ben"),
        )

    async with opened(path) as store:
        assert await store.load(code(1)) == Stored(39, room(title="39"))
        assert await store.session("anna") == Session(code(1), ANNA, "node-19")
        assert await store.session("ben") is None


async def test_races_come_back_and_old_ones_go_once_they_are_recorded(path: Path) -> None:
    async with opened(path) as store:
        await store.create(room(), entry(1), filed())
        for turn in range(3):
            await store.commit(room(), entry(turn + 2, at=NOON + turn), filed(), finished(turn))
        await store.recorded([race(0).card.race])
        await store.recorded([race(1).card.race])

    async with opened(path) as store:
        assert await store.races(code(1), 10) == (race(2), race(1), race(0))
        assert await store.unrecorded(10) == (finished(2),)
        await store.commit(room(), entry(5, at=NOON + 30 * HOUR_MS), filed(), finished(3))
        assert await store.races(code(1), 10) == (race(3), race(2))


async def test_a_race_that_the_first_version_kept_is_still_owed_and_told(path: Path) -> None:
    async with opened(path) as store:
        await store.create(room(), entry(1), filed())
        await store.commit(room(), entry(2), filed(), finished(1))
    rewrite(path, "UPDATE races SET body = ?", encode(race(1)).decode())

    async with opened(path) as store:
        assert await store.unrecorded(10) == (unattributed(race(1)),)
        assert await store.race(race(1).card.race) == race(1)
        assert await store.races(code(1), 10) == (race(1),)


async def test_trimmed_is_trimmed_on_disk_as_well(path: Path) -> None:
    minute = 60_000
    async with opened(path) as store:
        await store.create(room(), entry(1), filed())
        for turn in range(400):
            await store.append(code(1), (said(f"line {turn}"),), Millis(NOON + turn * minute), None)

    connection = sqlite3.connect(path)
    entries, messages = (
        connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("entries", "messages")
    )
    connection.close()
    assert 64 <= entries < 64 + 2 * 32 + 2
    assert KEPT <= messages < KEPT + 2 * 32 + 2
    async with opened(path) as store:
        assert len(await store.chat(code(1))) == KEPT
        assert await store.since(code(1), 390) is not None


async def test_commands_that_a_room_came_with_are_known_until_its_first_entries_go(path: Path) -> None:
    known = ((CommandKey("command-2"), 2), (CommandKey("command-3"), 3))
    async with opened(path) as store:
        whole = WholeRoom(7, 9, 9, room(), (entry(9, command="command-9"),), (), known)
        await store.take_in(whole, filed())
        assert await store.whole(code(1)) == whole

    async with opened(path) as store:
        assert [await store.applied(code(1), command) for command, _ in known] == [8, 8]
        with pytest.raises(AlreadyApplied):
            await store.append(code(1), (said("again"),), NOON, CommandKey("command-2"))
        for turn in range(200):
            await store.append(code(1), (said(f"line {turn}"),), Millis(NOON + turn * 60_000), None)
        assert await store.applied(code(1), CommandKey("command-2")) is None
    assert look(path, "SELECT count(*) FROM entries WHERE version < 1") == [(0,)]


async def test_rooms_that_come_and_go_do_not_let_the_file_grow(path: Path) -> None:
    async with opened(path) as store:
        sizes: list[int] = []
        for _ in range(6):
            for number in range(40):
                await store.create(room(number, members=20), entry(1), filed())
            await asyncio.gather(*(store.forget(code(number), 1) for number in range(40)))
            await store.close()
            sizes.append(path.stat().st_size)
            store = LocalStore(path)
            await store.open()

    assert sizes[-1] <= sizes[1] * 1.1


async def test_an_older_snapshot_is_upgraded_step_by_step(path: Path) -> None:
    async with opened(path) as store:
        await store.create(room(title="old title"), entry(1), filed())
        await store.create(room(2), entry(1), filed())
    # Two schemas ago, say, a room's title was called a name, and in the one before this it stood beside the settings.
    old = msgspec.json.decode(encode(room(title="old title")), type=dict[str, object])
    settings = old["settings"]
    assert isinstance(settings, dict)
    old["name"] = settings.pop("title")
    rewrite(
        path,
        "UPDATE rooms SET schema = ?, snapshot = ? WHERE code = ?",
        SCHEMA - 2,
        msgspec.json.encode(old).decode(),
        code(1),
    )

    def name_becomes_title(snapshot: dict[str, object]) -> dict[str, object]:
        snapshot["title"] = snapshot.pop("name")
        return snapshot

    def title_moves_into_settings(snapshot: dict[str, object]) -> dict[str, object]:
        inner = snapshot["settings"]
        assert isinstance(inner, dict)
        return {**snapshot, "settings": {**inner, "title": snapshot.pop("title")}}

    upgrades: dict[int, Upgrade] = {SCHEMA - 2: name_becomes_title, SCHEMA - 1: title_moves_into_settings}
    async with opened(path, upgrades) as store:
        assert await store.load(code(1)) == Stored(1, room(title="old title"))
        assert await store.load(code(2)) == Stored(1, room(2))
        await store.commit(room(title="kept"), entry(2), filed())

    assert look(path, "SELECT DISTINCT schema FROM rooms") == [(SCHEMA,)]
    async with opened(path) as store:
        assert await store.load(code(1)) == Stored(2, room(title="kept"))


async def test_a_room_that_cannot_be_read_is_set_aside_and_the_rest_comes_up(path: Path) -> None:
    async with opened(path) as store:
        for number in (1, 2, 3):
            await store.create(room(number), entry(1), filed())
            await store.append(code(number), (said("hello"),), NOON, None)
    rewrite(path, "UPDATE rooms SET snapshot = '{\"room\": 17}' WHERE code = ?", code(1))
    rewrite(path, "UPDATE rooms SET schema = -7 WHERE code = ?", code(2))

    with capture_logs() as logs:
        async with opened(path) as store:
            assert await store.rooms() == (code(3),)
            await store.create(room(1, title="again"), entry(1), filed())

    reported = [(log["room"], log["version"]) for log in logs if log["event"] == "store.room_set_aside"]
    assert sorted(reported) == sorted([(code(1), 1), (code(2), 1)])
    assert [row[0] for row in look(path, "SELECT code FROM set_aside ORDER BY code")] == sorted([code(1), code(2)])
    async with opened(path) as store:
        assert await store.load(code(1)) == Stored(1, room(1, title="again"))
        assert await store.chat(code(1)) == ()


async def test_a_damaged_entry_cuts_the_log_and_keeps_the_room(path: Path) -> None:
    async with opened(path) as store:
        await store.create(room(), entry(1), filed())
        for version in range(2, 7):
            await store.commit(room(), entry(version, command=f"command-{version}"), filed())
    rewrite(path, "UPDATE entries SET body = 'nonsense' WHERE version = ?", "3")
    rewrite(path, "UPDATE entries SET body = body || '}' WHERE version = ?", "4")

    async with opened(path) as store:
        assert await store.load(code(1)) == Stored(6, room())
        assert await store.since(code(1), 3) is None
        missed = await store.since(code(1), 4)
        assert missed is not None
        assert [kept.version for kept in missed] == [5, 6]
        assert [await store.applied(code(1), CommandKey(f"command-{version}")) for version in (2, 3, 4, 6)] == [
            2,
            3,
            4,
            6,
        ]


async def test_a_hole_in_the_log_is_never_bridged(path: Path) -> None:
    async with opened(path) as store:
        await store.create(room(), entry(1), filed())
        for version in range(2, 7):
            await store.commit(room(), entry(version), filed())
    rewrite(path, "DELETE FROM entries WHERE version = ?", "4")

    async with opened(path) as store:
        assert await store.since(code(1), 3) is None
        assert await store.since(code(1), 4) == (entry(5), entry(6))
    rewrite(path, "DELETE FROM entries WHERE version > ?", "4")
    async with opened(path) as store:
        assert await store.load(code(1)) == Stored(6, room())
        assert await store.since(code(1), 4) is None
        assert await store.since(code(1), 6) == ()


@pytest.mark.parametrize("change", ["PRAGMA user_version = 99", f"UPDATE rooms SET schema = {SCHEMA + 1}"])
async def test_a_journal_of_a_newer_version_is_refused_and_left_alone(path: Path, change: str) -> None:
    async with opened(path) as store:
        await store.create(room(), entry(1), filed())
    rewrite(path, change)

    with pytest.raises(JournalTooNew, match="newer Paddock"):
        await LocalStore(path).open()

    assert look(path, "SELECT count(*) FROM rooms") == [(1,)]
    assert [file.name for file in path.parent.iterdir()] == ["journal.db"]


async def test_a_closed_store_takes_nothing(path: Path) -> None:
    async with opened(path) as store:
        await store.create(room(), entry(1), filed())
    await store.close()

    with pytest.raises(StoreUnavailable):
        await store.commit(room(), entry(2), filed())
    with pytest.raises(StoreUnavailable):
        await store.races(code(1), 1)


async def test_closing_keeps_what_is_on_its_way(path: Path) -> None:
    async with opened(path) as store:
        await store.create(room(), entry(1), filed())
        changes = [
            asyncio.ensure_future(store.append(code(1), (said(f"line {turn}"),), NOON, None)) for turn in range(200)
        ]
        await asyncio.sleep(0)
        await store.close()
        kept = await asyncio.gather(*changes)

    assert [change.version for change in kept] == list(range(2, 202))
    async with opened(path) as store:
        assert await store.load(code(1)) == Stored(201, room())


def rewrite(path: Path, statement: str, *parameters: str | int) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement, parameters)
    connection.close()


def look(path: Path, statement: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    rows = connection.execute(statement).fetchall()
    connection.close()
    return rows
