"""The archive's contract, on a file, in memory and on PostgreSQL: races once each, figures that follow from them."""

from __future__ import annotations

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.archive.archives import DATABASES, archive, recounted
from tests.archive.evenings import DAY, LINEUP, MINUTE, TODAY, device, player, race_id, raced
from tests.stores.builders import NOON, code

from paddock.archive.contract import (
    ArchiveUnavailable,
    BadCursor,
    Board,
    BoardQuestion,
    BoardRow,
    DayRow,
    KindRow,
    Period,
    ProfileId,
    RaceLine,
    Recording,
    Totals,
)
from paddock.archive.sql import SqlArchive
from paddock.domain.finished import FinishedRace, unattributed
from paddock.domain.ids import Kind, Millis, RaceId


@pytest.fixture(params=DATABASES)
async def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqlArchive]:
    async with archive(request.param, tmp_path) as opened:
        yield opened


async def who(shelf: SqlArchive, name: str) -> ProfileId:
    found = await shelf.profile_of(device(name))
    assert found is not None, f"{name} has no profile"
    return found


async def lines_of(shelf: SqlArchive, room: int = 1, limit: int = 100) -> list[RaceLine]:
    lines: list[RaceLine] = []
    cursor: str | None = None
    while True:
        page = await shelf.races_of_room(code(room), cursor, limit)
        lines += page.items
        cursor = page.next
        if cursor is None:
            return lines


# -- Races -----------------------------------------------------------------------------------------------------------


async def test_a_race_comes_back_as_it_was(shelf: SqlArchive) -> None:
    race = raced(1, "Mina", "Jun Ara", "밤비")

    assert await shelf.record([race]) == Recording((race.race,))

    assert await shelf.race(race.race) == race.record
    assert await shelf.race(RaceId("never0000000run0")) is None
    assert await shelf.record([]) == Recording(())


async def test_recording_twice_changes_nothing(shelf: SqlArchive) -> None:
    races = [raced(number, "Mina", "Jun") for number in range(3)]
    await shelf.record(races[:2])
    before = await shelf.profile(await who(shelf, "Mina")), await shelf.kinds(), await shelf.totals()

    again = await shelf.record(races[:2])

    assert set(again.recorded) == {race.race for race in races[:2]}
    assert (await shelf.profile(await who(shelf, "Mina")), await shelf.kinds(), await shelf.totals()) == before
    await shelf.record(races)
    assert len(await lines_of(shelf)) == 3
    assert await recounted(shelf) == ()


async def test_several_nodes_record_the_same_races_at_once(shelf: SqlArchive) -> None:
    races = [raced(number, "Mina", "Jun", room=number % 3) for number in range(12)]

    await asyncio.gather(*(shelf.record(races[start : start + 6]) for start in (0, 3, 6, 0, 6)))

    mina = await shelf.profile(await who(shelf, "Mina"))
    assert mina is not None and mina.races == 12
    assert await recounted(shelf) == ()


async def test_a_line_tells_who_raced_on_what_and_who_pays(shelf: SqlArchive) -> None:
    await shelf.record([raced(1, "Mina", "Jun Ara", pays=["Jun", "Ara"])])
    await shelf.record([raced(1, "Ara", "Jun", runoff=1)])

    runoff, first = await lines_of(shelf)

    assert (first.race, first.room, first.starts_at, first.track, first.runoff) == (
        race_id(1),
        code(1),
        NOON + MINUTE,
        500,
        0,
    )
    assert [(one.name, one.racer, one.kind, one.rank, one.time_ms, one.paid) for one in first.runners] == [
        ("Mina", 0, "tiger", 1, 20_000, False),
        ("Ara", 1, "snail", 2, 20_001, False),
        ("Jun", 1, "snail", 2, 20_001, False),
    ]
    assert first.runners[0].profile == await who(shelf, "Mina")
    assert [(one.name, one.paid) for one in runoff.runners] == [("Ara", False), ("Jun", True)]
    assert runoff.runoff == 1


async def test_the_races_of_a_room_come_page_by_page_while_races_are_added(shelf: SqlArchive) -> None:
    await shelf.record([raced(number, "Mina", "Jun") for number in range(7)])
    await shelf.record([raced(50, "Mina", "Jun", room=2)])

    first = await shelf.races_of_room(code(1), None, 3)
    await shelf.record([raced(8, "Mina", "Jun")])
    second = await shelf.races_of_room(code(1), first.next, 3)
    third = await shelf.races_of_room(code(1), second.next, 3)

    numbers = [line.race for page in (first, second, third) for line in page.items]
    assert numbers == [race_id(number) for number in (6, 5, 4, 3, 2, 1, 0)]
    assert third.next is None
    assert (await shelf.races_of_room(code(3), None, 3)).items == ()


async def test_a_code_that_is_given_out_again_is_another_room(shelf: SqlArchive) -> None:
    await shelf.record([raced(1, "Mina", "Jun")])
    await shelf.record([raced(2, "Ara", "Bora", opened_at=NOON + DAY)])

    assert [line.race for line in await lines_of(shelf)] == [race_id(2)]
    old = await shelf.races_of_room(code(1), None, 9, Millis(NOON))
    assert [line.race for line in old.items] == [race_id(1)]
    assert (await shelf.races_of_room(code(1), None, 9, Millis(NOON + 5))).items == ()

    async def on_board(opened_at: int | None) -> set[str]:
        board = BoardQuestion(Board.RACES, Period.ALL, TODAY, code(1), None if opened_at is None else Millis(opened_at))
        return {row.name for row in (await shelf.board(board, None, 9)).items}

    assert await on_board(None) == await on_board(NOON + DAY) == {"Ara", "Bora"}
    assert await on_board(NOON) == {"Mina", "Jun"}
    assert await on_board(NOON + 2 * DAY) == set()  # the newest, which has not raced yet


async def test_a_question_that_the_database_refuses_cannot_be_answered_now(shelf: SqlArchive) -> None:
    """The refusal itself came out of reads once, and was answered as a fault of the server."""
    with pytest.raises(ArchiveUnavailable):
        await shelf.profile_of("\ud800")
    with pytest.raises(ArchiveUnavailable):
        await shelf.rename(ProfileId("person000001"), "\ud800")
    assert (await shelf.totals()).races == 0


def forged(*place: object) -> str:
    """A cursor as somebody makes it who knows how they are written."""
    return urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        *("", "x", "AAAA", "W10", "W10=" * 100, "\ud800"),
        forged(2**70, race_id(1)),
        forged(-(2**63) - 1, race_id(1)),
        forged(NOON, "\x00" * 16),
        forged(NOON, "x' OR 1=1 --"),
        forged("person", "person000001", 2**64, 1),
        forged("person", "person000001", NOON, 2**64),
        forged("wins", 0, "all", 2**64, 1),
        forged("wins", 0, "all", 1, -(2**64)),
        forged("wins", 2**64, "all", 1, 1),
        forged("wins", 0, "\x00", 1, 1),
        forged(True, race_id(1)),
        forged(1.5, race_id(1)),
    ],
)
async def test_a_strange_cursor_is_refused(shelf: SqlArchive, cursor: str) -> None:
    await shelf.record([raced(1, "Mina", "Jun")])
    mina = await who(shelf, "Mina")

    with pytest.raises(BadCursor):
        await shelf.races_of_room(code(1), cursor, 5)
    with pytest.raises(BadCursor):
        await shelf.races_of_profile(mina, cursor, 5)
    with pytest.raises(BadCursor):
        await shelf.board(BoardQuestion(Board.WINS, Period.ALL, TODAY), cursor, 5)


async def test_a_cursor_is_good_for_its_own_list_only(shelf: SqlArchive) -> None:
    await shelf.record([raced(number, "Mina", "Jun", "Ara") for number in range(3)])
    races = BoardQuestion(Board.RACES, Period.ALL, TODAY)
    of_races = (await shelf.board(races, None, 1)).next
    of_mina = (await shelf.races_of_profile(await who(shelf, "Mina"), None, 1)).next
    assert of_races is not None and of_mina is not None

    with pytest.raises(BadCursor):
        await shelf.board(BoardQuestion(Board.WINS, Period.ALL, TODAY), of_races, 1)
    with pytest.raises(BadCursor):
        await shelf.board(BoardQuestion(Board.RACES, Period.DAY, TODAY), of_races, 1)
    with pytest.raises(BadCursor):
        await shelf.races_of_profile(await who(shelf, "Jun"), of_mina, 1)


async def test_races_of_the_first_version_are_nobodys_but_kept(shelf: SqlArchive) -> None:
    race = raced(1, "Mina", "Jun")

    await shelf.record([unattributed(race.record)])

    assert await shelf.race(race.race) == race.record
    assert await shelf.profile_of(device("Mina")) is None
    assert await shelf.totals() == Totals(1, 0, 1, Millis(NOON + MINUTE))
    assert await recounted(shelf) == ()


# -- People ----------------------------------------------------------------------------------------------------------


async def test_a_persons_figures_follow_from_their_races(shelf: SqlArchive) -> None:
    # Mina wins, wins and pays the last one; Jun pays twice running, once after a run-off.
    await shelf.record(
        [
            raced(0, "Mina", "Ara", "Jun"),
            raced(1, "Mina", "Ara Jun", pays=["Ara", "Jun"]),
            raced(1, "Ara", "Jun", runoff=1),
            raced(2, "Jun", "Ara", "Mina"),
        ]
    )

    mina, jun = await shelf.profile(await who(shelf, "Mina")), await shelf.profile(await who(shelf, "Jun"))

    assert mina is not None and jun is not None
    assert (mina.name, mina.since, mina.last_raced_at) == ("Mina", NOON, NOON + 2 * MINUTE)
    assert (mina.races, mina.wins, mina.paid) == (3, 2, 1)
    assert (mina.win_rate, mina.pay_rate) == (2 / 3, 1 / 3)
    assert (mina.win_streak, mina.best_win_streak, mina.paid_streak, mina.worst_paid_streak) == (0, 2, 1, 1)
    assert mina.favourite == "tiger"
    assert (jun.races, jun.wins, jun.paid) == (3, 1, 2)
    assert (jun.win_streak, jun.best_win_streak, jun.paid_streak, jun.worst_paid_streak) == (1, 1, 0, 2)
    assert await shelf.profile(ProfileId("nobody000000")) is None


async def test_the_name_is_that_of_the_newest_race_until_one_is_chosen(shelf: SqlArchive) -> None:
    def as_named(number: int, name: str) -> FinishedRace:
        race = raced(number, name, "Jun")
        return FinishedRace(race.record, {player(name): "one device"}, Millis(NOON), "", race.race)

    await shelf.record([as_named(2, "Mina"), as_named(1, "Minsu")])
    person = await shelf.profile_of("one device")
    assert person is not None

    async def name() -> str:
        found = await shelf.profile(person)
        assert found is not None
        return found.name

    assert await name() == "Mina"
    await shelf.record([as_named(3, "Mimi"), as_named(0, "Momo")])
    assert await name() == "Mimi"
    assert (await shelf.profile(person)).since == NOON  # type: ignore[union-attr]
    await shelf.rename(person, "미나")
    await shelf.record([as_named(4, "Mumu")])
    assert await name() == "미나"
    assert await shelf.rename(ProfileId("nobody000000"), "x") is None


async def test_the_races_of_a_person_come_page_by_page(shelf: SqlArchive) -> None:
    await shelf.record([raced(number, "Mina", "Jun", room=number % 2) for number in range(5)])
    await shelf.record([raced(9, "Ara", "Jun")])
    mina = await who(shelf, "Mina")

    first = await shelf.races_of_profile(mina, None, 3)
    second = await shelf.races_of_profile(mina, first.next, 3)

    assert [line.race for page in (first, second) for line in page.items] == [race_id(n) for n in (4, 3, 2, 1, 0)]
    assert second.next is None
    assert (await shelf.races_of_profile(ProfileId("nobody000000"), None, 3)).items == ()


async def test_what_is_kept_of_a_person_can_be_had(shelf: SqlArchive) -> None:
    await shelf.record([raced(number, "Mina", "Jun") for number in range(120)])
    mina = await who(shelf, "Mina")

    export = await shelf.export(mina)

    assert export is not None
    assert export.profile == await shelf.profile(mina)
    assert export.devices == 1
    assert [line.race for line in export.races] == [race_id(number) for number in reversed(range(120))]
    assert await shelf.export(ProfileId("nobody000000")) is None


async def test_whoever_is_deleted_is_nowhere_and_the_others_keep_what_they_have(shelf: SqlArchive) -> None:
    races = [raced(number, "Mina", "Jun") for number in range(6)]
    await shelf.record(races)
    mina, jun = await who(shelf, "Mina"), await shelf.profile(await who(shelf, "Jun"))

    assert await shelf.erase(mina)

    assert await shelf.profile(mina) is None
    assert await shelf.profile_of(device("Mina")) is None
    assert not await shelf.erase(mina)
    record = await shelf.race(races[0].race)
    assert record is not None and record.names == {player("Mina"): "", player("Jun"): "Jun"}
    assert [(one.name, one.profile is None) for one in (await lines_of(shelf))[0].runners] == [
        ("", True),
        ("Jun", False),
    ]
    board = await shelf.board(BoardQuestion(Board.WINS, Period.ALL, TODAY), None, 9)
    assert board.items == ()
    assert await shelf.profile(await who(shelf, "Jun")) == jun
    assert await recounted(shelf) == ()


async def test_what_a_deleted_person_raced_before_stays_without_a_name_however_late_it_comes(shelf: SqlArchive) -> None:
    await shelf.record([raced(0, "Mina", "Jun", at=NOON - DAY)])
    await shelf.erase(await who(shelf, "Mina"))

    await shelf.record([raced(1, "Mina", "Jun", at=NOON - MINUTE)])
    assert await shelf.profile_of(device("Mina")) is None
    assert (await lines_of(shelf))[0].runners[0].name == ""

    await shelf.record([raced(2, "Mina", "Jun", at=NOON + MINUTE)])
    back = await shelf.profile(await who(shelf, "Mina"))
    assert back is not None and back.races == 1
    assert await recounted(shelf) == ()


async def test_a_person_moves_to_another_device_with_a_code_that_works_once(shelf: SqlArchive) -> None:
    await shelf.record([raced(0, "Mina", "Jun"), raced(1, "Phone", "Mina"), raced(2, "Phone", "Jun", at=NOON + DAY)])
    mina = await who(shelf, "Mina")
    old = await shelf.offer_move(mina, NOON)
    given = await shelf.offer_move(mina, NOON)

    assert await shelf.take_move(old, device("Phone"), NOON) is None
    taken = await shelf.take_move(given.lower().replace("-", " "), device("Phone"), NOON)

    assert taken is not None
    assert (taken.profile, taken.races, taken.wins, taken.paid) == (mina, 4, 3, 1)
    assert await shelf.profile_of(device("Phone")) == mina
    assert await shelf.take_move(given, device("Jun"), NOON) is None
    assert (await shelf.export(mina)).devices == 2  # type: ignore[union-attr]
    assert len((await shelf.races_of_profile(mina, None, 9)).items) == 3
    assert await recounted(shelf) == ()


async def test_a_code_ends_and_a_device_without_races_can_take_one(shelf: SqlArchive) -> None:
    await shelf.record([raced(0, "Mina", "Jun")])
    mina = await who(shelf, "Mina")
    late = await shelf.offer_move(mina, NOON)
    assert await shelf.take_move(late, "new device", Millis(NOON + DAY)) is None

    given = await shelf.offer_move(mina, NOON)
    taken = await shelf.take_move(given, "new device", NOON)

    assert taken is not None and taken.profile == mina
    own = await shelf.offer_move(mina, NOON)
    assert (await shelf.take_move(own, device("Mina"), NOON)) == taken


# -- Boards ----------------------------------------------------------------------------------------------------------


async def test_a_board_ranks_by_what_it_is_of_and_ties_share_a_rank(shelf: SqlArchive) -> None:
    await shelf.record([raced(number, "Mina", "Jun", "Ara") for number in range(3)])
    await shelf.record([raced(3, "Jun", "Mina", "Bora"), raced(4, "Ara", "Mina")])

    async def told(board: Board) -> list[tuple[int, str]]:
        page = await shelf.board(BoardQuestion(board, Period.ALL, TODAY), None, 9)
        return sorted((row.rank, row.name) for row in page.items)

    assert await told(Board.RACES) == [(1, "Mina"), (2, "Ara"), (2, "Jun"), (4, "Bora")]
    assert await told(Board.WINS) == [(1, "Mina"), (2, "Ara"), (2, "Jun")]
    assert await told(Board.PAID) == [(1, "Ara"), (2, "Bora"), (2, "Mina")]
    assert await told(Board.WIN_RATE) == [(1, "Mina")]


async def test_one_win_of_one_does_not_beat_many_of_many(shelf: SqlArchive) -> None:
    await shelf.record([raced(number, "Mina", "Jun") for number in range(45)])
    await shelf.record([raced(number, "Jun", "Mina") for number in range(45, 50)])
    await shelf.record([raced(number, "Ara", "Bora") for number in range(50, 55)])
    await shelf.record([raced(number, "Cora", "Dora") for number in range(55, 59)])

    board = await shelf.board(BoardQuestion(Board.WIN_RATE, Period.ALL, TODAY), None, 9)

    assert [(row.name, row.races, row.wins) for row in board.items] == [
        ("Mina", 50, 45),
        ("Ara", 5, 5),
        ("Jun", 50, 5),
        ("Bora", 5, 0),
    ]
    # Wilson's interval for 45 of 50 and 5 of 5, computed by hand.
    assert board.items[0].bound == pytest.approx(0.786398, abs=1e-6)
    assert board.items[1].bound == pytest.approx(0.565518, abs=1e-6)


async def test_days_and_weeks_are_those_of_the_time_zone(shelf: SqlArchive) -> None:
    sunday = 1_795_964_400_000  # 2026-11-30 00:00 in Seoul, a Monday: 15:00 UTC on Sunday
    await shelf.record([raced(0, "Mina", "Jun", at=sunday - 1), raced(1, "Ara", "Bora", at=sunday)])

    async def on(period: Period, day: date) -> set[str]:
        page = await shelf.board(BoardQuestion(Board.RACES, period, day), None, 9)
        return {row.name for row in page.items}

    before, after = {"Mina", "Jun"}, {"Ara", "Bora"}
    assert await on(Period.DAY, date(2026, 11, 29)) == await on(Period.WEEK, date(2026, 11, 23)) == before
    assert await on(Period.DAY, date(2026, 11, 30)) == await on(Period.WEEK, date(2026, 12, 6)) == after
    assert await on(Period.MONTH, date(2026, 11, 1)) == await on(Period.ALL, date.min) == before | after
    assert await on(Period.WEEK, date.max) == await on(Period.MONTH, date.min) == set()
    assert await shelf.days(Millis(sunday), 3) == (
        DayRow("2026-11-28", 0, 0, 0),
        DayRow("2026-11-29", 1, 2, 1),
        DayRow("2026-11-30", 1, 2, 1),
    )


async def test_a_room_has_a_board_of_its_own(shelf: SqlArchive) -> None:
    await shelf.record([raced(0, "Mina", "Jun"), raced(1, "Mina", "Ara", room=2), raced(2, "Ara", "Mina", room=2)])

    page = await shelf.board(BoardQuestion(Board.WINS, Period.DAY, TODAY, code(2)), None, 9)

    assert {(row.rank, row.name, row.races, row.wins) for row in page.items} == {(1, "Mina", 2, 1), (1, "Ara", 2, 1)}
    assert (await shelf.board(BoardQuestion(Board.WINS, Period.DAY, TODAY, code(3)), None, 9)).items == ()


async def test_everybody_can_ask_for_their_own_rank(shelf: SqlArchive) -> None:
    await shelf.record([raced(number, "Mina", "Jun", "Ara") for number in range(5)])
    question = BoardQuestion(Board.WIN_RATE, Period.ALL, TODAY)

    for name, rank in (("Mina", 1), ("Jun", 2), ("Ara", 2)):
        row = await shelf.standing(question, await who(shelf, name))
        assert row is not None and (row.name, row.rank) == (name, rank)
    assert await shelf.standing(BoardQuestion(Board.PAID, Period.ALL, TODAY), await who(shelf, "Mina")) is None
    assert (
        await shelf.standing(BoardQuestion(Board.RACES, Period.ALL, TODAY, code(7)), await who(shelf, "Mina")) is None
    )


async def test_a_board_is_read_page_by_page_with_ranks_that_go_on(shelf: SqlArchive) -> None:
    names = [f"P{number}" for number in range(12)]
    await shelf.record([raced(turn, *names[: 2 + turn % 4]) for turn in range(8)])
    await shelf.record([raced(20 + turn, names[turn + 4], names[turn + 5]) for turn in range(6)])
    question = BoardQuestion(Board.RACES, Period.ALL, TODAY)
    whole = (await shelf.board(question, None, 100)).items

    parts: list[BoardRow] = []
    cursor: str | None = None
    while True:
        page = await shelf.board(question, cursor, 2)
        parts += page.items
        cursor = page.next
        if cursor is None:
            break

    assert tuple(parts) == whole
    assert [row.rank for row in whole] == [1 + sum(o.races > row.races for o in whole) for row in whole]


# -- Figures over everybody ------------------------------------------------------------------------------------------


async def test_kinds_count_first_heats_alone(shelf: SqlArchive) -> None:
    other = tuple(map(Kind, ("hare", "tiger", "fox", "owl")))
    await shelf.record([raced(0, "Mina", "Jun Ara", pays=["Jun", "Ara"]), raced(0, "Jun", "Ara", runoff=1)])
    await shelf.record([raced(1, "Mina", "Jun", "Ara", lineup=other)])

    kinds = {str(row.kind): row for row in await shelf.kinds()}

    assert kinds["tiger"] == KindRow(Kind("tiger"), lined_up=2, picked=2, wins=1, lasts=0)
    assert kinds["hare"] == KindRow(Kind("hare"), lined_up=2, picked=1, wins=1, lasts=0)
    assert kinds["snail"] == KindRow(Kind("snail"), lined_up=1, picked=1, wins=0, lasts=1)
    assert kinds["owl"] == KindRow(Kind("owl"), lined_up=1, picked=0, wins=0, lasts=0)
    assert (await shelf.kinds())[0].kind == "tiger"
    assert set(kinds) == set(LINEUP) | set(other)


async def test_totals(shelf: SqlArchive) -> None:
    assert await shelf.totals() == Totals(0, 0, 0, None)

    await shelf.record([raced(2, "Mina", "Jun"), raced(1, "Ara", "Jun", room=2)])
    await shelf.record([raced(1, "Ara", "Jun", room=2, runoff=1)])

    assert await shelf.totals() == Totals(2, 3, 2, Millis(NOON + MINUTE))


async def test_what_is_older_than_it_is_kept_goes_with_all_it_counted_for(shelf: SqlArchive) -> None:
    old = [raced(number, "Mina", "Jun", at=NOON - (number + 1) * DAY) for number in range(5)]
    await shelf.record([*old, raced(9, "Jun", "Mina")])

    assert await shelf.prune(Millis(NOON - DAY), 2) == 2
    assert await shelf.prune(Millis(NOON - DAY), 10) == 2
    assert await shelf.prune(Millis(NOON - DAY), 10) == 0

    assert [line.race for line in await lines_of(shelf)] == [race_id(9), race_id(0)]
    mina = await shelf.profile(await who(shelf, "Mina"))
    assert mina is not None and (mina.races, mina.wins, mina.paid) == (2, 1, 1)
    assert (await shelf.totals()).races == 2
    assert await recounted(shelf) == ()


NAMES = ("Mina", "Jun", "Ara", "Bora", "Doha")
HEATS = st.lists(
    st.tuples(st.permutations(NAMES), st.integers(2, 5), st.integers(0, 3), st.integers(0, 2), st.booleans()),
    min_size=1,
    max_size=8,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(heats=HEATS, split=st.integers(1, 8), shuffle=st.randoms())
async def test_in_whatever_order_races_come_the_figures_are_those_of_a_recount(
    shelf: SqlArchive, heats: list[tuple[list[str], int, int, int, bool]], split: int, shuffle: object
) -> None:
    races: list[FinishedRace] = []
    base = len(heats) * 1000 + split * 100
    for number, (names, size, day, room, ties) in enumerate(heats, base):
        at = NOON + day * DAY + number
        left = names[size - 2 : size] if ties else [names[size - 1]]
        races.append(raced(number, *names[: size - 1], names[size - 1], pays=left, at=at, room=room))
        if ties:
            races.append(raced(number, left[0], left[1], runoff=1, at=at + 90_000, room=room))
    shuffle.shuffle(races)  # type: ignore[attr-defined]
    for start in range(0, len(races), split):
        await shelf.record(races[start : start + split])

    assert await recounted(shelf) == ()
