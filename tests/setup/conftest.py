"""Checkouts that everybody may read: a test's own folder is closed to other users, and some tests are one."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.setup.checkout import Checkout


@pytest.fixture(scope="session")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment to copy: making one takes longer than all the rest of a test."""
    folder = tmp_path_factory.mktemp("setup") / ".venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    return folder


@pytest.fixture
def bare_checkout() -> Iterator[Checkout]:
    """A fresh checkout with nothing made in it."""
    folder = Path(tempfile.mkdtemp(prefix="paddock-setup-"))
    folder.chmod(0o755)
    try:
        yield Checkout(folder)
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def checkout(bare_checkout: Checkout, venv: Path) -> Checkout:
    """A fresh checkout with an empty environment."""
    bare_checkout.lend(venv)
    return bare_checkout
