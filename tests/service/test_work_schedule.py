"""Which expensive job is next, and which is refused: plays without threads and without time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paddock.service.work_schedule import Job, QueueFull, Schedule, State, WorkLimits

LIMITS = WorkLimits(running=1, waiting=6, waiting_of_source=4, waiting_of_session=2)


class Play:
    """A schedule, and who asked for what; a job is called by its source and a number."""

    def __init__(self, limits: WorkLimits = LIMITS) -> None:
        self.schedule = Schedule(limits)
        self.left: set[str] = set()
        self.jobs: dict[str, Job] = {}

    def asks(self, name: str, session: str = "") -> str | None:
        """Let a source ask; gives the name of the job that had to make room, if any."""
        job = Job(name[0], session or name, lambda: name not in self.left)
        evicted = self.schedule.submit(job)
        self.jobs[name] = job
        return next((known for known, other in self.jobs.items() if other is evicted), None)

    def begins(self) -> list[str]:
        """The jobs that begin now."""
        begun = self.schedule.due().begun
        return [name for name, job in self.jobs.items() if job in begun]

    def ends(self, name: str) -> None:
        """A job's work is done."""
        self.schedule.end(self.jobs[name])

    def order(self) -> str:
        """Let everything run to its end and give the sources in the order in which they were served."""
        served = ""
        while begun := self.begins():
            for name in begun:
                served += name[0]
                self.ends(name)
        return served


def test_sources_take_turns_however_many_jobs_one_of_them_has() -> None:
    play = Play()
    for name in ("a1", "a2", "a3", "b1", "c1", "b2"):
        play.asks(name)
    assert play.order() == "abcaba"


def test_no_more_than_the_limit_run_at_once() -> None:
    play = Play(WorkLimits(running=2, waiting=9, waiting_of_source=9, waiting_of_session=9))
    for name in ("a1", "a2", "a3"):
        play.asks(name)
    assert play.begins() == ["a1", "a2"]
    assert play.begins() == []
    play.ends("a1")
    assert play.begins() == ["a3"]


def test_a_job_whose_owner_left_is_never_begun_and_takes_no_place() -> None:
    play = Play()
    for name in ("a1", "a2", "b1"):
        play.asks(name)
    play.left = {"a1", "a2"}
    due = play.schedule.due()
    assert [job.source for job in due.begun] == ["b"]
    assert [job.source for job in due.gone] == ["a"], "the second one of a is looked at when its turn comes"
    play.ends("b1")
    assert play.order() == ""
    assert play.schedule.figures.gone == 2


def test_a_full_queue_is_cleared_of_those_who_left_before_anybody_is_refused() -> None:
    play = Play()
    for name in ("a1", "a2", "a3", "a4", "b1", "b2"):
        play.asks(name)
    play.left = {"a1", "a2", "a3", "a4"}
    assert play.asks("a5") is None
    assert play.asks("b3") is None
    assert play.order() == "babb"


def test_a_source_has_a_limit_and_so_has_a_session_of_it() -> None:
    play = Play()
    play.asks("a1", "mina")
    play.asks("a2", "mina")
    with pytest.raises(QueueFull) as refused:
        play.asks("a3", "mina")
    assert refused.value.scope == "session"
    play.asks("a3", "jun")
    play.asks("a4", "jun")
    with pytest.raises(QueueFull) as refused:
        play.asks("a5", "sora")
    assert refused.value.scope == "source"
    assert play.schedule.figures.refused == {"session": 1, "source": 1, "total": 0}


def test_a_newcomer_gets_a_place_from_the_source_that_has_most() -> None:
    play = Play()
    for name in ("a1", "a2", "a3", "a4", "b1", "b2"):
        play.asks(name)
    assert play.asks("c1") == "a4"
    assert play.asks("c2") == "a3"
    with pytest.raises(QueueFull) as refused:
        play.asks("a5")
    assert refused.value.scope == "total", "all three have two now"
    assert play.order() == "abcabc"


def test_a_caller_who_gave_up_leaves_its_place_to_the_next() -> None:
    play = Play()
    for name in ("a1", "a2", "b1"):
        play.asks(name)
    play.schedule.withdraw(play.jobs["a1"])
    assert play.order() == "ab"
    play.schedule.withdraw(play.jobs["a2"])
    assert play.schedule.figures.withdrawn == 1, "what is over cannot be withdrawn"


MOVES = st.one_of(
    st.tuples(st.just("ask"), st.sampled_from("abcd"), st.sampled_from("xyz")),
    st.tuples(st.sampled_from(["begin", "end", "withdraw", "leave"]), st.integers(0, 50), st.just("")),
)


@given(st.lists(MOVES, max_size=80))
def test_whatever_happens_the_bounds_hold_and_the_counts_are_true(moves: list[tuple[str, str | int, str]]) -> None:
    play = Play(WorkLimits(running=2, waiting=5, waiting_of_source=3, waiting_of_session=2))
    for number, (move, who, session) in enumerate(moves):
        jobs = list(play.jobs)
        match move, who:
            case "ask", str():
                try:
                    play.asks(f"{who}{number}", f"{who}{session}")
                except QueueFull:
                    continue
            case "begin", _:
                play.schedule.due()
            case _, int() if jobs:
                name = jobs[who % len(jobs)]
                if move == "end":
                    play.ends(name)
                elif move == "withdraw":
                    play.schedule.withdraw(play.jobs[name])
                else:
                    play.left.add(name)
            case _:
                continue
        states = [job.state for job in play.jobs.values()]
        figures = play.schedule.figures
        assert (figures.running, figures.waiting) == (states.count(State.RUNNING), states.count(State.WAITING))
        assert figures.running <= 2
        assert figures.waiting <= 5
    for name in play.jobs:
        play.ends(name)
    assert set(play.order()) <= set("abcd")
    assert play.schedule.figures.waiting == 0
    for name in play.jobs:
        play.ends(name)
    assert play.schedule.figures.running == 0
