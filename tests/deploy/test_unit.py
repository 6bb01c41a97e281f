"""The systemd unit: its command starts workers with a Redis, and systemd, where there is one, does not complain."""

from __future__ import annotations

import re
import shlex
import shutil
import signal
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest
from tests.cli.paddock import COMMAND, environment
from tests.deploy.samples import DEPLOY

UNIT = DEPLOY / "paddock.service"


def test_its_command_starts_and_ends_as_systemd_ends_it(tmp_path: Path) -> None:
    unit = RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(UNIT)
    program, *arguments = shlex.split(unit["Service"]["ExecStart"])
    assert program == "/opt/paddock/.venv/bin/paddock"
    arguments[arguments.index("--host") + 1] = "127.0.0.1"
    state = f"/var/lib/{unit['Service']['StateDirectory']}"
    arguments[arguments.index(state)] = str(tmp_path / "data")
    arguments[arguments.index("--workers") + 1] = "2"
    process = subprocess.Popen(
        [*COMMAND, *arguments, "--port", "0"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("paddock: listening on ")
        assert (tmp_path / "data" / "redis").is_dir()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=int(unit["Service"]["TimeoutStopSec"])) == 0
        process.stdout.close()
    finally:
        process.kill()
        process.wait()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_has_nothing_to_complain_of(tmp_path: Path) -> None:
    text, count = re.subn(r"(?m)^ExecStart=\S+", f"ExecStart={sys.executable}", UNIT.read_text())
    assert count == 1
    (tmp_path / "paddock.service").write_text(text)
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / "paddock.service"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    complaints = [line for line in told.stderr.splitlines() if "paddock.service" in line]
    assert complaints == []
