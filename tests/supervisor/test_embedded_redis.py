"""The embedded Redis keeps what it acknowledges, as the sample for others does, and shares its folder with nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from paddock.supervisor import embedded_redis
from paddock.supervisor.child_processes import ChildProcesses
from paddock.supervisor.embedded_redis import SETTINGS, EmbeddedRedis, EmbeddedRedisError, socket_of

SAMPLE = Path(__file__).parents[2] / "deploy" / "redis.conf"


@pytest.fixture
async def children() -> AsyncIterator[ChildProcesses]:
    """Whatever still runs is ended with the test."""
    made = ChildProcesses()
    made.open()
    yield made
    await made.close()


def test_it_keeps_as_well_as_the_sample_says() -> None:
    lines = [line.partition(" ") for line in SAMPLE.read_text().splitlines() if line and not line.startswith("#")]
    sample = {name: value for name, _, value in lines if name in SETTINGS and name != "port"}
    assert sample.keys() >= {"appendonly", "appendfsync", "maxmemory-policy"}
    assert {name: SETTINGS[name] for name in sample} == sample


async def test_a_second_one_on_the_same_folder_is_refused(
    children: ChildProcesses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_redis, "LOCK_S", 0.3)
    first, second = EmbeddedRedis(children, tmp_path), EmbeddedRedis(children, tmp_path)
    await first.open()
    with pytest.raises(EmbeddedRedisError, match="belongs to another process"):
        await second.open()
    await first.close()
    third = EmbeddedRedis(children, tmp_path)
    await third.open()
    await third.close()


async def test_a_folder_with_a_long_name_works(children: ChildProcesses, tmp_path: Path) -> None:
    deep = tmp_path / ("a folder " * 12).strip()
    redis = EmbeddedRedis(children, deep)
    await redis.open()
    assert len(redis.url) < 100
    assert socket_of(deep) == redis.url, "whoever looks for it finds it too"
    await redis.close()
    assert (deep / "appendonlydir").is_dir()


async def test_without_a_program_there_is_a_sentence(
    children: ChildProcesses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(embedded_redis, "find_spec", lambda name: None)
    with pytest.raises(EmbeddedRedisError, match="install one"):
        await EmbeddedRedis(children, tmp_path / "redis").open()


async def test_the_wheel_will_do(children: ChildProcesses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert embedded_redis.find_program().endswith("valkey-server")
    redis = EmbeddedRedis(children, tmp_path / "redis")
    await redis.open()
    await redis.close()
