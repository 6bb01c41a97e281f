"""What can go wrong between a server and its clients, as exceptions with a reason.

Never holds a message meant for a person's eyes, except the one an application gives to `ConnectRefused`.
"""

from __future__ import annotations


class SocketIOError(Exception):
    """Everything this package raises on purpose."""


class ConnectRefused(SocketIOError):  # noqa: N818 - named for what happened
    """Raised by a connect handler: the client gets a CONNECT_ERROR packet with this message and data.

    Args:
        message: one sentence or code for the client; it becomes `error.message` there.
        data: anything JSON can hold; it becomes `error.data` there.
    """

    def __init__(self, message: str = "refused", data: object = None) -> None:
        super().__init__(message)
        self.message = message
        self.data = data


class BadPacket(SocketIOError):  # noqa: N818 - named for what happened
    """The client sent something the protocol does not allow; its session ends, nobody else's does.

    Args:
        reason: a short fixed text (it is counted by name and sent in the WebSocket close frame).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CallTimeout(SocketIOError):  # noqa: N818 - named for what happened
    """The client did not acknowledge a call in time."""


class Disconnected(SocketIOError):  # noqa: N818 - named for what happened
    """The client went away, or was never connected, before it acknowledged a call."""


class TooManyCalls(SocketIOError):  # noqa: N818 - named for what happened
    """The client owes more acknowledgements than `Options.max_calls`."""
