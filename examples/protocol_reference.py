"""The two servers that the protocol documents ask for when their test suites are to be run against a server.

`python examples/protocol_reference.py engine 3000` echoes Engine.IO messages under `/engine.io/`;
`python examples/protocol_reference.py socket 3000` is the Socket.IO server of the protocol document.
"""

import sys

from aiohttp import web

from paddock.socketio import Engine, Frame, Handshake, Listener, Options, Server, Session, Socket
from paddock.socketio.packet import BinaryFrame


class Echo:
    """Sends every message back."""

    def __init__(self, session: Session, handshake: Handshake) -> None:
        self.session = session

    def text(self, message: bytes, now: float) -> None:
        """Send a text message back."""
        self.session.send(Frame(b"4" + message))

    def binary(self, message: bytes, now: float) -> None:
        """Send a binary message back."""
        self.session.send(BinaryFrame(message))

    def closed(self, reason: str) -> None:
        """Do nothing."""

    def wake(self, now: float) -> float | None:
        """Wait for nothing."""
        return None


def options(path: str) -> Options:
    """Return the settings both documents ask for."""
    return Options(
        path=path, ping_interval=0.3, ping_timeout=0.2, max_payload=1_000_000, allow_origin=lambda origin: True
    )


def engine_echo(app: web.Application) -> None:
    """Attach the Engine.IO echo server."""

    def accept(session: Session, handshake: Handshake) -> Listener:
        return Echo(session, handshake)

    Engine(options("/engine.io"), accept).attach(app)


def socket_reference(app: web.Application) -> None:
    """Attach the Socket.IO server of the protocol document."""
    sio = Server(options("/socket.io"))

    def greet(socket: Socket, auth: object) -> None:
        socket.emit("auth", {} if auth is None else auth)

    main = sio.of("/")
    main.on_connect(greet)
    sio.of("/custom").on_connect(greet)

    @main.on("message")
    def back(socket: Socket, *args: object) -> None:
        socket.emit("message-back", *args)

    @main.on("message-with-ack")
    def acknowledge(socket: Socket, *args: object) -> tuple[object, ...]:
        return args

    sio.attach(app)


if __name__ == "__main__":
    app = web.Application()
    (engine_echo if sys.argv[1] == "engine" else socket_reference)(app)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[2]))
