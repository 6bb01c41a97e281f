"""A few questions to a Redis on this machine, one after the other; a limit on every wait, and no event loop."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Final

import hiredis

from paddock.backup.trouble import BackupTrouble

ANSWER_S: Final = 10.0


class RedisError(Exception):
    """Redis refused; the text is its own."""


class RedisClient:
    """A connection to the socket file of a Redis."""

    def __init__(self, path: Path, password: str = "") -> None:
        """Connect.

        Raises:
            OSError: nothing answers there.
            RedisError: the password is wrong.
        """
        self._path = path
        self._reader = hiredis.Reader(replyError=RedisError)
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._socket.settimeout(ANSWER_S)
            self._socket.connect(str(path))
            if password:
                self.ask("AUTH", password)
        except BaseException:
            self._socket.close()
            raise

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def ask(self, *words: str) -> object:
        """Send a command and return the reply.

        Raises:
            RedisError: Redis refused it.
            OSError: Redis does not answer in time, or is gone.
        """
        packed = [b"*%d\r\n" % len(words)]
        packed += [b"$%d\r\n%b\r\n" % (len(word.encode()), word.encode()) for word in words]
        self._socket.sendall(b"".join(packed))
        while (reply := self._reader.gets()) is False:
            piece = self._socket.recv(1 << 16)
            if not piece:
                raise ConnectionResetError("Redis closed the connection")
            self._reader.feed(piece)
        if isinstance(reply, RedisError):
            raise reply
        return reply

    def info(self, section: str) -> dict[str, str]:
        """Return a section of INFO."""
        text = self.ask("INFO", section)
        if not isinstance(text, bytes):
            raise BackupTrouble(f"The Redis at {self._path} answers in a way that is not understood.")
        lines = text.decode(errors="replace").splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line)
