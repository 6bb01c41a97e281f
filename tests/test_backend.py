"""What is opened beside the store: the secret of a data folder, also when several workers start on it at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier

from paddock.backend import load_secret
from paddock.config import Config
from paddock.stores.failover import secret

WORKERS = 8


def first_start(config: Config, together: Barrier) -> bytes:
    """Start in the same moment as the others."""
    together.wait(10)
    return load_secret(config)


def test_workers_at_their_first_start_share_one_secret(tmp_path: Path) -> None:
    """Broken once: a worker could not start because another one was making the file just then."""
    with ThreadPoolExecutor(WORKERS) as pool:
        for number in range(30):
            folder = tmp_path / str(number)
            folder.mkdir()
            start = partial(first_start, Config(data=folder), Barrier(WORKERS))
            made = {one.result() for one in [pool.submit(start) for _ in range(WORKERS)]}
            assert len(made) == 1
            assert made == {(folder / "secret").read_bytes()}
            assert (folder / "secret").stat().st_mode & 0o077 == 0
            assert [file.name for file in folder.iterdir()] == ["secret"]


def test_workers_take_the_shared_secret_over_together(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    with ThreadPoolExecutor(WORKERS) as pool:
        for turn in range(30):
            value = bytes([turn]) * 32
            list(pool.map(lambda _, value=value: secret._replace(path, value), range(WORKERS)))
            assert path.read_bytes() == value
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]
