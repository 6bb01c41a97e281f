"""The short log in memory: contiguous, trimmed by age in steps, and it remembers the commands of what it holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stores.builders import NOON, entry

from paddock.domain.ids import CommandKey
from paddock.stores.contract import LOG_KEPT_MS, LOG_MOST
from paddock.stores.room_log import LOG_KEPT, TRIM_STEP, RoomLog


def command(version: int) -> CommandKey:
    return CommandKey(f"command-{version}")


@given(steps=st.lists(st.sampled_from([0, 1, 500, 3_000, 60_000, LOG_KEPT_MS]), min_size=1, max_size=400))
def test_nothing_young_is_ever_let_go_and_nothing_is_skipped(steps: list[int]) -> None:
    log = RoomLog()
    at = int(NOON)
    moments: list[int] = []
    oldest = 1
    for version, step in enumerate(steps, start=1):
        at += step
        moments.append(at)
        gone = log.append(entry(version, at=at, command=command(version)))
        if gone is not None:
            assert gone >= oldest
            oldest = gone + 1
        kept = log.since(oldest - 1)
        assert kept is not None
        assert [one.version for one in kept] == list(range(oldest, version + 1))
        assert oldest == 1 or log.since(oldest - 2) is None
        young = sum(moment >= at - LOG_KEPT_MS for moment in moments)
        assert len(kept) >= min(version, max(young, LOG_KEPT))
        assert log.applied(command(oldest)) == oldest
        assert log.applied(command(oldest - 1)) is None


def test_what_is_old_goes_in_steps() -> None:
    log = RoomLog()
    gone = [log.append(entry(version, at=NOON + version * 60_000)) for version in range(1, 300)]

    let_go = [version for version in gone if version is not None]
    assert let_go == list(range(TRIM_STEP, let_go[-1] + 1, TRIM_STEP))
    assert 299 - let_go[-1] < LOG_KEPT + TRIM_STEP


def test_a_long_silence_lets_all_of_an_evening_go_at_once() -> None:
    log = RoomLog()
    for version in range(1, 1001):
        assert log.append(entry(version, at=NOON + version)) is None

    gone = log.append(entry(1001, at=NOON + 10 * LOG_KEPT_MS))

    assert gone == 1001 - LOG_KEPT


def test_a_flood_is_bounded() -> None:
    log = RoomLog()
    for version in range(1, 2 * LOG_MOST):
        log.append(entry(version))
        if version > LOG_MOST:
            assert log.since(version - LOG_MOST - 1) is None
            assert log.since(version - LOG_MOST + TRIM_STEP) is not None


def test_an_entry_that_does_not_follow_is_a_fault() -> None:
    log = RoomLog(4)
    log.append(entry(5))

    for version in (4, 5, 7):
        with pytest.raises(ValueError, match="does not follow"):
            log.append(entry(version))


def test_after_a_hole_the_commands_before_it_are_still_known() -> None:
    log = RoomLog()
    log.append(entry(1, command=command(1)))

    after = log.broken(3)
    after.append(entry(4, command=command(4)))

    assert after.since(3) == (entry(4, command=command(4)),)
    assert after.since(1) is None
    assert (after.applied(command(1)), after.applied(command(4))) == (1, 4)


def test_commands_from_before_a_log_go_with_its_first_entries() -> None:
    log = RoomLog.of(5, (entry(5, at=NOON),), ((command(3), 3), (command(4), 4)))
    assert log.earlier() == ((command(3), 3), (command(4), 4))
    assert (log.applied(command(3)), log.applied(command(5))) == (3, None)
    while log.append(entry(log.version + 1, at=NOON + log.version * 60_000)) is None:
        assert log.applied(command(4)) == 4
    assert log.earlier() == ()
    assert log.applied(command(4)) is None
