"""The embedded Redis of a data folder (`--embedded-redis`): a snapshot of it, whether it runs or not.

A running one is asked for a snapshot and goes on. The files of one that does not run are copied under its lock, and
another Redis reads the copy, as the server's own would at its next start.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from paddock.backup import kept_apart, snapshot
from paddock.backup.bundle import Progress
from paddock.backup.parts import REDIS
from paddock.backup.redis_client import RedisClient, RedisError
from paddock.backup.trouble import BackupTrouble
from paddock.supervisor.embedded_redis import settings_of

FOLDER: Final = "redis"
FILES: Final = ("appendonlydir", "appendonly.aof")
"""What a Redis with an append-only file starts from; the second is that of 6.2, and of a restored snapshot."""
SAVED: Final = "dump.rdb"
WAIT_S: Final = 15.0
"""A Redis that died is there again within seconds."""
SAVE_S: Final = 300.0
LOOK_S: Final = 0.05


def is_there(data: Path) -> bool:
    """Say whether a data folder has an embedded Redis with something in it, or one that runs."""
    folder = data / FOLDER
    return any((folder / name).exists() for name in FILES) or runs(data)


def runs(data: Path) -> bool:
    """Say whether the Redis of a data folder runs."""
    with _locked(data / FOLDER) as ours:
        return not ours


def copy(data: Path, folder: Path, progress: Progress) -> bool:
    """Write a snapshot into another folder, and return whether Redis was running.

    Raises:
        BackupTrouble: it cannot be done now.
        OSError: a file cannot be read or written.
    """
    progress("copying rooms", 0, 0)
    with _locked(data / FOLDER) as ours:
        if not ours:
            _save(data / FOLDER, folder / REDIS)
            return True
        # The files are copied: Redis writes to what it reads.
        own = folder / FOLDER
        own.mkdir(mode=0o700)
        for name in FILES:
            source = data / FOLDER / name
            if source.is_dir():
                shutil.copytree(source, own / name)
            elif source.exists():
                shutil.copyfile(source, own / name)
    name = f"The Redis in {data / FOLDER}"
    with snapshot.loaded(own, "appendonly yes", "auto-aof-rewrite-percentage 0", name=name) as redis:
        redis.ask("BGSAVE", "SCHEDULE")
        _wait_for_save(redis, own / SAVED)
    (own / SAVED).rename(folder / REDIS)
    (folder / REDIS).chmod(0o600)
    shutil.rmtree(own)
    return False


def _save(folder: Path, target: Path) -> None:
    """Let the running Redis of a folder write a snapshot, and move it away."""
    redis = _connected(folder)
    try:
        kept_apart.wait_for_servers(redis)
        saved = folder / SAVED
        saved.unlink(missing_ok=True)  # left by a backup that was killed: this Redis saves nothing by itself
        redis.ask("BGSAVE", "SCHEDULE")
        _wait_for_save(redis, saved)
        saved.rename(target)
        target.chmod(0o600)
    except (OSError, RedisError) as error:
        raise BackupTrouble(f"The Redis in {folder} did not make a snapshot: {error}.") from error
    finally:
        redis.close()


def _connected(folder: Path) -> RedisClient:
    end = time.monotonic() + WAIT_S
    while True:
        try:
            settings = settings_of(folder)
            redis = RedisClient(Path(settings.get("unixsocket", "")), settings.get("requirepass", ""))
            redis.ask("PING")
        except (OSError, RedisError) as error:
            if time.monotonic() > end:
                raise BackupTrouble(
                    f"The Redis in {folder} belongs to a running server but cannot be asked ({error}). "
                    "If the server is just starting or ending, try again; else stop it first."
                ) from error
            time.sleep(LOOK_S)
        else:
            return redis


def _wait_for_save(redis: RedisClient, saved: Path) -> None:
    """Wait until a snapshot is there: it gets its name when it is whole."""
    end = time.monotonic() + SAVE_S
    idle = 0
    while not saved.exists():
        said = redis.info("persistence")
        busy = said.get("rdb_bgsave_in_progress") == "1" or said.get("aof_rewrite_in_progress") == "1"
        idle = 0 if busy else idle + 1
        # A scheduled one begins within a tenth of a second.
        if idle * LOOK_S > 1.0 or time.monotonic() > end:
            status = said.get("rdb_last_bgsave_status", "unknown")
            raise BackupTrouble(f"Redis did not write a snapshot (its last one: {status}); its log says why.")
        time.sleep(LOOK_S)


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Hold the lock of an embedded Redis (`supervisor.embedded_redis`) during the block; False when it runs."""
    try:
        descriptor = os.open(folder / "lock", os.O_RDWR)
    except OSError:
        yield True  # nobody ever ran one
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        yield False
    else:
        yield True
    finally:
        os.close(descriptor)
