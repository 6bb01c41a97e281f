"""A port that is reserved is ours: workers may share it, and nobody else gets it."""

from __future__ import annotations

import socket
import threading
from contextlib import closing

import pytest

from paddock.supervisor.reservation import reserve


def listening(port: int, family: int = socket.AF_INET) -> socket.socket:
    """Listen as a worker does."""
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind(("127.0.0.1" if family == socket.AF_INET else "::1", port))
    made.listen()
    return made


def test_a_free_port_stays_ours_and_takes_no_connection() -> None:
    with closing(reserve("127.0.0.1", 0)) as ours, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", ours.port), timeout=5)


def test_workers_share_it_and_get_the_connections() -> None:
    with closing(reserve("127.0.0.1", 0)) as ours, listening(ours.port) as one, listening(ours.port) as two:
        one.settimeout(0)
        two.settimeout(0)
        for _ in range(20):
            socket.create_connection(("127.0.0.1", ours.port), timeout=5).close()
        taken = 0
        for worker in (one, two):
            while True:
                try:
                    worker.accept()[0].close()
                except BlockingIOError:
                    break
                taken += 1
        assert taken == 20


def test_a_name_with_two_addresses_has_one_port_on_both() -> None:
    with (
        closing(reserve("localhost", 0)) as ours,
        listening(ours.port),
        pytest.raises(OSError, match=str(ours.port)),
    ):
        reserve("localhost", ours.port, timeout_s=0)


def test_ipv6_is_held_as_well() -> None:
    with closing(reserve("::1", 0)) as ours, listening(ours.port, socket.AF_INET6) as worker:
        socket.create_connection(("::1", ours.port), timeout=5).close()
        worker.accept()[0].close()


def test_another_server_that_would_share_is_noticed() -> None:
    with (
        closing(reserve("127.0.0.1", 0)) as others,
        listening(others.port),
        pytest.raises(OSError, match=str(others.port)),
    ):
        reserve("127.0.0.1", others.port, timeout_s=0)


def test_workers_on_their_way_out_are_waited_for() -> None:
    with closing(reserve("127.0.0.1", 0)) as before:
        threading.Timer(0.3, listening(before.port).close).start()
        with closing(reserve("127.0.0.1", before.port)) as ours:
            assert ours.port == before.port
