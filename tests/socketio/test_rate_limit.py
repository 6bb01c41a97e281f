"""How much one client may send, and what is remembered of those who sent more."""

from __future__ import annotations

from paddock.socketio.rate_limit import LEAST_CREDIT, LONGEST_PAUSE, Offenders, RateLimiter


def limiter(rate: float = 100.0, burst: int = 300, most: int = 6) -> RateLimiter:
    made = RateLimiter(rate, burst, most)
    made.begin(0.0)
    return made


def test_a_burst_and_a_steady_rate_are_never_held_up() -> None:
    client, now = limiter(), 0.0
    for _ in range(1000):
        # A little below the rate, for ever.
        now += 0.011
        client.credit -= 1
        assert client.credit >= 1 or client.settle(now) == 0
    now += 3.0
    assert client.settle(now) == 0
    client.credit -= 299
    assert client.credit >= 1


def test_a_client_that_goes_on_is_held_up_for_longer_and_longer_and_then_closed() -> None:
    client, now, pauses = limiter(), 0.0, list[float]()
    while (pause := client.settle(now)) is not None:
        if pause:
            pauses.append(pause)
        now += pause
        client.credit = 0
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2]
    assert client.overran(now)


def test_after_a_quiet_time_all_is_forgotten() -> None:
    client = limiter()
    client.credit -= 400
    assert client.settle(0.1)
    assert client.overran(0.2)
    assert not client.overran(10)
    assert client.settle(10) == 0.0
    assert (client.credit, client.pauses) == (300, 0)


def test_a_debt_is_bounded_and_waited_for() -> None:
    client = limiter()
    client.credit -= 1_000_000
    pause = client.settle(0.0)
    assert pause is not None
    assert LONGEST_PAUSE > pause > 3.0


def test_a_source_that_was_trouble_begins_with_less_until_time_has_passed() -> None:
    offenders = Offenders()
    assert offenders.burst_fraction("a", 0) == 1
    offenders.note("a", 0)
    offenders.note("a", 0)
    assert offenders.burst_fraction("a", 0) == 0.25
    assert offenders.burst_fraction("b", 0) == 1
    assert offenders.burst_fraction("a", 60) == 0.5
    assert offenders.burst_fraction("a", 200) == 1
    for _ in range(100):
        offenders.note("a", 200)
    client = RateLimiter(100, 300, 6)
    client.begin(200, offenders.burst_fraction("a", 200))
    assert client.credit == LEAST_CREDIT


def test_a_source_that_is_thrown_out_over_and_over_waits_in_between_until_time_has_passed() -> None:
    """Twenty clients that broke the protocol, came back and broke it again kept a server busy with letting them in."""
    offenders = Offenders()
    for _ in range(8):
        assert offenders.admits("a", 0)
        offenders.note("a", 0)
    for _ in range(8):
        offenders.note("a", 0)
    assert [offenders.admits("a", at / 10) for at in range(10)].count(True) == 4
    assert offenders.admits("b", 0)
    assert all(offenders.admits("a", 100) for _ in range(9)), "most of it is forgotten"


def test_what_is_remembered_is_bounded() -> None:
    offenders = Offenders(most=2)
    for source in "abc":
        offenders.note(source, 0)
    assert [offenders.burst_fraction(source, 0) for source in "abc"] == [1, 0.5, 0.5]


def test_one_message_and_a_goodbye_are_no_offence() -> None:
    client = RateLimiter(100, 300, 6)
    client.begin(0, 2**-16)
    client.credit -= 21
    assert not client.overran(0.1)
