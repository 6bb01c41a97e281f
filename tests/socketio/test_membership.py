"""Room membership of arbitrary members."""

from __future__ import annotations

from paddock.socketio.membership import Membership


def test_members_are_listed_in_the_order_they_joined_and_once() -> None:
    rooms: Membership[int] = Membership()
    for member in (3, 1, 2, 3):
        rooms.join(member, "tea")
    assert list(rooms.members("tea")) == [3, 1, 2]
    assert rooms.rooms_of(3) == {"tea"}


def test_an_empty_room_does_not_exist() -> None:
    rooms: Membership[int] = Membership()
    rooms.join(1, "tea")
    rooms.join(1, "coffee")
    assert len(rooms) == 2
    rooms.leave(1, "tea")
    assert len(rooms) == 1
    assert list(rooms.members("tea")) == []
    assert rooms.rooms_of(1) == {"coffee"}


def test_leaving_a_room_one_is_not_in_changes_nothing() -> None:
    rooms: Membership[int] = Membership()
    rooms.join(1, "tea")
    rooms.leave(2, "tea")
    rooms.leave(1, "coffee")
    assert list(rooms.members("tea")) == [1]


def test_leaving_all_rooms_leaves_the_other_members_in_them() -> None:
    rooms: Membership[int] = Membership()
    for room in ("tea", "coffee"):
        rooms.join(1, room)
    rooms.join(2, "tea")
    rooms.leave_all(1)
    rooms.leave_all(1)
    assert list(rooms.members("tea")) == [2]
    assert len(rooms) == 1
    assert rooms.rooms_of(1) == frozenset()


def test_nothing_is_kept_of_a_member_that_left_its_last_room() -> None:
    rooms: Membership[object] = Membership()
    member = object()
    rooms.join(member, "tea")
    rooms.leave(member, "tea")
    assert member not in rooms._rooms
