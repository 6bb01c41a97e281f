"""One followed room: whatever is lost, late or repeated on its way here comes out once, in order, without a hole."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st
from tests.stores.builders import code, entry, ready

from paddock.domain.events import Entry
from paddock.domain.ids import RoomId
from paddock.stores.codec import encode
from paddock.stores.redis.following import Following, Position, Question

PLACE = 7


def body(version: int) -> bytes:
    return encode(entry(0, ready(version % 2 == 0)))


def followed(at: Position | None) -> tuple[Following, list[int]]:
    heard: list[int] = []

    def deliver(room: RoomId, entry: Entry) -> None:
        heard.append(entry.version)

    following = Following(code(1), deliver)
    if at is not None:
        following.place(at)
    return following, heard


def hear(following: Following, *versions: int, place: int = PLACE) -> None:
    for version in versions:
        following.hear(Position(place, version), body(version))


def test_the_next_entry_is_delivered_and_a_known_one_is_not() -> None:
    following, heard = followed(Position(PLACE, 4))

    hear(following, 4, 5, 5, 6, 3)

    assert heard == [5, 6]
    assert not following.doubtful


def test_what_comes_after_a_hole_waits_for_what_is_missing() -> None:
    following, heard = followed(Position(PLACE, 4))

    hear(following, 7, 6)
    assert (heard, following.doubtful) == ([], True)

    hear(following, 5)
    assert heard == [5, 6, 7]


def test_a_hole_is_filled_from_the_log() -> None:
    following, heard = followed(Position(PLACE, 4))
    hear(following, 7)

    question = following.ask()
    following.compare(question, Position(PLACE, 7), [body(5), body(6), body(7)])

    assert heard == [5, 6, 7]
    assert not following.doubtful


def test_what_was_heard_between_question_and_answer_comes_once() -> None:
    following, heard = followed(Position(PLACE, 4))
    hear(following, 6)
    question = following.ask()
    hear(following, 5, 8)

    following.compare(question, Position(PLACE, 7), [body(5), body(6), body(7)])

    assert heard == [5, 6, 7, 8]


def test_a_doubt_that_comes_up_after_the_question_needs_another_one() -> None:
    following, _ = followed(Position(PLACE, 4))
    question = following.ask()
    following.doubtful = True

    following.compare(question, Position(PLACE, 4), [])

    assert following.doubtful


def test_a_room_that_is_not_placed_begins_where_the_store_is() -> None:
    following, heard = followed(None)
    hear(following, 9)

    following.compare(following.ask(), Position(PLACE, 9), None)
    hear(following, 10)

    assert heard == [10]


def test_a_room_placed_between_question_and_answer_misses_nothing() -> None:
    following, heard = followed(None)
    question = following.ask()
    following.place(Position(PLACE, 0))

    following.compare(question, Position(PLACE, 1), None)
    assert following.doubtful
    following.compare(following.ask(), Position(PLACE, 1), [body(1)])

    assert heard == [1]


def test_a_room_made_after_the_question_is_heard_from_its_beginning() -> None:
    following, heard = followed(None)
    question = following.ask()
    hear(following, 1)

    following.gone(question)
    assert following.doubtful
    following.compare(following.ask(), Position(PLACE, 1), None)

    assert heard == [1]
    assert not following.doubtful


def test_a_broken_copy_of_a_good_entry_costs_nothing() -> None:
    following, heard = followed(Position(PLACE, 4))

    following.hear(Position(PLACE, 5), b"{broken")
    following.compare(following.ask(), Position(PLACE, 5), [body(5)])

    assert heard == [5]


def test_a_new_room_of_the_same_code_begins_anew() -> None:
    following, heard = followed(Position(PLACE, 4))

    hear(following, 1, 2, place=PLACE + 1)
    hear(following, 5, place=PLACE)
    assert heard == [5]
    following.compare(following.ask(), Position(PLACE + 1, 2), None)
    hear(following, 3, place=PLACE + 1)

    assert heard == [5, 1, 2, 3]
    assert not following.doubtful


def test_a_place_the_store_does_not_know_is_not_believed() -> None:
    following, heard = followed(Position(PLACE, 4))

    hear(following, 1, place=10**30)
    assert following.doubtful
    following.compare(following.ask(), Position(PLACE, 4), [])
    hear(following, 5)

    assert heard == [5]


def test_a_new_room_that_was_missed_is_fetched_from_its_beginning() -> None:
    following, heard = followed(Position(PLACE, 4))

    following.compare(following.ask(), Position(PLACE + 1, 2), None)
    assert following.doubtful
    assert following.ask() == Question(Position(PLACE + 1, 0), None)
    following.compare(following.ask(), Position(PLACE + 1, 2), [body(1), body(2)])

    assert heard == [1, 2]


def test_a_log_that_does_not_reach_back_leaves_one_gap_that_is_noticed_at_once() -> None:
    """It used to be noticed with the next entry only, which may be minutes away."""
    following, heard = followed(Position(PLACE, 4))

    following.compare(following.ask(), Position(PLACE, 900), None)
    assert heard == [900]

    hear(following, 901)
    assert heard == [900, 901]


def test_what_was_delivered_by_other_means_is_not_missed_a_second_time() -> None:
    """A reunited room's next entries used to be one more hole, as the feed had stood still where Redis was lost."""
    following, heard = followed(Position(PLACE, 4))
    hear(following, 11)

    following.go_on(Position(PLACE, 10))
    following.compare(following.ask(), Position(PLACE, 12), [body(12)])

    assert heard == [11, 12]


def test_what_was_given_in_vain_is_given_again() -> None:
    """What others did while a room was being reunited was given to nobody, and never asked for."""
    following, heard = followed(Position(PLACE, 2))
    asked_before = following.ask()
    following.compare(asked_before, Position(PLACE, 5), [body(3), body(4), body(5)])
    underway = following.ask()

    following.go_on(Position(PLACE, 4))
    assert following.doubtful
    following.compare(underway, Position(PLACE, 5), [])
    assert following.doubtful
    following.compare(following.ask(), Position(PLACE, 5), [body(5)])

    assert heard == [3, 4, 5, 5]
    assert not following.doubtful


def test_a_store_that_went_back_is_followed_from_where_it_is() -> None:
    following, heard = followed(Position(PLACE, 9))
    hear(following, 11)

    following.compare(following.ask(), Position(PLACE, 6), None)
    hear(following, 7)

    assert heard == [7]
    assert not following.doubtful


def test_what_the_store_lost_does_not_make_it_ask_for_ever() -> None:
    following, heard = followed(Position(PLACE, 4))
    hear(following, 9)

    following.compare(following.ask(), Position(PLACE, 4), [])
    assert not following.doubtful
    hear(following, 5)

    assert heard == [5]


def test_a_room_that_is_gone_is_not_asked_for_for_ever() -> None:
    following, _ = followed(Position(PLACE, 4))
    hear(following, 9)

    following.gone(following.ask())

    assert not following.doubtful


def test_an_entry_that_cannot_be_read_is_left_out_alone() -> None:
    following, heard = followed(Position(PLACE, 4))

    following.hear(Position(PLACE, 5), b"{broken")
    assert following.doubtful
    following.compare(following.ask(), Position(PLACE, 5), [b"{broken"])
    hear(following, 6)

    assert heard == [6]


@dataclass
class Wire:
    """A store of one room and the ways from it: a channel that loses, and questions whose answers come late."""

    version: int = 0
    channel: list[int] = field(default_factory=list)
    questions: list[tuple[Question, int]] = field(default_factory=list)

    def answer(self, following: Following, question: Question, version: int) -> None:
        """Give the answer that the store gave when it was at `version`."""
        if version == 0:
            following.gone(question)
            return
        at = question.position
        after = at.version if at is not None else -1
        entries = [body(number) for number in range(after + 1, version + 1)] if 0 <= after <= version else None
        following.compare(question, Position(PLACE, version), entries)


STEPS = st.lists(st.sampled_from(["commit", "hear", "lose", "ask", "answer", "seen"]), max_size=60)


@given(steps=STEPS)
def test_no_schedule_of_losses_and_delays_makes_a_hole(steps: list[str]) -> None:
    following, heard = followed(None)
    wire = Wire()
    placed: int | None = None
    for step in steps:
        if step == "commit":
            wire.version += 1
            wire.channel.append(wire.version)
        elif step == "hear" and wire.channel:
            hear(following, wire.channel.pop(0))
        elif step == "lose" and wire.channel:
            wire.channel.pop(0)
            following.doubtful = True
        elif step == "ask":
            wire.questions.append((following.ask(), wire.version))
        elif step == "answer" and wire.questions:
            wire.answer(following, *wire.questions.pop(0))
        elif step == "seen" and wire.version and following.position is None:
            placed = wire.version
            following.place(Position(PLACE, wire.version))

    hear(following, *wire.channel)
    for question in wire.questions:
        wire.answer(following, *question)
    following.doubtful = True
    for _ in range(3):
        if following.doubtful:
            wire.answer(following, following.ask(), wire.version)

    assert not following.doubtful
    assert heard == list(range(wire.version - len(heard) + 1, wire.version + 1))
    if placed is not None:
        assert len(heard) >= wire.version - placed
