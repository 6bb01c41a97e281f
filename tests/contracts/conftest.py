"""The store under test, and the allowances, once per backend."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.contracts.backends import ALLOWANCES, BACKENDS, Store, parameters

from paddock.stores.contract import AllowanceStore


@pytest.fixture(params=parameters(BACKENDS))
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    async with BACKENDS[request.param](tmp_path) as opened:
        yield opened


@pytest.fixture(params=parameters(ALLOWANCES))
async def allowances(request: pytest.FixtureRequest) -> AsyncIterator[AllowanceStore]:
    async with ALLOWANCES[request.param]() as opened:
        yield opened
