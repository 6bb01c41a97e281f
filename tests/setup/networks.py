"""Networks that a set-up meets: one that refuses, a proxy that breaks TLS open, an index that stops in the middle."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

PEM: Final = Path(__file__).parents[1] / "socketio" / "tls" / "localhost.pem"
"""A certificate that signs itself, which no machine trusts."""


def closed_port() -> int:
    """Return a port at which nothing listens."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextmanager
def breaking_proxy() -> Iterator[str]:
    """An HTTP proxy that puts itself between client and server with a certificate of its own."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(PEM)

    def answer(client: socket.socket) -> None:
        _read_head(client)
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with context.wrap_socket(client, server_side=True) as broken:
            broken.recv(1)

    with _listening(answer) as port:
        yield f"http://127.0.0.1:{port}"


@contextmanager
def stalling_index(wheel: Path, asked: threading.Event) -> Iterator[str]:
    """A package index that has one wheel, and sends half of it; `asked` is set when that half is sent."""

    def answer(client: socket.socket) -> None:
        path = _read_head(client).split()[1].decode()
        if path.endswith(".whl"):
            content = wheel.read_bytes()
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\nContent-Length: {len(content)}\r\n\r\n"
            client.sendall(head.encode() + content[: len(content) // 2])
            asked.set()
            client.recv(1)
            return
        page = f'<a href="/{wheel.name}">{wheel.name}</a>'.encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n\r\n"
        client.sendall(head.encode() + page)

    with _listening(answer) as port:
        yield f"http://127.0.0.1:{port}/simple"


@contextmanager
def _listening(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    def attend(client: socket.socket) -> None:
        with client:
            try:
                answer(client)
            except OSError:
                pass  # the client went, which is what the tests are about

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=attend, args=(client,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _read_head(client: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        more = client.recv(65536)
        if not more:
            raise ConnectionResetError
        head += more
    return head
