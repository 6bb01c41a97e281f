"""Snapshots of a Redis: checked by a Redis that loads them, on a socket of its own and without any other file.

Redis looks at every record when it loads a file of which nobody knows where it comes from (`sanitize-dump-payload`).
"""

from __future__ import annotations

import re
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from paddock.backup.redis_client import RedisClient, RedisError
from paddock.backup.trouble import BackupTrouble
from paddock.supervisor.child_processes import terminate_with_parent
from paddock.supervisor.embedded_redis import EmbeddedRedisError, find_program

LOAD_S: Final = 120.0
MEMORY_BYTES: Final = 4 << 30
"""Address space of a Redis that loads a snapshot: the embedded one keeps half a gigabyte at most."""
SCANNED: Final = 1000
_KEY: Final = re.compile(rb"[A-Za-z0-9_.:-]{0,96}\{b\d{1,2}\}(:.{1,200})?", re.DOTALL)
_COUNTED: Final = {"rooms": b"rooms:{b", "sessions": b"sessions:{b", "races": b"race:{b"}
_UNRECORDED: Final = b"unrecorded:{b"


def inspect(path: Path, name: str) -> dict[str, int]:
    """Load a snapshot and return how many rooms, sessions, races and unrecorded races are in it.

    Raises:
        BackupTrouble: it is damaged, holds what is not of Paddock, or there is no Redis here to load it.
    """
    with path.open("rb") as file:
        if not file.read(6).startswith((b"REDIS", b"VALKEY")):
            raise BackupTrouble(f"{name} is no snapshot of a Redis.")
    with loaded(path.parent, f"dbfilename {path.name}", "appendonly no", name=name) as redis:
        databases = set(redis.info("keyspace"))
        if not databases <= {"db0"}:
            raise BackupTrouble(f"{name} holds databases of Redis that Paddock does not use.")
        with suppress(RedisError):  # older ones know no functions
            if redis.ask("FUNCTION", "LIST"):
                raise BackupTrouble(f"{name} holds functions for Redis, which are not of Paddock.")
        return _counts(redis, name)


def _counts(redis: RedisClient, name: str) -> dict[str, int]:
    counts = dict.fromkeys((*_COUNTED, "unrecorded"), 0)
    for key in _keys(redis):
        if _KEY.fullmatch(key) is None:
            raise BackupTrouble(f"{name} holds the key {key[:64]!r}, which is not of Paddock.")
        for noun, mark in _COUNTED.items():
            if key.startswith(mark) or b":" + mark in key:
                counts[noun] += 1
        if key.startswith(_UNRECORDED) or b":" + _UNRECORDED in key:
            try:
                found = redis.ask("ZCARD", key.decode())
            except RedisError as error:
                raise BackupTrouble(f"{name} holds the key {key!r} in another form than Paddock's.") from error
            counts["unrecorded"] += found if isinstance(found, int) else 0
    return counts


def _keys(redis: RedisClient) -> Iterator[bytes]:
    cursor = b"0"
    while True:
        match redis.ask("SCAN", cursor.decode(), "COUNT", str(SCANNED)):
            case [bytes(cursor), list(keys)]:
                yield from (key for key in keys if isinstance(key, bytes))
            case _:
                raise BackupTrouble("Redis answers in a way that is not understood.")
        if cursor == b"0":
            return


@contextmanager
def loaded(folder: Path, *settings: str, name: str) -> Iterator[RedisClient]:
    """Run a Redis that has loaded a file of a folder, as the settings say, until the block ends.

    Raises:
        BackupTrouble: there is no program, or it cannot load the file.
    """
    try:
        program = find_program()
    except EmbeddedRedisError as error:
        raise BackupTrouble(f"{name} cannot be checked: {error}.") from error
    with tempfile.TemporaryDirectory(prefix="paddock-") as own:
        address, log, config = Path(own, "redis.sock"), Path(own, "log"), Path(own, "redis.conf")
        lines = ["port 0", f'unixsocket "{address}"', "unixsocketperm 700", "daemonize no", f'logfile "{log}"']
        lines += ["loglevel notice", 'save ""', "sanitize-dump-payload yes", "maxmemory 0", *settings]
        config.write_text("\n".join(lines) + "\n")
        process = subprocess.Popen(  # noqa: S603 - the program of the server
            [program, str(config)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_prepared(),  # this process has one thread
        )
        try:
            redis = _answering(process, address, log, name)
            try:
                yield redis
            except (OSError, RedisError) as error:
                raise BackupTrouble(f"{name} cannot be read: {error}.") from error
            finally:
                redis.close()
        finally:
            process.kill()
            process.wait()


def _prepared() -> Callable[[], None]:
    bind = terminate_with_parent()

    def prepare() -> None:
        with suppress(OSError, ValueError):  # not every system has this limit
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        if bind is not None:
            bind()

    return prepare


def _answering(process: subprocess.Popen[bytes], address: Path, log: Path, name: str) -> RedisClient:
    end = time.monotonic() + LOAD_S
    while time.monotonic() < end:
        if process.poll() is not None:
            raise BackupTrouble(f"{name} is damaged, or this Redis is older than the one that wrote it: {_last(log)}.")
        try:
            redis = RedisClient(address)
        except OSError:
            time.sleep(0.01)
            continue
        try:
            redis.ask("PING")
        except (OSError, RedisError):  # still loading, or ending
            redis.close()
            time.sleep(0.01)
        else:
            return redis
    raise BackupTrouble(f"{name} cannot be checked: Redis has not loaded it within {LOAD_S:.0f} s.")


def _last(log: Path) -> str:
    """Return what Redis said last, in printable characters."""
    lines = log.read_text("utf-8", "replace").splitlines() if log.exists() else []
    said = [line for line in lines if " # " in line] or lines or ["it says nothing"]
    text = said[-1].rpartition(" # ")[2]
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:200].rstrip(".")
