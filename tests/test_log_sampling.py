"""Lines that clients cause: the first of a kind are written, the rest is a sum, and nothing grows with the flood."""

from __future__ import annotations

from paddock.log_sampling import FIRST, MOST, MOST_KINDS, WINDOW_S, LogSampler

TOO_MANY = ("code", "too_many")
MALFORMED = ("code", "malformed")


def test_the_first_lines_of_a_kind_are_written_and_the_rest_is_summed() -> None:
    sampler = LogSampler()
    written = [sampler.admit("gateway.refused", "info", TOO_MANY, "a", 0.01 * number) for number in range(417)]
    assert written == [True] * FIRST + [False] * 412
    assert sampler.admit("gateway.refused", "info", MALFORMED, "a", 4.2), "another code is another kind"
    assert sampler.admit("gateway.refused", "info", TOO_MANY, "b", 4.2), "so is another source"
    assert not sampler.is_due(WINDOW_S - 0.01)
    assert sampler.is_due(WINDOW_S)
    seconds, [kind] = sampler.close(WINDOW_S)
    assert (seconds, kind.event, kind.label, kind.source, kind.suppressed) == (
        10,
        "gateway.refused",
        TOO_MANY,
        "a",
        412,
    )
    assert not sampler.is_due(WINDOW_S * 9), "a window begins with a line"
    assert sampler.admit("gateway.refused", "info", TOO_MANY, "a", 11.0)
    assert sampler.close(12.0) == (1, [])


def test_ten_thousand_sources_write_no_more_than_the_lines_of_an_event() -> None:
    sampler = LogSampler()
    written = sum(
        sampler.admit("session.closed", "info", ("reason", "transport close"), str(number), 0.0)
        for number in range(10_000)
    )
    assert written == MOST
    assert sampler.admit("gateway.refused", "info", TOO_MANY, "a", 0.0), "other events have lines of their own"
    _, [kind] = sampler.close(1.0)
    assert (kind.source, kind.suppressed) == ("", 10_000 - MOST)


def test_what_is_remembered_is_bounded_whatever_is_said() -> None:
    sampler = LogSampler()
    written = sum(
        sampler.admit(f"event.{number % 40}", "info", ("reason", f"{number}"), f"source {number}", 0.0)
        for number in range(MOST_KINDS * 3)
    )
    assert written <= 40 * MOST
    _, kinds = sampler.close(1.0)
    assert len(kinds) <= MOST_KINDS + 40
    assert sum(kind.suppressed for kind in kinds) == MOST_KINDS * 3 - written


def test_everybody_of_an_office_is_named_when_they_leave() -> None:
    """What broke: of forty people who lost their connections at one address the log named five."""
    sampler = LogSampler()
    assert all(sampler.admit("session.closed", "info", ("reason", "ping timeout"), "office", 0.0) for _ in range(40))
    assert sampler.close(1.0) == (1, [])
