"""Real balancers with the sample files of `deploy`: only ports and addresses are put in, and what a test has to change.

Found on this machine (`make test` installs them) or named by `$PADDOCK_NGINX` and `$PADDOCK_HAPROXY`; there is no
wheel.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.servers.redis_server import free_port
from tests.waiting import LIMIT_S, until_sync

DEPLOY = Path(__file__).parents[2] / "deploy"
_FRAME = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/paddock.conf;
}}
"""
"""What a distribution's own nginx.conf is around the sample."""


def found(program: str) -> str:
    """Give the path of a program of the system."""
    named = (
        os.environ.get(f"PADDOCK_{program.upper()}") or shutil.which(program) or shutil.which(f"/usr/sbin/{program}")
    )
    assert named is not None, f"no {program} here: bash scripts/system_packages.sh installs it"
    return named


class Balancer:
    """One balancer that is running; `port` is where players come in."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it listens."""
        with (self._folder / "balancer.txt").open("wb") as output:
            self._process = process = subprocess.Popen(self.command, stdout=output, stderr=output)

        def listens() -> bool:
            assert process.poll() is None, self.output
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=LIMIT_S).close()
            except ConnectionRefusedError:
                return False
            return True

        until_sync(listens, f"{self.command[0]} listens")

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @property
    def output(self) -> str:
        """What it has complained of."""
        return (self._folder / "balancer.txt").read_text()

    @property
    def command(self) -> list[str]:
        raise NotImplementedError


class Nginx(Balancer):
    """nginx with `deploy/nginx.conf` before servers at these addresses; `hashed` keeps rooms together."""

    def __init__(self, folder: Path, servers: Sequence[str], *, hashed: bool = True) -> None:
        super().__init__(folder)
        text = _put((DEPLOY / "nginx.conf").read_text(), "listen 8080;", f"listen 127.0.0.1:{self.port};")
        text = _named(text, r"    server 127\.0\.0\.1:\S+ (.*)\n", [rf"    server {server} \1\n" for server in servers])
        if not hashed:
            text = _put(text, "    hash $arg_room consistent;\n", "")
        (folder / "paddock.conf").write_text(text)
        (folder / "nginx.conf").write_text(_FRAME.format(folder=folder))

    @property
    def command(self) -> list[str]:
        return [found("nginx"), "-p", str(self._folder), "-c", str(self._folder / "nginx.conf"), "-e", "stderr"]


class HaProxy(Balancer):
    """HAProxy with `deploy/haproxy.cfg` before servers at these addresses."""

    def __init__(self, folder: Path, servers: Sequence[str]) -> None:
        super().__init__(folder)
        text = _put((DEPLOY / "haproxy.cfg").read_text(), "bind :8080", f"bind 127.0.0.1:{self.port}")
        lines = [f"    server paddock{number} {server}\n" for number, server in enumerate(servers, 1)]
        text = _named(text, r"    server paddock\d 127\.0\.0\.1:\S+\n", lines)
        (folder / "haproxy.cfg").write_text(text)

    @property
    def command(self) -> list[str]:
        return [found("haproxy"), "-db", "-f", str(self._folder / "haproxy.cfg")]


def _put(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"the sample says {old!r} in another way"
    return text.replace(old, new)


def _named(text: str, line: str, lines: Sequence[str]) -> str:
    """Put these servers in the place of the sample's own."""
    text, count = re.subn(rf"(?:{line})+", "".join(lines), text)
    assert count == 1, "the sample names its servers in another way"
    return text
