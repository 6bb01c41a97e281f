"""Checks a race record from a file or the web and says so in words; it believes nothing in it and stores nothing."""

from __future__ import annotations

import queue
import threading
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from paddock.domain.record import Difference, RaceRecord, verify

MAX_BYTES: Final = 1_000_000
"""A record with its book is 4-20 KB, even with 200 players."""
SECONDS: Final = 10.0


class UnreadableError(ValueError):
    """There is no race record where one was looked for; the message says why."""


class Verdict(Struct, frozen=True):
    """A record and what differs in it from a recomputation."""

    record: RaceRecord
    differences: tuple[Difference, ...]

    @property
    def verified(self) -> bool:
        """Whether everything that can be computed again came out the same."""
        return not self.differences

    def text(self) -> str:
        """Return the verdict in a few lines for a terminal."""
        record = self.record
        card = record.card
        racers = f"{len(card.picked)} of {len(card.lineup)} racers"
        head = f"race {_short(card.race)}, {card.track} m, {racers}, {len(card.picks)} players"
        if self.verified:
            return f"{head}\nVERIFIED: the seed is the committed one, and draw, race, order and payers follow from it."
        told = (
            f"  {one.field}: recorded {_short(one.recorded)}, recomputed {_short(one.expected)}"
            for one in self.differences
        )
        return "\n".join((head, "NOT VERIFIED:", *told))


def verify_source(source: str) -> Verdict:
    """Load the record at a path or an http(s) URL and compute its race again.

    Raises `UnreadableError` when there is no record to check.
    """
    try:
        text = _fetched_in_time(source) if urlsplit(source).scheme in {"http", "https"} else _read(Path(source))
    except (OSError, ValueError, HTTPException) as error:
        raise UnreadableError(printable(f"{source}: {error}")) from error
    try:
        record = msgspec.json.decode(text, type=RaceRecord)
    except msgspec.DecodeError as error:
        raise UnreadableError(printable(f"{source}: not a race record: {error}")) from error
    return Verdict(record, verify(record))


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        text = file.read(MAX_BYTES + 1)
    return _within(text)


def printable(text: str) -> str:
    """Return a text with every character escaped that does not show: it may steer a terminal, or turn others around."""
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape", "surrogatepass").decode("ascii") for one in text
    )


def _fetched_in_time(url: str) -> bytes:
    """Fetch within `SECONDS` in total: names, connections, redirects, headers and body.

    The limits of a socket begin again with every byte, so the time is watched from outside; what is given up ends with
    the process.
    """
    answers: queue.SimpleQueue[bytes | Exception] = queue.SimpleQueue()

    def work() -> None:
        try:
            answers.put(_fetched(url))
        except Exception as error:  # raised where it is waited for
            answers.put(error)

    threading.Thread(target=work, name="fetch", daemon=True).start()
    try:
        answer = answers.get(timeout=SECONDS)
    except queue.Empty:
        raise TimeoutError(f"timed out: not there within {SECONDS:g} s") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _fetched(url: str) -> bytes:
    """Fetch with a limit on bytes."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPErrorProcessor,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.ProxyHandler,
        urllib.request.UnknownHandler,
    ):
        opener.add_handler(handler())
    request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 - the scheme was looked at
    text = b""
    with opener.open(request, timeout=SECONDS) as answer:
        while piece := answer.read1(65_536):
            text = _within(text + piece)
    return text


def _within(text: bytes) -> bytes:
    if len(text) > MAX_BYTES:
        raise ValueError(f"more than {MAX_BYTES} bytes, which is no race record")
    return text


def _short(text: str) -> str:
    """Return a stranger's text fit for a terminal: at most 200 characters, none of which can steer it."""
    plain = text[:200].encode("unicode_escape").decode("ascii")
    return plain if len(text) <= 200 else f"{plain}..."
