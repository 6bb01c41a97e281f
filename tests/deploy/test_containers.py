"""compose.yaml and kubernetes.yaml start as they stand, with the real programs, and lose nothing when all is killed."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import urllib.request
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from tests.cli.paddock import COMMAND
from tests.cli.test_serve import serving
from tests.cluster.books import sprint, written
from tests.cluster.conftest import PACE
from tests.cluster.process import Server
from tests.cluster.table import seated, what_lasts
from tests.cluster.test_backup import finished, race, recorded
from tests.deploy.samples import DEPLOY, Part, compose, kubernetes, placed
from tests.gateway.wire import guest
from tests.servers.postgres_server import PostgresServer
from tests.servers.redis_server import RedisServer, find_server
from tests.supervisor.pool import alive, children
from tests.waiting import until, until_sync

SAMPLES = {"compose": compose, "kubernetes": kubernetes}


class SampleRedis(RedisServer):
    """Redis as a sample starts it; what a test has to change comes after."""

    def __init__(self, part: Part, root: Path) -> None:
        super().__init__(root)
        self._arguments = placed(part, root)
        assert self._arguments[0] == "redis-server"

    def start(self) -> None:
        """Start it with the sample's command and wait until it answers."""
        command = [find_server(), *self._arguments[1:], "--port", str(self.port), "--bind", "127.0.0.1"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        until_sync(self._answers, "a Redis that answers")

    def _answers(self) -> bool:
        assert self._process is not None and self._process.stdout is not None
        if self._process.poll() is not None:
            raise AssertionError(self._process.stdout.read().decode())
        return self.ask("PING") == b"+PONG\r\n"


def initialised(part: Part) -> PostgresServer:
    """Start a PostgreSQL with user, password and database as the image makes them from the environment."""
    told = part.environment
    assert told["POSTGRES_INITDB_ARGS"] == "--encoding=UTF8 --locale=C.UTF-8", "as PostgresServer makes it"
    server = PostgresServer()
    # Whoever comes as this user has to know the password.
    rules = server.data / "pg_hba.conf"
    rules.write_text(f"host all {told['POSTGRES_USER']} 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")
    server.start()
    user, database = told["POSTGRES_USER"], told["POSTGRES_DB"]
    asyncio.run(server.execute(f"CREATE ROLE {user} SUPERUSER LOGIN PASSWORD '{told['POSTGRES_PASSWORD']}'"))
    server.make(database)
    return server


class SampleServer(Server):
    """Paddock as a sample starts it, with the addresses of this machine for those of the services."""

    def __init__(self, part: Part, root: Path, redis: int, postgres: int) -> None:
        super().__init__(root)
        arguments = placed(part, root)
        arguments[arguments.index("--host") + 1] = "127.0.0.1"
        if "--workers" in arguments:
            arguments[arguments.index("--workers") + 1] = "2"
        book = written(sprint(), root / "book.json")
        paces = {name.replace("_", ".", 1): value for name, value in PACE.items() if name.startswith("pace_")}
        quick = [word for name, value in paces.items() for word in ("--set", f"{name}={value}")]
        self._arguments = [*arguments, "--set", f"book={book}", *quick]
        places = {"@postgres:5432": f"@127.0.0.1:{postgres}", "//redis:6379": f"//127.0.0.1:{redis}"}
        for name, value in part.environment.items():
            for service, here in places.items():
                value = value.replace(service, here)
            if name.startswith("PADDOCK_"):
                self.environment(**{name: value})

    @property
    def command(self) -> list[str]:
        """What the sample runs."""
        return [*COMMAND, *self._arguments, "--port", str(self.port)]


@pytest.mark.parametrize("name", SAMPLES)
async def test_a_sample_starts_as_it_stands_and_keeps_rooms_and_finished_races(name: str, tmp_path: Path) -> None:
    """Redis in compose read a `dir` that its image does not have, and races were in a file that went with the pod."""
    parts = SAMPLES[name]()
    assert parts["redis"].volumes and parts["postgres"].volumes, "what they keep outlives them"
    async with AsyncExitStack() as stack:
        redis = SampleRedis(parts["redis"], tmp_path / "redis")
        stack.callback(redis.kill)
        await asyncio.to_thread(redis.start)
        postgres = await asyncio.to_thread(initialised, parts["postgres"])
        stack.callback(postgres.remove)
        server = SampleServer(parts["paddock"], tmp_path / "paddock", redis.port, postgres.port)
        stack.callback(server.kill)
        await asyncio.to_thread(server.start)
        async with seated(server, "Mina", "Jun") as table:
            done = await race(table)
            await finished(table.host, done)
            await recorded(server, 1)
            seats, host = what_lasts((await table.views())[0]), table.host
        left = list(children(server.pid))
        for one in (server, redis, postgres):
            one.kill()
        await until(lambda: not any(map(alive, left)), "the end of all processes")
        shutil.rmtree(tmp_path / "paddock" / "data")  # a pod has none of its predecessor's
        for each in (redis, postgres, server):
            await asyncio.to_thread(each.start)
        again = await stack.enter_async_context(guest(server.url))
        reply = await again.resumes(host.code, host.token)
        assert reply["ok"], reply
        assert what_lasts(reply["view"]) == seats
        await recorded(server, 1)
        assert "Redis may lose" not in server.output and "Redis keeps nothing" not in server.output


def settings(text: str) -> dict[str, str]:
    """Read the settings of a Redis, without those of its place on the network."""
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return {" ".join(line) if line[0] == "save" else line[0]: line[1] for line in lines
            if line[0] not in {"bind", "protected-mode"}}  # fmt: skip


def test_redis_is_the_same_everywhere() -> None:
    own = settings((DEPLOY / "redis.conf").read_text())
    assert own["appendfsync"] == "always" and "dir" not in own
    (config,) = kubernetes()["redis"].files.values()
    assert settings(config) == own


def _pods() -> list[tuple[str, Any]]:
    documents = yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text())
    return [(one["metadata"]["name"], one["spec"]["template"]["spec"]) for one in documents
            if one["kind"] in {"Deployment", "StatefulSet"}]  # fmt: skip


@pytest.mark.parametrize(("name", "pod"), _pods(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_pod_writes_only_to_volumes_has_no_rights_and_time_to_end(name: str, pod: Any) -> None:
    (container,) = pod["containers"]
    rights = container["securityContext"]
    assert rights["readOnlyRootFilesystem"] and not rights["allowPrivilegeEscalation"]
    assert rights["capabilities"] == {"drop": ["ALL"]}
    assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["fsGroup"], "it can write to its volume"
    assert not pod["automountServiceAccountToken"] and not pod["enableServiceLinks"]
    assert container["resources"]["limits"]["memory"] and container["readinessProbe"]
    before_the_end = 3 if "lifecycle" in container else 0
    assert pod["terminationGracePeriodSeconds"] >= before_the_end + 10


def test_services_lead_to_pods_and_secrets_are_those_that_are_made() -> None:
    text = (DEPLOY / "kubernetes.yaml").read_text()
    documents = list(yaml.safe_load_all(text))
    pods = {
        name: {port["name"]: port["containerPort"] for port in pod["containers"][0]["ports"]} for name, pod in _pods()
    }
    services = [one for one in documents if one["kind"] == "Service"]
    assert {one["metadata"]["name"] for one in services} == set(pods)
    for one in services:
        (port,) = one["spec"]["ports"]
        assert port["targetPort"] in pods[one["spec"]["selector"]["app"]]
    assert text.count("name: paddock-database, key: password") == 2
    assert "create secret generic paddock-database --from-literal=password=" in text
    compose_text = (DEPLOY / "compose.yaml").read_text()
    named = yaml.safe_load(compose_text)
    used = {volume.split(":")[0] for one in named["services"].values() for volume in one["volumes"]}
    assert {name for name in used if not name.startswith(".")} == set(named["volumes"])


@pytest.mark.parametrize("host", ["10.1.2.3:8080", "paddock"])
def test_probes_are_answered_by_whatever_name_they_come(host: str, tmp_path: Path) -> None:
    """A kubelet asks by the address of the pod."""
    with serving("--data", ":memory:") as (_, url):
        for path in ("/healthz", "/readyz"):
            asked = urllib.request.Request(url + path, headers={"Host": host})
            with urllib.request.urlopen(asked, timeout=60) as answer:
                assert answer.status == 200
