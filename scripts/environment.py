"""Makes the environment in `.venv` with uv where there is one, else with venv and pip: `environment.py venv|run|dev`.

Each step leaves a stamp (`.made`, `.run`, `.dev`), written when all of it is done, by which make knows that it need not
be repeated. An interrupted step is repeated by the next run: a half-made environment is made anew; packages that are
half installed are installed again, and all others stay.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Final

if not __package__:  # run as a file, by a Python that has nothing of this project
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.steps import StepFailedError, explain_error, need_writable, run_step

ROOT: Final = Path(__file__).resolve().parent.parent
VENV: Final = ROOT / ".venv"
PYTHON: Final = VENV / "bin" / "python"


def make_venv() -> None:
    """Make an empty environment in place of whatever is there, and note which folder it belongs to."""
    _say("making .venv")
    uv = shutil.which("uv")
    if uv is not None:
        # With --allow-existing and not --clear, which older versions do not have.
        shutil.rmtree(VENV, ignore_errors=True)
        command = [uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(VENV)]
    else:
        command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    run_step("environment", command, folder=ROOT)
    (ROOT / ".build").mkdir(exist_ok=True)
    _stamp(".made", str(ROOT))


def install_run() -> None:
    """Install what the server needs, and the server itself as it is here."""
    _say("installing packages")
    _install("--require-hashes", "-r", "requirements.lock")
    _install("--no-deps", "-e", ".")
    _stamp(".run")


def install_dev() -> None:
    """Install what tests and checks need."""
    _say("installing packages for tests")
    _install("--require-hashes", "-r", "requirements-dev.lock")
    _stamp(".dev")


STEPS: Final = {"venv": make_venv, "run": install_run, "dev": install_dev}


def forget_half_installed(site_packages: Path) -> list[str]:
    """Remove the metadata of packages whose files are not all there, and return their names.

    An installer takes a package for installed by its metadata; the list of its files (RECORD) is written last.
    """
    forgotten = []
    for metadata in sorted(site_packages.glob("*.dist-info")):
        record = metadata / "RECORD"
        # The last column of a line is the size, but entries without one are usual: that the file is there must do.
        lines = record.read_text().splitlines() if record.is_file() else []
        named = [line.rsplit(",", 2)[0].strip('"') for line in lines]
        if not named or not all(os.path.lexists(site_packages / name) for name in named if not name.endswith(".pyc")):
            shutil.rmtree(metadata)
            forgotten.append(metadata.name.partition("-")[0])
    return forgotten


def _install(*arguments: str) -> None:
    uv = shutil.which("uv")
    if uv is not None:
        command = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(PYTHON)]
    else:
        # Not quiet: without these lines a failure of the network looks like a package that does not exist.
        command = [str(PYTHON), "-m", "pip", "install", "--verbose", "--disable-pip-version-check", "--no-input"]
    interrupted = VENV / ".installing"
    if interrupted.exists():
        for site_packages in VENV.glob("lib/python*/site-packages"):
            forget_half_installed(site_packages)
    interrupted.touch()
    run_step("environment", [*command, *arguments], folder=ROOT)
    interrupted.unlink()


def _say(what: str) -> None:
    print(f"environment: {what}", flush=True)


def _stamp(name: str, text: str = "") -> None:
    (VENV / name).write_text(text)
    os.utime(VENV / name)


def main(arguments: list[str]) -> int:
    """Do one step; return 0, or 1 after one sentence that says what to do."""
    try:
        need_writable(ROOT)
        STEPS[arguments[0]]()
    except StepFailedError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"environment: {explain_error(error)}.", file=sys.stderr)
    except KeyboardInterrupt:
        print("environment: interrupted; make goes on from here.", file=sys.stderr)
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
