import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from tests.domain import heats

from paddock.domain.card import Rule
from paddock.domain.ids import Millis, RaceId, RoomId
from paddock.domain.race import run
from paddock.domain.record import RaceRecord, record
from paddock.races import verification
from paddock.races.verification import MAX_BYTES, UnreadableError, verify_source


def good() -> RaceRecord:
    card, seed = heats.card(1), heats.seed(1)
    race = run(card, heats.book(), seed)
    return record(card, heats.book(), seed, race, room=RoomId("K7AB2"), rule=Rule.LAST, starts_at=Millis(1), names={})


@contextmanager
def served(body: bytes, status: int = 200, location: str | None = None) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            if location is not None:
                self.send_header("Location", location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/race.json"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_file_is_verified(tmp_path: Path) -> None:
    path = tmp_path / "race.json"
    path.write_bytes(msgspec.json.encode(good()))
    verdict = verify_source(str(path))
    assert verdict.verified
    assert verdict.text().splitlines()[0] == "race race000000000001, 500 m, 6 of 6 racers, 6 players"
    assert "VERIFIED" in verdict.text().splitlines()[1]


def test_a_record_on_the_web_is_verified() -> None:
    with served(msgspec.json.encode(good())) as url:
        assert verify_source(url).verified


def test_what_differs_is_told_in_words(tmp_path: Path) -> None:
    path = tmp_path / "race.json"
    innocent = next(player for player, _ in good().card.picks if player not in good().payers)
    path.write_bytes(msgspec.json.encode(replace(good(), payers=(innocent,), commitment="0" * 64)))
    verdict = verify_source(str(path))
    assert not verdict.verified
    assert verdict.text().splitlines()[1] == "NOT VERIFIED:"
    assert f'payers: recorded ["{innocent}"], recomputed ["{good().payers[0]}"]' in verdict.text()
    assert "commitment: recorded" in verdict.text()


def test_a_stranger_s_text_cannot_steer_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "race.json"
    card = replace(good().card, race=RaceId("\x1b[2J\x9b2J"))
    path.write_bytes(msgspec.json.encode(replace(good(), card=card)))
    text = verify_source(str(path)).text()
    assert text.startswith("race \\x1b[2J\\x9b2J, 500 m")
    assert text.replace("\n", "").isprintable()


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"schema": 1}', b"\xff", b" " * (MAX_BYTES + 1)])
def test_what_is_no_record_is_unreadable(body: bytes, tmp_path: Path) -> None:
    path = tmp_path / "race.json"
    path.write_bytes(body)
    with pytest.raises(UnreadableError, match=r"race\.json"):
        verify_source(str(path))
    with served(body) as url, pytest.raises(UnreadableError, match=r"race\.json"):
        verify_source(url)


def test_a_missing_file_or_page_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        verify_source(str(tmp_path / "nothing.json"))
    with served(b"gone", status=404) as url, pytest.raises(UnreadableError, match="404"):
        verify_source(url)


@pytest.mark.parametrize("target", ["file:///etc/hostname", "ftp://127.0.0.1/race.json"])
def test_a_page_leads_nowhere_but_to_the_web(target: str) -> None:
    with served(b"", status=302, location=target) as url, pytest.raises(UnreadableError):
        verify_source(url)


def test_a_page_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(UnreadableError, match="timed out"):
        verify_source(f"http://127.0.0.1:{silent.getsockname()[1]}/race.json")
