"""nginx before the nodes, from the same sample that operators copy; without nginx on this machine there is none."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

from paddock.supervisor.child_processes import ChildProcess, ChildProcesses

START_S: Final = 10.0
END_S: Final = 2.0
_AROUND: Final = """\
daemon off;
{user}pid {folder}/nginx.pid;
error_log {folder}/nginx.log warn;
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


class NoBalancer(Exception):  # noqa: N818 - for the operator
    """nginx does not come up; the text says why."""


def find_nginx() -> str | None:
    """Give the program, or None."""
    return shutil.which("nginx") or shutil.which("/usr/sbin/nginx")


def sample() -> str:
    """Read the sample configuration: in the package when it is installed, else beside the sources."""
    packaged = Path(str(files("paddock.cluster").joinpath("nginx.conf")))
    beside = Path(__file__).parents[3] / "deploy" / "nginx.conf"
    return (packaged if packaged.is_file() else beside).read_text("utf-8")


def configured(text: str, listen: str, servers: Sequence[str]) -> str:
    """Put addresses into the sample.

    Raises:
        ValueError: the sample is not as it was when this was written.
    """
    lines = "".join(rf"    server {server} \1" + "\n" for server in servers)
    text, listens = re.subn(r"(?m)^    listen 8080;$", f"    listen {listen};", text)
    text, named = re.subn(r"(?:    server 127\.0\.0\.1:\d+ (.*)\n)+", lines, text)
    if (listens, named) != (1, 1):
        raise ValueError("the sample of nginx does not say where to put addresses")
    return text


class Balancer:
    """nginx in a folder of its own; `listen` and `servers` are addresses with ports."""

    def __init__(self, children: ChildProcesses, folder: Path, program: str, listen: tuple[str, int]) -> None:
        self._children = children
        self._folder = folder.resolve()
        self._program = program
        self._listen = listen
        self._child: ChildProcess | None = None

    async def open(self, servers: Sequence[str]) -> None:
        """Start it before these servers and wait until it listens.

        Raises:
            NoBalancer: it does not.
        """
        host, port = self._listen
        self._folder.mkdir(parents=True, exist_ok=True)
        listen = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        (self._folder / "paddock.conf").write_text(configured(sample(), listen, servers))
        # Run by root, its workers would be somebody who cannot read this folder.
        user = "user root;\n" if os.geteuid() == 0 else ""
        (self._folder / "nginx.conf").write_text(_AROUND.format(folder=self._folder, user=user))
        command = (self._program, "-p", str(self._folder), "-c", str(self._folder / "nginx.conf"))
        child = self._child = self._children.start(
            "nginx", (*command, "-e", str(self._folder / "nginx.log")), tied_to_parent=True
        )
        end = asyncio.get_running_loop().time() + START_S
        while not await self._listens():
            if child.exited.is_set() or asyncio.get_running_loop().time() > end:
                raise NoBalancer(f"nginx does not listen on {listen}; see {self._folder / 'nginx.log'}")
            await asyncio.sleep(0.05)

    async def close(self) -> None:
        """End it."""
        if self._child is not None:
            await self._child.end(END_S)

    async def _listens(self) -> bool:
        host, port = self._listen
        try:
            _, writer = await asyncio.open_connection("127.0.0.1" if host == "0.0.0.0" else host, port)  # noqa: S104
        except OSError:
            return False
        writer.close()
        # Somebody else may have the port, and then nginx has ended.
        await asyncio.sleep(0.1)
        return self._child is not None and not self._child.exited.is_set()
