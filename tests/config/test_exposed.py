"""Passwords that other users of the machine can read are said at the start, without being said."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.paddock import paddock

from paddock.config.exposed import exposed
from paddock.config.layers import trace

REDIS = "redis://:hush-hush@127.0.0.1:1/0"


@pytest.mark.parametrize(("mode", "said"), [(0o644, True), (0o640, False), (0o600, False)])
def test_in_a_settings_file_that_every_user_can_read(tmp_path: Path, mode: int, said: bool) -> None:
    file = tmp_path / "paddock.toml"
    file.write_text(f'redis = "{REDIS}"')
    file.chmod(mode)
    sentences = exposed(trace(file, {}, {}))
    assert [f"run chmod o-rwx {file}" in sentence for sentence in sentences] == [True] * said
    assert "hush" not in "".join(sentences)


def test_on_the_command_line_but_not_in_the_environment(tmp_path: Path) -> None:
    (sentence,) = exposed(trace(None, {}, {"database": "postgresql://me:hush-hush@db/races"}))
    assert "the password in database is on the command line" in sentence
    assert "PADDOCK_DATABASE" in sentence
    assert exposed(trace(None, {"PADDOCK_REDIS": REDIS}, {})) == ()
    assert exposed(trace(None, {}, {"redis": "redis://127.0.0.1"})) == ()


@pytest.mark.processes
def test_a_server_says_so_when_it_starts(tmp_path: Path) -> None:
    told = paddock("serve", "--data", tmp_path, "--set", f"redis={REDIS}", "--require-redis")
    assert told.returncode == 2
    assert "settings.exposed" in told.stderr
    assert "hush" not in told.stderr
