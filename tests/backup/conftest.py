"""One data folder and its backup for all tests of a module; each works on a copy."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.backup.bundles import silent
from tests.backup.data import filled

from paddock.backup.making import back_up


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with something in it, only to be copied."""
    return asyncio.run(filled(tmp_path_factory.mktemp("filled") / "data"))


@pytest.fixture(scope="module")
def whole(folder: Path) -> Path:
    """Its backup, only to be copied or read."""
    target = folder.parent / "whole.backup"
    back_up(folder, target, silent)
    return target
