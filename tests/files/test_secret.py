"""The secret: made well at the first start, and refused when somebody put a short one there."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.paddock import paddock

from paddock.files import secret


def test_it_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    made = secret.load(tmp_path / "secret")
    assert (len(made), secret.load(tmp_path / "secret")) == (32, made)
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


@pytest.mark.parametrize("text", [b"", b"change-me", b"x" * 31])
def test_a_short_one_is_refused_and_left_as_it_is(tmp_path: Path, text: bytes) -> None:
    """Any length was taken, also that of a file which a full disk had left empty."""
    (tmp_path / "secret").write_bytes(text)
    with pytest.raises(secret.WeakSecret, match=f"has {len(text)} bytes and could be guessed; it needs 32"):
        secret.load(tmp_path / "secret")
    assert (tmp_path / "secret").read_bytes() == text


@pytest.mark.processes
def test_a_server_does_not_start_with_a_short_one_and_says_how_to_make_one(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2\n")
    for more in ((), ("--set", "redis=redis://127.0.0.1:1")):
        told = paddock("serve", "--port", "0", "--data", tmp_path, *more)
        assert told.returncode == 2
        assert f"paddock: The server could not start: the secret in {tmp_path / 'secret'} has 8 bytes" in told.stderr
        assert f"head -c 32 /dev/urandom > {tmp_path / 'secret'}" in told.stderr
