"""The commands answer with exit codes and sentences; none of them needs a server."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from msgspec.structs import replace
from tests.api.test_races import finished
from tests.cli.paddock import paddock

from paddock.cli import main
from paddock.config.table import markdown
from paddock.domain.record import RaceRecord

pytestmark = pytest.mark.processes

HEAVY = {
    "aiohttp",
    "asyncio",
    "msgspec",
    "rich",
    "structlog",
    "segno",
    "scipy",
    "matplotlib",
    "argon2",
    "paddock.domain",
}


def written(record: RaceRecord, path: Path) -> Path:
    path.write_bytes(msgspec.json.encode(record))
    return path


@pytest.mark.parametrize("arguments", [["--help"], ["serve", "--help"], ["version"]])
def test_help_and_version_import_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys; from paddock.cli import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit: print('modules:', *sorted(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    shown, modules = ran.stdout.split("modules:")

    assert shown.strip()
    assert HEAVY.isdisjoint(modules.split())
    assert len(modules.split()) < 250


def test_version_is_one_line() -> None:
    ran = paddock("version")

    assert re.fullmatch(r"paddock \d+\.\d+\.\d+\n", ran.stdout)
    assert ran.returncode == 0


def test_verify_says_yes_no_or_that_there_is_nothing_to_read(tmp_path: Path) -> None:
    good = written(finished(), tmp_path / "good.json")
    forged = written(replace(finished(), payers=finished().payers[:0]), tmp_path / "forged.json")

    yes, no, nothing = paddock("verify", good), paddock("verify", forged), paddock("verify", tmp_path / "none.json")

    assert (yes.returncode, no.returncode, nothing.returncode) == (0, 1, 2)
    assert "VERIFIED" in yes.stdout
    assert "NOT VERIFIED" in no.stdout
    assert "payers" in no.stdout
    assert nothing.stderr.startswith("paddock: ")
    assert "none.json" in nothing.stderr
    assert "Traceback" not in nothing.stderr


def test_config_shows_values_and_where_they_come_from(tmp_path: Path) -> None:
    file = tmp_path / "paddock.toml"
    file.write_text("max_rooms = 7\n")

    ran = paddock("config", "--set", "pace.tail_ms=0", PADDOCK_CONFIG=str(file), PADDOCK_PORT="9000")

    lines = {line.split()[0]: " ".join(line.split()) for line in ran.stdout.splitlines() if line.strip()}
    assert lines["port"].startswith("port 9000 PADDOCK_PORT ")
    assert lines["max_rooms"].startswith(f"max_rooms 7 max_rooms in {file}")
    assert lines["pace.tail_ms"].startswith("pace.tail_ms 0 pace.tail_ms on the command line")
    assert lines["host"].startswith("host 127.0.0.1 default")


def test_config_writes_a_file_and_the_document() -> None:
    toml = CliRunner().invoke(main, ["config", "--format", "toml", "--set", "port=1"])
    document = CliRunner().invoke(main, ["config", "--format", "markdown"])

    assert tomllib.loads(toml.stdout)["port"] == 1
    assert document.stdout == markdown()


@pytest.mark.parametrize("command", ["serve", "config"])
def test_settings_that_cannot_be_used_end_in_sentences(command: str) -> None:
    ran = paddock(command, "--set", "port=eighty", "--set", "life_h=2", PADDOCK_HOTS="x")

    assert ran.returncode == 2
    assert ran.stderr.splitlines() == [
        "paddock: The variable PADDOCK_HOTS is no setting; did you mean PADDOCK_HOST?",
        "paddock: port on the command line cannot be 'eighty': it takes 0 to 65535.",
        "paddock: life_h on the command line cannot be '2': it takes 1, 3 or 6.",
    ]


def test_fairness_refuses_too_few_races(tmp_path: Path) -> None:
    ran = paddock("fairness", "--races", "10", "--out", tmp_path)

    assert ran.returncode == 2
    assert "at least" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_fairness_writes_its_report(tmp_path: Path) -> None:
    ran = paddock("fairness", "--races", "100", "--out", tmp_path, "--workers", "1")

    assert ran.returncode == 0, ran.stderr
    assert "FAIR: see" in ran.stdout
    assert (tmp_path / "report.md").exists()
