"""`paddock serve` in a process of its own: it says where it is, answers, ends cleanly, and words what stops it."""

from __future__ import annotations

import errno
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.cli.paddock import COMMAND, environment, paddock
from tests.cluster.process import Server
from tests.waiting import until_sync

from paddock.cli import address
from paddock.supervisor.reservation import cannot_listen

pytestmark = pytest.mark.processes


@contextmanager
def serving(*arguments: str | Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running server and its address; killed at the end if it still runs."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", *map(str, arguments)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line.startswith("paddock: listening on "), line
        yield process, line.split()[-1]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_it_answers_and_ends_cleanly_when_told() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        with serving("--data", ":memory:") as (process, url):
            with urllib.request.urlopen(f"{url}/readyz", timeout=60) as answer:
                assert answer.status == 200
            process.send_signal(number)
            assert process.wait(timeout=10) == 0


def test_signals_by_habit_do_not_kill_it(tmp_path: Path) -> None:
    """What broke: SIGHUP, which administrators send to have settings read again, ended a server in mid-race."""
    server = Server(tmp_path)
    server.start()
    try:
        for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGPIPE):
            server.signal(number)
        until_sync(lambda: server.output.count("signal.refused") >= 3, "three refused signals")
        assert "restart the server" in server.output
        with urllib.request.urlopen(f"{server.url}/readyz", timeout=60) as answer:
            assert answer.status == 200
        assert server.term() == 0
    finally:
        server.kill()


def test_the_secret_and_the_journal_are_for_the_owner_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving("--data", data):
        assert data.stat().st_mode & 0o077 == 0
        assert (data / "secret").stat().st_mode & 0o077 == 0
        assert (data / "rooms.sqlite3").exists()


def test_a_taken_port_is_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = paddock("serve", "--data", ":memory:", "--port", str(taken.getsockname()[1]))

    assert ran.returncode == 2
    assert ran.stderr.splitlines()[-1].startswith("paddock: The server could not start: ")
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("host", ["::", "[::]", "[::1]", "::1"])
def test_what_is_printed_for_an_ipv6_address_answers(host: str) -> None:
    """What broke: `::` was printed as 127.0.0.1, where nothing listens, and brackets were taken for a name."""
    with serving("--data", ":memory:", "--host", host) as (_, url):
        assert url.startswith("http://[::1]:")
        with urllib.request.urlopen(f"{url}/readyz", timeout=60) as answer:
            assert answer.status == 200


@pytest.mark.parametrize("port", ["70000", "-1", "abc", "1.5", "99999999999999999999"])
def test_a_port_that_is_none_is_a_sentence(port: str) -> None:
    ran = paddock("serve", "--data", ":memory:", "--port", port)

    assert ran.returncode == 2
    assert ran.stderr == f"paddock: port on the command line cannot be '{port}': it takes 0 to 65535.\n"


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(errno.EADDRINUSE, "x"), "in use"),
        (OSError(errno.EACCES, "x"), "from 1024 on"),
        (OSError(errno.EADDRNOTAVAIL, "x"), "no address of this machine"),
        (socket.gaierror(-2, "x"), "no address for the name"),
        (OSError(errno.ENODEV, "odd"), "odd"),
    ],
)
def test_what_stops_it_from_listening_is_said_with_what_to_do(error: OSError, says: str) -> None:
    """A privileged port cannot be tried where the tests run as root, so the words are asked for."""
    assert says in cannot_listen("coffee.example", 80, error)


def test_the_version_is_told_by_command_and_by_flag() -> None:
    flag, command = paddock("--version"), paddock("version")

    assert (flag.returncode, flag.stdout) == (0, command.stdout)
    assert flag.stdout.startswith("paddock ")


def test_a_data_folder_in_use_is_a_sentence(tmp_path: Path) -> None:
    with serving("--data", tmp_path):
        ran = paddock("serve", "--port", "0", "--data", tmp_path)

    assert ran.returncode == 2
    assert ran.stderr.splitlines()[-1].startswith("paddock: The server could not start: ")
    assert "Traceback" not in ran.stderr


def test_several_workers_without_a_redis_are_refused_with_what_to_do(tmp_path: Path) -> None:
    for given, says in (
        (("--workers", "3"), "--embedded-redis"),
        (("--embedded-redis", "--data", ":memory:"), "name a folder"),
        (("--embedded-redis", "--set", "redis=redis://127.0.0.1"), "choose one"),
    ):
        ran = paddock("serve", "--port", "0", "--data", tmp_path, *given)
        assert ran.returncode == 2
        (sentence,) = ran.stderr.splitlines()
        assert sentence.startswith("paddock: ")
        assert says in sentence


def test_what_stops_the_workers_is_said_once_for_all(tmp_path: Path) -> None:
    with serving("--data", ":memory:") as (_, url):
        port = url.rpartition(":")[2]
        ran = paddock("serve", "--workers", "2", "--embedded-redis", "--data", tmp_path, "--port", port)

    assert ran.returncode == 2
    assert ran.stderr.splitlines()[-1].startswith("paddock: The server could not start: ")
    assert "Traceback" not in ran.stderr


def test_addresses_can_be_opened_as_they_are_printed() -> None:
    assert address.here("0.0.0.0", 80) == "http://127.0.0.1:80"
    assert address.here("::", 80) == "http://[::1]:80"
    assert address.here("::1", 80) == "http://[::1]:80"
    assert address.here("coffee.example", 80) == "http://coffee.example:80"
    assert address.nearby("127.0.0.1", 80) is None
    assert address.nearby("coffee.example", 80) is None


def test_nothing_of_the_archive_is_loaded_before_the_server_listens() -> None:
    """Loading its library took as long as everything else together: a start took twice the time.

    The order of things is told, and no time: the library is loaded in a thread as soon as the server listens, and an
    answer may have to be asked for again until it is there.
    """
    ran = subprocess.run(
        [sys.executable, "-m", "tests.cli.order_of_start"],
        env=environment(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert ran.stdout.splitlines()[-1] == "listens, loads sqlalchemy, answers", ran.stderr
