"""A log line is one line, holds no secret, and is never long; a library's line takes the same way."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from paddock import telemetry


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_a_dotted_name_with_fields() -> None:
    stream = io.StringIO()
    telemetry.configure("info", as_json=True, stream=stream)

    structlog.get_logger("paddock.x").info("room.joined", room="K7AB2", version=0, events=("PlayerJoined",))

    (line,) = lines(stream)
    assert line.pop("timestamp")
    assert line == {
        "event": "room.joined",
        "level": "info",
        "room": "K7AB2",
        "version": 0,
        "events": ["PlayerJoined"],
    }


@pytest.mark.parametrize(
    "name", ["token", "seat_token", "Seed", "root", "password", "Set-Cookie", "authorization", "picks"]
)
@pytest.mark.parametrize("as_json", [True, False])
def test_secrets_are_masked_by_name(name: str, *, as_json: bool) -> None:
    stream = io.StringIO()
    telemetry.configure("info", as_json=as_json, stream=stream)

    structlog.get_logger().info("room.joined", **{name: "swordfish", "inner": {name: b"swordfish"}})

    assert "swordfish" not in stream.getvalue()
    assert telemetry.MASK in stream.getvalue()


def test_a_name_that_only_contains_the_word_is_not_masked() -> None:
    stream = io.StringIO()
    telemetry.configure("info", as_json=True, stream=stream)

    structlog.get_logger().info("room.joined", picker="Tiger", grassroots="x")

    assert (lines(stream)[0]["picker"], lines(stream)[0]["grassroots"]) == ("Tiger", "x")


@pytest.mark.parametrize("as_json", [True, False])
def test_texts_are_cut_and_stay_on_their_line(*, as_json: bool) -> None:
    stream = io.StringIO()
    telemetry.configure("info", as_json=as_json, stream=stream)

    structlog.get_logger().info("chat.refused", text="a\nroom.joined \x1b[2J\u202e" + "x" * 5_000, names=["호랑이\r"])

    written = stream.getvalue()
    assert [letter for letter in written if not letter.isprintable()] == ["\n"]
    assert "호랑이" in written
    assert "(5019 characters)" in written
    assert len(written) < 1_000
    if as_json:
        assert str(lines(stream)[0]["text"]).startswith("a\\nroom.joined \\x1b[2J\\u202exxx")


@pytest.mark.parametrize("as_json", [True, False])
def test_a_traceback_shows_code_and_no_values(*, as_json: bool) -> None:
    stream = io.StringIO()
    telemetry.configure("info", as_json=as_json, stream=stream)

    def open_the_door(value: str) -> None:
        raise ValueError(len(value))

    try:
        open_the_door("sword" + "fish")
    except ValueError:
        structlog.get_logger().exception("gateway.fault")

    assert "open_the_door" in stream.getvalue()
    assert "ValueError: 9" in stream.getvalue()
    assert "swordfish" not in stream.getvalue()


def test_what_is_less_urgent_is_left_out_and_libraries_take_the_same_way() -> None:
    stream = io.StringIO()
    telemetry.configure("info", as_json=True, stream=stream)

    structlog.get_logger().debug("room.changed")
    logging.getLogger("aiohttp.server").info("chatter")
    logging.getLogger("aiohttp.server").warning("odd %s", "request\n")

    (line,) = lines(stream)
    assert (line["event"], line["level"]) == ("library.said", "warning")
    assert (line["library"], line["text"]) == ("aiohttp.server", "odd request\\n")


def test_what_clients_cause_is_written_five_times_and_then_summed() -> None:
    stream = io.StringIO()
    telemetry.configure("info", as_json=True, stream=stream)
    log = structlog.get_logger()
    sampling = structlog.get_config()["processors"][0]

    for _ in range(417):
        log.info("gateway.refused", code="too_many", source="3f2a", room="K7AB2")
        log.warning("archive.unavailable", reason="away")
    sampling.flush()

    found = lines(stream)
    assert sum(line["event"] == "archive.unavailable" for line in found) == 417, "no client causes these"
    *written, last = [line for line in found if line["event"] == "gateway.refused"]
    assert len(written) == 5
    assert last.pop("timestamp")
    assert last == {
        "event": "gateway.refused",
        "level": "info",
        "code": "too_many",
        "source": "3f2a",
        "suppressed": 412,
        "seconds": 1,
    }
