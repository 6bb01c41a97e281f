"""The room list as an index: newest first, searched as names are compared, and no room ever moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.stores.builders import line

from paddock.domain.ids import Millis, RoomId
from paddock.domain.names import fold
from paddock.domain.views import RoomSummary
from paddock.service.room_list import RoomList, RoomListPage, RoomListQuery, diff_pages, parse_query

CODES = [RoomId(code) for code in ("AAAAA", "BBBBB", "CCCCC", "DDDDD", "EEEEE", "FFFFF")]


def opened(code: RoomId, at: int, title: str = "", host: str = "", seated: int = 1) -> RoomSummary:
    """A line of a room opened at some moment."""
    return replace(line(), room=code, opened_at=Millis(at), title=title, host=host, seated=seated)


def listing(*lines: RoomSummary) -> RoomList:
    """A list of these rooms."""
    rooms = RoomList()
    for one in lines:
        rooms.put(one.room, one)
    return rooms


def codes(page: RoomListPage) -> list[str]:
    """The rooms on a page."""
    return [one.room for one in page.rooms]


def test_the_newest_come_first_and_those_of_one_millisecond_by_code() -> None:
    rooms = listing(opened(CODES[2], 5), opened(CODES[0], 1), opened(CODES[1], 5), opened(CODES[3], 9))
    assert codes(rooms.page(RoomListQuery())) == ["DDDDD", "BBBBB", "CCCCC", "AAAAA"]


def test_pages_follow_each_other_without_gap_or_repetition() -> None:
    rooms = listing(*(opened(code, at // 2) for at, code in enumerate(CODES)))
    seen: list[str] = []
    cursor = None
    while True:
        page = rooms.page(RoomListQuery(cursor=cursor, limit=2))
        assert page.total == 6
        seen += codes(page)
        cursor = page.next
        if cursor is None:
            break
    assert seen == codes(rooms.page(RoomListQuery(limit=6)))


def test_a_page_stays_where_it_is_when_rooms_open_before_it_and_its_own_begin_goes() -> None:
    rooms = listing(*(opened(code, at) for at, code in enumerate(CODES[:4])))
    second = RoomListQuery(cursor=rooms.page(RoomListQuery(limit=2)).next, limit=2)
    assert codes(rooms.page(second)) == ["BBBBB", "AAAAA"]
    rooms.put(CODES[4], opened(CODES[4], 99))
    rooms.put(CODES[2], None)
    assert codes(rooms.page(second)) == ["BBBBB", "AAAAA"]


def test_the_last_page_has_no_next_also_when_it_is_full() -> None:
    rooms = listing(opened(CODES[0], 1), opened(CODES[1], 2))
    assert rooms.page(RoomListQuery(limit=2)).next is None
    assert rooms.page(RoomListQuery(limit=1)).next is not None
    assert RoomList().page(RoomListQuery()) == RoomListPage()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ["CCCCC", "BBBBB", "AAAAA"]),
        ("   ", ["CCCCC", "BBBBB", "AAAAA"]),
        ("coffee", ["AAAAA"]),
        ("COFFEE  break", ["AAAAA"]),
        ("ＣＯＦＦＥＥ", ["AAAAA"]),
        ("cóffee", ["AAAAA"]),
        ("커피", ["BBBBB"]),
        ("c0ffee", ["AAAAA"]),
        ("민지", ["CCCCC"]),
        ("bbb", ["BBBBB"]),
        ("zebra", []),
        ("커피민지", []),
    ],
)
def test_it_is_searched_by_title_host_and_code_as_names_are_compared(typed: str, found: list[str]) -> None:
    rooms = listing(
        opened(CODES[0], 1, title="Coffee break"),
        opened(CODES[1], 2, title="금요일 커피"),
        opened(CODES[2], 3, host="민지"),
    )
    page = rooms.page(parse_query(typed, None, 20))
    assert (codes(page), page.total) == (found, len(found))


def test_what_is_typed_differently_but_means_the_same_is_one_parse_query() -> None:
    assert parse_query(" Coffee ", None, 20) == parse_query("ＣＯＦＦＥＥ", None, 20)
    assert parse_query("coffee", None, 20) != parse_query("coffee", None, 10)


@pytest.mark.parametrize(
    "cursor", ["", "1", "-AAAAA", "1-AAAA", "1-AAAAA ", "1-OOOOO", "x-AAAAA", "1-AAAAA\n", "١-AAAAA"]
)
def test_a_cursor_that_is_none_is_refused(cursor: str) -> None:
    with pytest.raises(ValueError, match="malformed cursor"):
        parse_query("", cursor, 20)


def test_a_title_that_changes_is_found_by_its_new_words_only() -> None:
    rooms = listing(opened(CODES[0], 1, title="tea"))
    assert rooms.put(CODES[0], opened(CODES[0], 1, title="coffee"))
    assert codes(rooms.page(parse_query("tea", None, 20))) == []
    assert codes(rooms.page(parse_query("coffee", None, 20))) == ["AAAAA"]


def test_what_changes_nothing_says_so() -> None:
    rooms = listing(opened(CODES[0], 1))
    assert not rooms.put(CODES[0], opened(CODES[0], 1))
    assert not rooms.put(CODES[1], None)
    assert rooms.put(CODES[0], None)
    assert len(rooms) == 0


LINES = st.builds(
    opened,
    st.sampled_from(CODES),
    st.integers(0, 3),
    title=st.sampled_from(["", "tea", "coffee", "coffee and tea"]),
    host=st.sampled_from(["", "Mina"]),
    seated=st.integers(1, 3),
)
CHANGES = st.lists(st.tuples(LINES, st.booleans()), max_size=40)
QUESTIONS = st.builds(
    parse_query,
    st.sampled_from(["", "tea", "coffee", "mina", "ccc"]),
    st.sampled_from([None, "1-BBBBB", "2-AAAAA", "0-FFFFF"]),
    st.integers(1, 7),
)


@given(CHANGES, QUESTIONS)
def test_a_page_is_what_sorting_and_filtering_all_rooms_gives(
    changes: list[tuple[RoomSummary, bool]], asked: RoomListQuery
) -> None:
    rooms, plain = RoomList(), dict[RoomId, RoomSummary]()
    for one, gone in changes:
        before = rooms.page(asked)
        rooms.put(one.room, None if gone else one)
        plain.pop(one.room, None)
        if not gone:
            plain[one.room] = one
        page = rooms.page(asked)

        found = [
            one for one in plain.values() if any(asked.text in fold(text) for text in (one.title, one.host, one.room))
        ]
        found.sort(key=lambda one: (-one.opened_at, one.room))
        if asked.cursor is not None:
            at, _, code = asked.cursor.partition("-")
            rest = [one for one in found if (-one.opened_at, one.room) > (-int(at), code)]
        else:
            rest = found
        assert list(page.rooms) == rest[: asked.limit]
        assert page.total == len(found)
        assert (page.next is not None) == (len(rest) > asked.limit)

        news = diff_pages(before, page)
        shown = {one.room: one for one in before.rooms if one.room not in news.gone}
        shown |= {one.room: one for one in news.changed}
        assert shown == {one.room: one for one in page.rooms}
        assert len(news.changed) + len(news.gone) <= 2, (
            "one room that changes moves no other, but for the edge of the page"
        )
