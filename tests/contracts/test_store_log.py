"""The log of a room serves those who missed something; its chat serves those who come late."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.contracts.backends import Store
from tests.stores.builders import NOON, code, entry, filed, line, ready, room, said

from paddock.domain import chat
from paddock.domain.events import Entry, Said
from paddock.domain.ids import CommandKey, Millis
from paddock.stores.contract import LOG_KEPT_MS, LOG_MOST, AlreadyApplied, Conflict, NoSuchRoom, Stored

MINUTE_MS = 60_000


async def grow(store: Store, count: int, step_ms: int) -> list[Entry]:
    """Let a room 1 have `count` entries, one every `step_ms`."""
    await store.create(room(), entry(1), filed())
    talk = [store.append(code(1), (ready(True),), Millis(NOON + turn * step_ms), None) for turn in range(1, count)]
    return [entry(1), *sorted(await asyncio.gather(*talk), key=lambda kept: kept.version)]


async def test_everything_after_a_version_is_given_in_order(store: Store) -> None:
    entries = await grow(store, 5, 1000)

    assert await store.since(code(1), 0) == tuple(entries)
    assert await store.since(code(1), 3) == tuple(entries[3:])


async def test_nothing_missed_is_nothing_given(store: Store) -> None:
    await grow(store, 5, 1000)

    assert await store.since(code(1), 5) == ()


async def test_a_version_never_reached_is_a_hole(store: Store) -> None:
    await grow(store, 5, 1000)

    assert await store.since(code(1), 6) is None
    assert await store.since(code(1), -1) is None
    assert await store.since(code(2), 0) is None


async def test_who_missed_two_minutes_gets_every_entry(store: Store) -> None:
    entries = await grow(store, 1200, LOG_KEPT_MS // 1000)

    assert await store.since(code(1), 200) == tuple(entries[200:])


async def test_the_log_of_a_long_evening_is_cut_off_at_its_old_end(store: Store) -> None:
    entries = await grow(store, 400, MINUTE_MS)

    assert await store.since(code(1), 0) is None
    assert await store.since(code(1), 396) == tuple(entries[396:])


async def test_a_flood_within_a_minute_is_cut_off_too(store: Store) -> None:
    await grow(store, LOG_MOST + 200, 1)

    assert await store.since(code(1), 0) is None
    missed = await store.since(code(1), LOG_MOST)
    assert missed is not None
    assert len(missed) == 200


async def test_talk_takes_the_next_version_and_leaves_the_room_alone(store: Store) -> None:
    await store.create(room(title="same"), entry(1), filed(due=9, summary=line()))

    kept = await store.append(code(1), (said("hello"),), NOON, CommandKey("command-1"))

    (message,) = await store.chat(code(1))
    assert (message.version, message.text) == (2, "hello")
    assert (kept.version, kept.at, kept.command) == (2, NOON, "command-1")
    assert await store.since(code(1), 1) == (kept,)
    assert await store.load(code(1)) == Stored(2, room(title="same"))
    assert await store.next_due() == 9
    assert await store.listed() == (line(),)


async def test_a_message_bears_the_version_of_its_entry(store: Store) -> None:
    await store.create(room(), entry(1), filed())

    kept = await store.append(code(1), (said("one"), said("two")), NOON, None)

    first, second = await store.chat(code(1))
    assert [(message.version, message.text) for message in (first, second)] == [(2, "one"), (2, "two")]
    assert kept.events == (Said(first), Said(second))


async def test_messages_in_a_commit_are_kept_as_well(store: Store) -> None:
    await store.create(room(), entry(1), filed())
    await store.append(code(1), (said("before"),), NOON, None)

    await store.commit(room(), entry(2, ready(True), said("ready!")), filed())

    assert [(message.version, message.text) for message in await store.chat(code(1))] == [(2, "before"), (3, "ready!")]


async def test_talk_of_one_command_is_said_once(store: Store) -> None:
    await store.create(room(), entry(1), filed())
    command = CommandKey("command-1")
    appends = [store.append(code(1), (said("hello"),), NOON, command) for _ in range(3)]

    answers = await asyncio.gather(*appends, return_exceptions=True)

    assert sum(isinstance(answer, Entry) for answer in answers) == 1
    assert [answer.version for answer in answers if isinstance(answer, AlreadyApplied)] == [2, 2]
    assert len(await store.chat(code(1))) == 1


async def test_nobody_talks_in_a_room_that_is_not_there(store: Store) -> None:
    with pytest.raises(NoSuchRoom):
        await store.append(code(1), (said("hello"),), NOON, None)

    assert await store.chat(code(1)) == ()


async def test_the_newest_messages_are_kept_oldest_first(store: Store) -> None:
    await store.create(room(), entry(1), filed())
    for turn in range(chat.KEPT + 45):
        await store.append(code(1), (said(f"line {turn}"),), NOON, None)

    kept = await store.chat(code(1))

    assert [message.text for message in kept] == [f"line {turn}" for turn in range(45, chat.KEPT + 45)]
    assert [message.version for message in kept] == list(range(47, chat.KEPT + 47))


Step = tuple[str, int]
STEPS = st.lists(st.tuples(st.sampled_from(["commit", "talk", "stale"]), st.integers(0, 5)), max_size=30)


class Model:
    """A room as the contract tells it: versions, titles, which of them were talk."""

    def __init__(self) -> None:
        self.version = 1
        self.ruled = 1
        self.title = "begin"
        self.texts: list[str] = []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_any_row_of_changes_is_told_as_it_was_made(store: Store, steps: list[Step]) -> None:
    model = Model()
    await store.create(room(title=model.title), entry(1), filed())
    for turn, (step, back) in enumerate(steps):
        if step == "talk":
            await store.append(code(1), (said(f"text {turn}"),), NOON, None)
            model.texts.append(f"text {turn}")
            model.version += 1
            continue
        decided_at = model.version - back if step == "stale" else model.version
        change = store.commit(room(title=f"title {turn}"), entry(decided_at + 1), filed())
        if decided_at < model.ruled:
            with pytest.raises(Conflict):
                await change
            continue
        await change
        model.version += 1
        model.ruled, model.title = model.version, f"title {turn}"

    assert await store.load(code(1)) == Stored(model.version, room(title=model.title))
    assert [message.text for message in await store.chat(code(1))] == model.texts
    entries = await store.since(code(1), 0)
    assert entries is not None
    assert [kept.version for kept in entries] == list(range(1, model.version + 1))
    await store.forget(code(1), model.version)
