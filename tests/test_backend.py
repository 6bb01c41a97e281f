"""What is opened beside the store: the secret of a data folder, also when several workers start on it at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier

from paddock.backend import archive_place, load_secret
from paddock.config import MEMORY, Config
from paddock.files import secret

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


def test_finished_races_are_in_one_place_for_those_who_share_a_folder_or_use_postgresql(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    (tmp_path / "link").symlink_to(one)

    assert archive_place(Config(data=one)) == archive_place(Config(data=tmp_path / "link"))
    separate = [Config(data=one), Config(data=other), Config(data=MEMORY), Config(data=MEMORY)]
    separate.append(Config(data=one, database="postgresql://db.example/paddock"))
    assert len({archive_place(config) for config in separate}) == len(separate)
    assert archive_place(separate[-1]) == archive_place(Config(data=other, database="postgresql://10.0.0.1/paddock"))


def test_workers_take_the_shared_secret_over_together(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    with ThreadPoolExecutor(WORKERS) as pool:
        for turn in range(30):
            value = bytes([turn]) * 32
            list(pool.map(lambda _, value=value: secret.keep(path, value), range(WORKERS)))
            assert path.read_bytes() == value
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]
