"""Installs a wheel into an empty environment, serves from it, plays one race there and verifies its record.

`python -m scripts.release.smoke_test [WHEEL] [option of paddock serve ...]`; without a name it takes the wheel in
`dist/`. Environment, data and working directory are temporary and outside the checkout, so nothing of it can help.
"""

from __future__ import annotations

import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from scripts.node import ROOT
from scripts.release.commands import ReleaseError, output, run, step, told
from scripts.release.dist import DIST

LOCK: Final = "requirements.lock"
STARTS_S: Final = 300.0
STOPS_S: Final = 120.0
ANSWERS_S: Final = 60.0
"""Far beyond what is usual: on a busy machine a start takes long, and nothing is measured here."""
_PLAY: Final = Path(__file__).with_name("play_race.py")
_LISTENING: Final = "paddock: listening on "


def smoke_test(wheel: Path, lock: Path, options: Sequence[str] = ()) -> None:
    """Try a wheel with the dependencies of a lock file; `options` go to `paddock serve`.

    Raises:
        ReleaseError: something of it does not work.
    """
    with tempfile.TemporaryDirectory(prefix="paddock-wheel-") as temporary:
        folder = Path(temporary)
        bin_folder = install(wheel, lock, folder / "environment")
        _check_version(wheel, bin_folder, folder)
        step("serving from it")
        with _serving(bin_folder / "paddock", folder, options) as url:
            _check_page(url)
            step("playing one race")
            record = folder / "race.json"
            player = [str(bin_folder / "python"), "-I", str(_PLAY), url, str(record)]
            run(player, folder, "No race was played: correct what is said above, and begin again.")
            step("verifying the race's record")
            run(
                [str(bin_folder / "paddock"), "verify", str(record)],
                folder,
                "The race's record does not verify: `make test` should have found that, so begin there.",
            )
        step("it served, and stopped when told to")


def install(wheel: Path, lock: Path, environment: Path) -> Path:
    """Make an environment with the locked dependencies and the wheel in it, and give its folder of programs.

    Raises:
        ReleaseError: it cannot be made, or the lock does not have what the wheel needs.
    """
    step("making an empty environment")
    bin_folder = environment / "bin"
    python = str(bin_folder / "python")
    uv = shutil.which("uv")
    if uv is not None:
        make, pip = [uv, "venv", "--quiet", "--python", sys.executable], [uv, "pip"]
        install, check = [*pip, "install", "--python", python], [*pip, "check", "--python", python]
    else:
        make = [sys.executable, "-m", "venv", "--without-pip"]
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python]
        install, check = [*pip, "install", "--no-compile"], [*pip, "check"]
    folder = environment.parent
    run([*make, str(environment)], folder, "An environment could not be made: install venv for this Python, or uv.")
    step(f"installing the packages of {lock.name} and {wheel.name}")
    run(
        [*install, "--quiet", "--require-hashes", "-r", str(lock)],
        folder,
        f"The packages of {lock.name} were not installed: look whether a package index can be reached.",
    )
    run(
        [*install, "--quiet", "--no-index", "--no-deps", str(wheel)],
        folder,
        f"{wheel.name} was not installed: correct what pip says above, and build it anew with `make dist`.",
    )
    run(check, folder, f"{lock.name} lacks what the wheel needs: run `make locks`.", quiet=True)
    return bin_folder


def _check_version(wheel: Path, bin_folder: Path, folder: Path) -> None:
    said = output([str(bin_folder / "paddock"), "--version"], folder, "`paddock --version` fails.").strip()
    named = f"paddock {wheel.name.split('-')[1]}"
    if said != named:
        raise ReleaseError(f"The wheel of {named} says that it is {said}: build it anew with `make dist`.")


def _check_page(url: str) -> None:
    """See that the page comes with its script."""
    page = _get(url)
    script = re.search(r'src="(/assets/[^"]+\.js)"', page)
    if script is None:
        raise ReleaseError("The server shows no page with a script: look whether the wheel has the web client.")
    _get(url + script[1])


def _get(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=ANSWERS_S) as answer:  # noqa: S310 - the server's own http address
            return str(answer.read(), "utf-8")
    except OSError as error:
        raise ReleaseError(f"{url} does not answer ({error}): look at the server's log above.") from error


@contextmanager
def _serving(paddock: Path, folder: Path, options: Sequence[str]) -> Iterator[str]:
    """Serve at a free port of the loopback address, give the address, and see that the server ends when told to."""
    command = [str(paddock), "serve", "--host", "127.0.0.1", "--port", "0", "--data", str(folder / "data"), *options]
    path = folder / "server.log"
    environment = _clean_environment()
    with (
        path.open("w") as log,
        subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=log, text=True) as server,
    ):
        try:
            yield _listens_at(server)
            server.send_signal(signal.SIGTERM)
            if server.wait(STOPS_S) != 0:
                raise ReleaseError(f"The server ended with exit code {server.returncode}: look at its log above.")
        except subprocess.TimeoutExpired as error:
            print(path.read_text("utf-8"), file=sys.stderr)
            raise ReleaseError(f"The server did not stop within {STOPS_S:.0f} s: look at its log above.") from error
        except ReleaseError:
            print(path.read_text("utf-8"), file=sys.stderr)
            raise
        finally:
            server.kill()


def _clean_environment() -> dict[str, str]:
    """Give this process's environment without settings of Paddock and without ways to this checkout."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PADDOCK_", "PYTHON"))}


def _listens_at(server: subprocess.Popen[str]) -> str:
    """Wait for the line that names the address."""
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        assert server.stdout is not None  # noqa: S101 - for the type checker
        for line in server.stdout:
            lines.put(line)
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    try:
        while line := lines.get(timeout=STARTS_S):
            if line.startswith(_LISTENING):
                return line.removeprefix(_LISTENING).strip()
    except queue.Empty:
        pass
    raise ReleaseError("The installed server does not start: look at its log above.")


def main(arguments: list[str]) -> int:
    """Try a wheel, and give the exit code."""
    given = [Path(argument) for argument in arguments[:1] if argument.endswith(".whl")]
    wheels = given or sorted((ROOT / DIST).glob("paddock-*.whl"))
    try:
        if len(wheels) != 1:
            raise ReleaseError(f"There are {len(wheels)} wheels in {DIST}/, not one: run `make dist`.")
        smoke_test(wheels[0].resolve(), ROOT / LOCK, arguments[len(given) :])
    except (ReleaseError, OSError) as error:
        print(f"release: {told(error) if isinstance(error, OSError) else error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
