"""Passwords cost a core some 30 ms each: what is begun of them, for whom, and what the others feel of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import aiohttp
import pytest
from argon2 import PasswordHasher
from tests.gateway.conftest import House
from tests.waiting import LIMIT_S, until


class Hashing:
    """Stands before the real hashing: counts what is begun, and lets nothing through while `stopped`."""

    def __init__(self, really: object) -> None:
        self.really = really
        self.begun = 0
        self._open = threading.Event()
        self._open.set()

    def stop(self) -> None:
        """Let nothing through from now on."""
        self._open.clear()

    def go_on(self) -> None:
        """Let everything through."""
        self._open.set()

    def __call__(self, hasher: PasswordHasher, password: str) -> str:
        self.begun += 1
        assert self._open.wait(LIMIT_S)
        return self.really(hasher, password)  # type: ignore[operator,no-any-return]

    async def until(self, begun: int) -> None:
        """Wait until so many have been begun."""
        await until(lambda: self.begun >= begun, f"{begun} have been begun")


@pytest.fixture
def hashing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hashing]:
    """Give the hashing of the server in this process."""
    hashing = Hashing(PasswordHasher.hash)
    monkeypatch.setattr(PasswordHasher, "hash", lambda hasher, password: hashing(hasher, password))
    yield hashing
    hashing.go_on()


async def until_connected(house: House, number: int) -> None:
    """Wait until the server has so many connections."""
    async with aiohttp.ClientSession(house.url) as web:

        async def connected() -> bool:
            answer = await (await web.get("/healthz")).json()
            return bool(answer["connections"] == number)

        await until(connected, f"{number} connections")


async def test_no_password_is_hashed_for_a_host_that_has_left(house: House, hashing: Hashing) -> None:
    """Sixteen hosts that sent 80 KB of changes and left kept both cores busy for minutes: 216 s of CPU time."""
    hosts = [(await house.party("Mina"))[0] for _ in range(6)]
    last = (await house.party("Jun"))[0]
    hashing.stop()
    for host in hosts:
        for number in range(4):
            await host.sends_raw(f'42["change_settings",{{"id":"change-{number}","password":"password-{number}"}}]')
    await hashing.until(1)
    for host in hosts:
        await host.leaves()
    await until_connected(house, 1)
    under_way = hashing.begun
    hashing.go_on()
    assert (await last.asks("change_settings", password="espresso"))["ok"]
    assert hashing.begun <= under_way + 1, "only Jun's was begun"
    async with aiohttp.ClientSession(house.url) as web:
        figures = (await (await web.get("/metrics")).text()).splitlines()
    assert 'paddock_work_waiting{kind="password"} 0.0' in figures
    assert f'paddock_work_begun_total{{kind="password"}} {hashing.begun}.0' in figures


async def test_a_session_changes_its_password_a_few_times_in_a_minute(house: House) -> None:
    (mina,) = await house.party("Mina")
    answers = [await mina.asks("change_settings", password=f"espresso {number}") for number in range(7)]
    assert [answer["ok"] for answer in answers] == [True] * 5 + [False] * 2
    assert {(answer["code"], answer["retry"]) for answer in answers[5:]} == {("too_many", True)}
    assert (await mina.asks("change_settings", password=""))["ok"], "taking the password away costs nothing"
