"""Runs Paddock for those who change it, at one address: the client with hot reload, the server anew after each change.

`make dev` runs it (HOST and PORT from the environment). Vite listens at the address and passes on what the server
answers; why in docs/decisions/0033-one-address-for-development.md. Rooms are kept in `.build/dev`.
A server that does not start stays away until the next change; a Vite that ends is the end of both.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from scripts import build_web
from scripts.node import ROOT, with_node
from scripts.steps import StepFailedError
from watchfiles import Change, DefaultFilter, awatch

from paddock.cli import address
from paddock.supervisor.reservation import cannot_listen

PACKAGE = ROOT / "src" / "paddock"
DATA = Path(".build", "dev")
LOOPBACK = "127.0.0.1"
WATCHED = (".py", ".json", ".css", ".sql", ".mako")
"""Kinds of files that the server is made of."""
WIRE = ("gateway", "domain")
"""Where the types are that `scripts.generate_wire` makes the client's from."""
WITH_INPUT = "--end-with-input"
"""For a program that starts this one: its end, which closes the pipe, is the end of all."""
STOP_S = 4.0
"""Nothing is lost with a server that is killed, so a development server is not waited for as long as others."""
DEV, SERVER, WEB = ("dev   ", "36"), ("server", "33"), ("web   ", "35")
"""What marks the lines of each part, with its color."""


class Sources(DefaultFilter):
    """Sees changes of what the server is made of, and not of the built client."""

    def __call__(self, change: Change, path: str) -> bool:
        """Say whether the server has to start anew."""
        within = Path(path).relative_to(PACKAGE)
        return super().__call__(change, path) and within.parts[0] != "web" and within.suffix in WATCHED


class Program:
    """A program whose lines are marked with its name; started and ended any number of times."""

    def __init__(
        self, mark: tuple[str, str], command: list[str], environment: dict[str, str], folder: Path, ready: str
    ) -> None:
        """Make one; a line that begins with `ready` is not shown, and says that it listens."""
        self.ready = asyncio.Event()
        self._mark = mark
        self._command = command
        self._environment = environment
        self._folder = folder
        self._ready = ready
        self._process: asyncio.subprocess.Process | None = None
        self._life: asyncio.Task[int] | None = None

    async def start(self) -> asyncio.Task[int]:
        """Start it; the task gives its exit code when it has ended."""
        self.ready.clear()
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._life = asyncio.create_task(self._show(self._process))
        return self._life

    def tell(self, line: str) -> None:
        """Write a line to its standard input."""
        if self._process is not None and self._process.stdin is not None and self._process.returncode is None:
            self._process.stdin.write(f"{line}\n".encode())

    async def stop(self) -> None:
        """End it, by force if it takes long."""
        if self._process is None or self._life is None:
            return
        if self._process.returncode is None:
            self._process.terminate()
        try:
            await asyncio.wait_for(asyncio.shield(self._life), STOP_S)
        except TimeoutError:
            self._process.kill()
            await self._life

    async def _show(self, process: asyncio.subprocess.Process) -> int:
        rest = b""
        while process.stdout is not None and (piece := await process.stdout.read(65_536)):
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                self._say(line)
        if rest:
            self._say(rest)
        return await process.wait()

    def _say(self, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip()
        if text.startswith(self._ready):
            self.ready.set()
        elif text:
            say(text, self._mark)


def say(text: str, mark: tuple[str, str] = DEV) -> None:
    """Print a line of one part."""
    name, color = mark
    shown = f"\x1b[{color}m{name}\x1b[0m" if sys.stdout.isatty() and "NO_COLOR" not in os.environ else name
    print(f"{shown} | {text}", flush=True)


async def run(host: str, port: int, environment: dict[str, str]) -> int:
    """Run both until a signal asks to end, and give the exit code."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if WITH_INPUT in sys.argv:
        asyncio.get_running_loop().add_reader(sys.stdin, stop.set)
    inside = free_port()
    serve = [
        sys.executable,
        "-m",
        "scripts.dev_server",
        "serve",
        "--host",
        LOOPBACK,
        "--port",
        str(inside),
        "--data",
        str(DATA),
    ]
    serve += ["--set", f"trusted_proxies={LOOPBACK}/32"]
    vite = ["node", str(ROOT / "web" / "node_modules" / "vite" / "bin" / "vite.js"), "--config", "vite.dev.config.ts"]
    listens = {"HOST": host, "PORT": str(port), "PADDOCK_DEV_SERVER": f"http://{LOOPBACK}:{inside}"}
    server = Program(SERVER, serve, of_server(environment), ROOT, "paddock: listening")
    web = Program(WEB, vite, environment | listens, ROOT / "web", "web client: listening")
    keeping = asyncio.create_task(keep_current(server, web, stop))
    announcing = asyncio.create_task(announce(server, web, host, port))
    stopping = asyncio.create_task(stop.wait())
    try:
        ended = await web.start()
        await asyncio.wait((ended, keeping, stopping), return_when=asyncio.FIRST_COMPLETED)
        if keeping.done():
            keeping.result()
        if ended.done() and not stop.is_set():
            say(f"the web client's server ended with {ended.result()}, so this ends too")
            return 1
        return 0
    finally:
        stop.set()
        announcing.cancel()
        await keeping
        await asyncio.gather(server.stop(), web.stop())


async def announce(server: Program, web: Program, host: str, port: int) -> None:
    """Say where both are once they listen."""
    await asyncio.gather(server.ready.wait(), web.ready.wait())
    say(f"rooms are kept in {DATA}; Ctrl-C ends")
    nearby = address.nearby(host, port)
    if nearby is not None:
        say(f"phones open {nearby}")
    say(f"open {address.here(host, port)}")


async def keep_current(server: Program, web: Program, stop: asyncio.Event) -> None:
    """Start the server, and start it anew after each change until `stop` is set."""
    life = asyncio.create_task(live(server))
    async for changes in awatch(PACKAGE, watch_filter=Sources(), stop_event=stop, recursive=True):
        say(f"{named(changes)} changed, the server starts anew")
        life.cancel()
        await server.stop()
        life = asyncio.create_task(live(server, web, wire=of_the_wire(changes)))
    life.cancel()


async def live(server: Program, web: Program | None = None, *, wire: bool = False) -> None:
    """Start the server, and say so if it ends by itself.

    Args:
        server: the server.
        web: has open pages load anew once the server listens: a client that missed nothing keeps the view it has.
        wire: whether the client's types may be out of date afterwards.
    """
    ended = await server.start()
    ready = asyncio.create_task(server.ready.wait())
    try:
        await asyncio.wait((ended, ready), return_when=asyncio.FIRST_COMPLETED)
        if ready.done() and web is not None:
            web.tell("reload")
        if ready.done() and wire:
            await check_wire()
        code = await asyncio.shield(ended)
        say(f"the server ended with {code}: the next change of its files starts it anew")
    finally:
        ready.cancel()


async def check_wire() -> None:
    """Say what to run when the client's types are no longer those of the messages; pages that load go before."""
    checking = await asyncio.create_subprocess_exec(
        *("nice", sys.executable), "-m", "scripts.generate_wire", "--check", cwd=ROOT, stdout=subprocess.PIPE
    )
    told, _ = await checking.communicate()
    for line in told.decode().splitlines():
        say(line)


def of_the_wire(changes: Iterable[tuple[Change, str]]) -> bool:
    """Say whether a file changed that the client's types may be made from."""
    return any(Path(path).relative_to(PACKAGE).parts[0] in WIRE for _, path in changes)


def named(changes: Iterable[tuple[Change, str]]) -> str:
    """Name the files that changed, or the first of many."""
    files = sorted({str(Path(path).relative_to(PACKAGE)) for _, path in changes})
    return ", ".join(files) if len(files) <= 3 else f"{files[0]} and {len(files) - 1} more files"


def of_server(environment: dict[str, str]) -> dict[str, str]:
    """Give the environment of the server, in which a start does not compile again what is as it was."""
    changed = environment | {"PYTHONUNBUFFERED": "1"}
    if changed.pop("PYTHONDONTWRITEBYTECODE", ""):
        changed["PYTHONPYCACHEPREFIX"] = str(ROOT / ".build" / "pycache")
    return changed


def free_port() -> int:
    """Find a port for the server, which keeps it over its restarts."""
    with socket.create_server((LOOPBACK, 0)) as found:
        return int(found.getsockname()[1])


def why_not(host: str, port: int) -> str | None:
    """Say why nothing can listen at the address, or None if something can."""
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.create_server(place[:2], family=family):
            return None
    except OSError as error:
        return cannot_listen(host, port, error).replace("--port", "PORT=").replace("--host", "HOST=")


def main() -> int:
    """Run `make dev`; gives 0 after Ctrl-C, and 1 with a sentence when it cannot run."""
    host, port = os.environ.get("HOST", LOOPBACK), os.environ.get("PORT", "8080")
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536:
        say(f"{port} is no port: PORT= takes 1 to 65535")
        return 1
    why = why_not(host, int(port))
    if why is not None:
        say(why)
        return 1
    try:
        environment = with_node()
        build_web.install(environment)
    except StepFailedError as error:
        say(str(error))
        return 1
    return asyncio.run(run(host, int(port), environment))


if __name__ == "__main__":
    sys.exit(main())
