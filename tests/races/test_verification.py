import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
def served(body: bytes, status: int = 200, location: str | None = None, reason: str | None = None) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status, None if reason is None else reason.encode().decode("latin-1"))
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


@contextmanager
def dribbling(head: bytes) -> Iterator[str]:
    """A page that says a few bytes at a time for ever, or leads on to itself."""
    ended = threading.Event()

    def dribble(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(4096)
            for place in range(len(head)):
                if ended.wait(0.05):
                    return
                connection.sendall(head[place : place + 1])

    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=dribble, args=(server.accept()[0],), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/race.json"
        ended.set()
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: slow\r\n" % number for number in range(50)),
        b"HTTP/1.1 302 Found\r\nLocation: /race.json\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n" + b" " * 1_000,
    ],
    ids=["headers", "redirects", "body"],
)
def test_a_page_that_dribbles_has_the_same_time_as_any_other(monkeypatch: pytest.MonkeyPatch, head: bytes) -> None:
    """What broke: a byte now and then, or another redirect, began the ten seconds anew."""
    monkeypatch.setattr(verification, "SECONDS", 0.5)
    began = time.monotonic()
    with dribbling(head) as url, pytest.raises(UnreadableError, match="timed out"):
        verify_source(url)
    # With the time begun anew these take half a minute and more, or never end.
    assert time.monotonic() - began < 15.0


def test_what_a_page_says_instead_of_a_record_cannot_steer_the_terminal() -> None:
    """What broke: the reason of a status line, and words of a record, were printed as they came."""
    words = "\x1b]0;pwned\x07\u202egnp.exe\u2066[link=http://evil]x[/link]\x9b2J"
    with (
        served(b"", status=404, reason=words) as url,
        pytest.raises(UnreadableError) as page,
    ):
        verify_source(url)
    assert str(page.value).isprintable()
    with pytest.raises(UnreadableError) as file:
        verify_source(f"/nowhere/{words}")
    assert str(file.value).isprintable()
