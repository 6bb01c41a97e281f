"""The samples in `deploy` start Paddock with options and settings that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.cli.paddock import paddock

from paddock.config.fields import CONFIG_VARIABLE, fields

pytestmark = pytest.mark.processes

DEPLOY = Path(__file__).parents[2] / "deploy"
SAMPLES = ("paddock.service", "Dockerfile", "compose.yaml", "kubernetes.yaml")


def commands(text: str) -> list[list[str]]:
    """Give the arguments of every start of the server, as a list in brackets or as a line of a unit."""
    listed = [re.findall(r'"([^"]+)"', line) for line in re.findall(r'\["serve".*?\]', text)]
    return listed + [line.split() for line in re.findall(r"(?m)^ExecStart=\S+/paddock (.+)$", text)]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_names_what_there_is(name: str) -> None:
    text = (DEPLOY / name).read_text()
    found = commands(text)
    assert found, "it starts the server"
    for arguments in found:
        ran = paddock(*arguments, "--help")
        assert ran.returncode == 0, ran.stderr
    known = {field.variable for field in fields()} | {CONFIG_VARIABLE}
    assert {variable for variable in re.findall(r"\bPADDOCK_[A-Z_]+", text) if variable != "PADDOCK_PORT"} <= known


def test_an_option_that_there_is_none_of_would_be_noticed() -> None:
    assert paddock("serve", "--worker-count", "4", "--help").returncode == 2
