"""A Redis that lets this server not in: the start says so, with what to set, and without the password."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.paddock import paddock
from tests.cluster.probes import health, until_well
from tests.cluster.process import Server
from tests.servers.redis_server import RedisServer
from tests.waiting import until_sync

pytestmark = pytest.mark.processes


@pytest.mark.parametrize(("given", "code"), [(":wrong-secret@", "WRONGPASS"), ("", "NOAUTH")])
def test_a_wrong_password_is_said_at_the_start(tmp_path: Path, given: str, code: str) -> None:
    """What broke: it was said that Redis had not been reached yet, and the server waited for it for ever."""
    folder = tmp_path / "redis"
    folder.mkdir()
    redis = RedisServer(folder)
    redis.start()
    redis.ask("CONFIG", "SET", "requirepass", "right-secret")
    try:
        url = f"redis://{given}127.0.0.1:{redis.port}"
        ran = paddock("serve", "--port", "0", "--data", tmp_path / "data", "--require-redis", "--set", f"redis={url}")
    finally:
        redis.kill()

    assert ran.returncode == 2
    assert code in ran.stderr.splitlines()[-1]
    assert "the setting `redis`" in ran.stderr.splitlines()[-1]
    assert "secret" not in ran.stderr


def test_the_probes_say_why_a_server_goes_on_alone(tmp_path: Path) -> None:
    """What broke: they said `degraded`, and only the log knew whether to start Redis or to correct the password."""
    folder = tmp_path / "redis"
    folder.mkdir()
    redis = RedisServer(folder)
    redis.start()
    redis.ask("CONFIG", "SET", "requirepass", "right-secret")
    server = Server(tmp_path, redis=f"redis://:new-secret@127.0.0.1:{redis.port}")
    server.data.mkdir(mode=0o700)
    server.start()
    try:
        until_sync(lambda: health(server).reasons == ("redis_password_refused",), "the probes say what is wrong")
        found = health(server)
        assert (found.state, found.degraded) == ("ready", True)

        redis.kill()
        redis.start()
        redis.ask("CONFIG", "SET", "requirepass", "new-secret")
        until_well(server)

        redis.kill()
        until_sync(lambda: health(server).reasons == ("redis_unreachable",), "the server goes on alone and says why")
        assert health(server).degraded
    finally:
        server.kill()
        redis.kill()
    assert "secret" not in server.output
