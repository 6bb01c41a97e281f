"""What a store of live rooms promises, as plays; run on every backend, and knowing none of them.

This file is about rooms and their versions; log, chat, feed, filing, races and sessions follow in the files beside it.
"""

from __future__ import annotations

import asyncio

import pytest
from tests.contracts.backends import Store
from tests.stores.builders import NOON, code, entry, filed, ready, room, said

from paddock.domain.ids import CommandKey
from paddock.stores.contract import AlreadyApplied, CodeTaken, Conflict, NoSuchRoom, Stored


async def open_room(store: Store, number: int = 1) -> None:
    await store.create(room(number), entry(1), filed())


async def go_on(store: Store, version: int, title: str = "coffee", command: str | None = None) -> None:
    """Commit `version` of room 1."""
    await store.commit(room(title=title), entry(version, command=command), filed())


async def test_a_created_room_can_be_loaded(store: Store) -> None:
    await store.create(room(title="first"), entry(1), filed())

    assert await store.load(code(1)) == Stored(1, room(title="first"))
    assert list(await store.rooms()) == [code(1)]
    assert await store.count() == 1


async def test_a_room_nobody_made_is_none(store: Store) -> None:
    assert await store.load(code(1)) is None
    assert list(await store.rooms()) == []


async def test_a_room_comes_back_as_it_was_given(store: Store) -> None:
    odd = room(title='zero\x00 "quoted" \\ back\u2028slash 커피 🐯', members=60)

    await store.create(odd, entry(1), filed())

    assert await store.load(code(1)) == Stored(1, odd)


async def test_a_code_is_given_out_once(store: Store) -> None:
    await store.create(room(title="first"), entry(1), filed())

    with pytest.raises(CodeTaken):
        await store.create(room(title="second"), entry(1), filed())

    assert await store.load(code(1)) == Stored(1, room(title="first"))


async def test_of_two_who_want_a_code_at_once_one_gets_it(store: Store) -> None:
    wishes = [store.create(room(title=f"wish {wish}"), entry(1), filed()) for wish in range(8)]

    answers = await asyncio.gather(*wishes, return_exceptions=True)

    (winner,) = [wish for wish, answer in enumerate(answers) if answer is None]
    assert [type(answer) for answer in answers if answer is not None] == [CodeTaken] * 7
    assert await store.load(code(1)) == Stored(1, room(title=f"wish {winner}"))


async def test_a_commit_leads_to_the_next_version(store: Store) -> None:
    await open_room(store)

    kept = await store.commit(room(title="second"), entry(2), filed())

    assert kept == entry(2)
    assert await store.load(code(1)) == Stored(2, room(title="second"))


async def test_a_commit_on_an_old_version_conflicts_and_changes_nothing(store: Store) -> None:
    await open_room(store)
    await go_on(store, 2, "second")

    with pytest.raises(Conflict):
        await store.commit(room(title="too late"), entry(2), filed(due=1))

    assert await store.load(code(1)) == Stored(2, room(title="second"))
    assert await store.since(code(1), 0) == (entry(1), entry(2))
    assert await store.next_due() is None


async def test_a_commit_on_a_version_that_is_not_reached_conflicts(store: Store) -> None:
    await open_room(store)

    with pytest.raises(Conflict):
        await store.commit(room(), entry(3), filed())

    assert await store.load(code(1)) == Stored(1, room())


async def test_a_commit_never_makes_a_room(store: Store) -> None:
    with pytest.raises(NoSuchRoom):
        await store.commit(room(), entry(1), filed())
    with pytest.raises(NoSuchRoom):
        await store.commit(room(), entry(2), filed())

    assert await store.load(code(1)) is None


async def test_of_many_commits_on_one_version_one_wins(store: Store) -> None:
    await open_room(store)
    commits = [store.commit(room(title=f"writer {writer}"), entry(2), filed()) for writer in range(10)]

    answers = await asyncio.gather(*commits, return_exceptions=True)

    (winner,) = [writer for writer, answer in enumerate(answers) if answer == entry(2)]
    assert sum(isinstance(answer, Conflict) for answer in answers) == 9
    assert await store.load(code(1)) == Stored(2, room(title=f"writer {winner}"))


async def test_writers_that_load_again_on_a_conflict_all_get_through(store: Store) -> None:
    await open_room(store)

    async def writer() -> None:
        for _ in range(5):
            while True:
                stored = await store.load(code(1))
                assert stored is not None
                settings = stored.room.settings
                counted = room(title=str(int(settings.title) + 1) if settings.title.isdigit() else "1")
                try:
                    await store.commit(counted, entry(stored.version + 1), filed())
                except Conflict:
                    continue
                break

    await asyncio.gather(*(writer() for _ in range(6)))

    assert await store.load(code(1)) == Stored(31, room(title="30"))


async def test_a_command_is_applied_once(store: Store) -> None:
    await open_room(store)
    await go_on(store, 2, command="command-1")
    await go_on(store, 3)

    with pytest.raises(AlreadyApplied) as again:
        await go_on(store, 4, command="command-1")

    assert again.value.version == 2
    assert await store.load(code(1)) == Stored(3, room())


async def test_a_command_known_already_is_told_before_a_conflict(store: Store) -> None:
    await open_room(store)
    await go_on(store, 2, command="command-1")

    with pytest.raises(AlreadyApplied) as again:
        await go_on(store, 2, command="command-1")

    assert again.value.version == 2


async def test_the_command_that_made_the_room_is_known_too(store: Store) -> None:
    await store.create(room(), entry(1, command="command-1"), filed())

    with pytest.raises(AlreadyApplied) as again:
        await go_on(store, 2, command="command-1")

    assert again.value.version == 1


async def test_a_command_sent_twice_at_once_is_applied_once(store: Store) -> None:
    await open_room(store)
    commits = [store.commit(room(title="once"), entry(2, command="command-1"), filed()) for _ in range(4)]

    answers = await asyncio.gather(*commits, return_exceptions=True)

    assert sum(answer == entry(2, command="command-1") for answer in answers) == 1
    assert [answer.version for answer in answers if isinstance(answer, AlreadyApplied)] == [2, 2, 2]


async def test_the_version_a_command_led_to_can_be_asked(store: Store) -> None:
    await open_room(store)
    await go_on(store, 2, command="command-1")

    assert await store.applied(code(1), CommandKey("command-1")) == 2
    assert await store.applied(code(1), CommandKey("command-2")) is None
    assert await store.applied(code(2), CommandKey("command-1")) is None


async def test_commands_of_one_room_mean_nothing_in_another(store: Store) -> None:
    await open_room(store, 1)
    await open_room(store, 2)
    await go_on(store, 2, command="command-1")

    kept = await store.commit(room(2), entry(2, command="command-1"), filed())

    assert kept.version == 2


async def test_talk_makes_no_commit_conflict(store: Store) -> None:
    await open_room(store)
    await store.append(code(1), (said("hurry up"),), NOON, None)
    await store.append(code(1), (said("please"),), NOON, None)

    kept = await store.commit(room(title="picked"), entry(2, ready(True), command="command-1"), filed())

    assert kept == entry(4, ready(True), command="command-1")
    assert await store.load(code(1)) == Stored(4, room(title="picked"))
    assert await store.applied(code(1), CommandKey("command-1")) == 4


async def test_a_commit_conflicts_with_one_before_the_talk(store: Store) -> None:
    await open_room(store)
    await go_on(store, 2, "second")
    await store.append(code(1), (said("too late"),), NOON, None)

    with pytest.raises(Conflict):
        await go_on(store, 2, "too late")

    assert await store.load(code(1)) == Stored(3, room(title="second"))


async def test_talk_and_commits_at_once_take_one_row_of_versions(store: Store) -> None:
    await open_room(store)

    async def player() -> list[int]:
        versions: list[int] = []
        for turn in range(20):
            stored = await store.load(code(1))
            assert stored is not None
            kept = await store.commit(room(title=f"turn {turn}"), entry(stored.version + 1), filed())
            versions.append(kept.version)
        return versions

    async def talker(name: str) -> list[int]:
        return [(await store.append(code(1), (said(f"{name} {turn}"),), NOON, None)).version for turn in range(20)]

    taken = await asyncio.gather(player(), talker("Anna"), talker("Ben"))

    assert sorted(version for versions in taken for version in versions) == list(range(2, 62))
    assert all(versions == sorted(versions) for versions in taken)
    assert await store.load(code(1)) == Stored(61, room(title="turn 19"))


async def test_a_forgotten_room_is_gone_with_log_and_chat(store: Store) -> None:
    await open_room(store)
    await store.append(code(1), (said("bye"),), NOON, None)

    await store.forget(code(1), 2)

    assert await store.load(code(1)) is None
    assert await store.since(code(1), 0) is None
    assert await store.chat(code(1)) == ()
    assert list(await store.rooms()) == []
    assert await store.count() == 0
    with pytest.raises(NoSuchRoom):
        await go_on(store, 3)
    with pytest.raises(NoSuchRoom):
        await store.append(code(1), (said("anybody?"),), NOON, None)


async def test_a_room_is_forgotten_only_at_the_version_one_knows(store: Store) -> None:
    await open_room(store)
    await go_on(store, 2)

    with pytest.raises(Conflict):
        await store.forget(code(1), 1)

    assert await store.load(code(1)) == Stored(2, room())


async def test_forgetting_twice_is_forgetting_once(store: Store) -> None:
    await open_room(store)

    await asyncio.gather(store.forget(code(1), 1), store.forget(code(1), 1))
    await store.forget(code(1), 1)

    assert await store.load(code(1)) is None


async def test_a_code_can_be_used_again_and_remembers_nothing(store: Store) -> None:
    await store.create(room(title="old"), entry(1, command="command-1"), filed(due=5))
    await store.append(code(1), (said("old talk"),), NOON, CommandKey("command-2"))
    await store.forget(code(1), 2)

    await store.create(room(title="new"), entry(1, ready(True)), filed())

    assert await store.load(code(1)) == Stored(1, room(title="new"))
    assert await store.since(code(1), 0) == (entry(1, ready(True)),)
    assert await store.chat(code(1)) == ()
    assert await store.next_due() is None
    assert (await store.commit(room(), entry(2, command="command-1"), filed())).version == 2
    assert (await store.append(code(1), (said("new"),), NOON, CommandKey("command-2"))).version == 3


async def test_a_command_is_known_by_all_of_its_key(store: Store) -> None:
    """Players who came to the same id have keys that differ in the sender alone."""
    await open_room(store)
    seat = "0123456789abcdef" * 2
    first, second = f"{seat}:JoinRoom:{'i' * 40}", f"{seat[::-1]}:JoinRoom:{'i' * 40}"

    await go_on(store, 2, command=first)
    await go_on(store, 3, command=second)

    with pytest.raises(AlreadyApplied) as applied:
        await go_on(store, 4, command=first)
    assert applied.value.version == 2
    assert await store.applied(code(1), CommandKey(second)) == 3
    assert await store.applied(code(1), CommandKey(seat)) is None
