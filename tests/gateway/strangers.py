"""Strangers with a room code: every way that takes one, the rooms it may be of, and what the server did about it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

import aiohttp
import pytest
from tests.gateway.conftest import House
from tests.gateway.wire import Guest, token
from tests.waiting import until

from paddock.archive.opening import OpeningArchive
from paddock.service.passwords import Passwords
from paddock.stores.allowances import LocalAllowances
from paddock.stores.local import LocalStore

NOWHERE: Final = "ZZZZZZZZ"
Told = tuple[object, ...]
Way = Callable[[House, str], Awaitable[Told]]


# -- Rooms -----------------------------------------------------------------------------------------------------------


async def no_room(house: House) -> str:
    return NOWHERE


async def unlisted(house: House) -> str:
    (mina,) = await house.party("Mina", listing="unlisted")
    return mina.code


async def with_password(house: House) -> str:
    (mina,) = await house.party("Mina", listing="unlisted", password="espresso")
    return mina.code


async def closed(house: House) -> str:
    """Have a room closed; its founder alone is told that it is."""
    (mina,) = await house.party("Mina", listing="unlisted")
    assert (await mina.asks("leave_room"))["ok"]
    house.skip(180_000)  # nobody is in it for longer than it stays open
    while (await mina.resumes(mina.code, mina.token))["code"] != "closed":
        house.skip(1_000)
    return mina.code


ROOMS: Final[tuple[Callable[[House], Awaitable[str]], ...]] = (no_room, unlisted, with_password, closed)


# -- Ways ------------------------------------------------------------------------------------------------------------


def said(guest: Guest, code: str) -> Told:
    """Give the acknowledgement that came last as it came, but for its number."""
    text = next(text for text in reversed(guest.traffic) if text.startswith("43"))
    return (re.sub(r"^43\d+", "43", text).replace(code, "CODE"),)


async def join(house: House, code: str, **fields: object) -> Told:
    stranger = await house.guest()
    await stranger.joins(code, "Stranger", **fields)
    return said(stranger, code)


async def join_with_a_password(house: House, code: str) -> Told:
    return await join(house, code, password="latte")


async def join_with_a_name_that_is_none(house: House, code: str) -> Told:
    """No password is asked for where the name shows already that nobody comes in."""
    stranger = await house.guest()
    await stranger.joins(code, "\u202e")
    return said(stranger, code)


async def resume(house: House, code: str) -> Told:
    stranger = await house.guest()
    await stranger.resumes(code, token(), version=3)
    return said(stranger, code)


async def resume_with_the_seat_of_another_room(house: House, code: str) -> Told:
    (jun,) = await house.party("Jun")
    stranger = await house.guest()
    await stranger.resumes(code, jun.token)
    return said(stranger, code)


async def reopen(house: House, code: str) -> Told:
    stranger = await house.guest()
    about = {"token": stranger.token, "device": stranger.device, "name": "Stranger"}
    await stranger.asks("reopen_room", room=code, **about)
    return said(stranger, code)


async def recover(house: House, code: str) -> Told:
    claim = {"pid": "p" * 20, "offset": f"{code}-3", "room": code, "token": token()}
    stranger = await house.guest(claim)
    return stranger.pid != claim["pid"], *(name for name, _ in stranger.heard)


async def search_the_list(house: House, code: str) -> Told:
    stranger = await house.guest()
    await stranger.asks("watch_lobby", query=code)
    return tuple(re.sub(r'"(look|version)":\d+', r'"\1":0', str(text)) for text in said(stranger, code))


async def archive_is_there(house: House) -> None:
    """Wait until the archive is open: a server listens first."""
    async with aiohttp.ClientSession() as web:

        async def answers() -> bool:
            return (await web.get(f"{house.url}/api/statistics/totals")).status == 200

        await until(answers, "the archive is open")


def get(address: str, *, shows: bool = True) -> Way:
    """Make the way of a GET; `shows` a token that no seat has."""

    async def asked(house: House, code: str) -> Told:
        headers = {"Authorization": f"Bearer {token()}"} if shows else {}
        async with (
            aiohttp.ClientSession() as web,
            web.get(house.url + address.replace("CODE", code), headers=headers) as got,
        ):
            body = (await got.text()).replace(code, "CODE")
            # The tag is a hash of a body in which the code stands.
            varying = {"Date", "Etag"}
            return got.status, *((name, text) for name, text in got.headers.items() if name not in varying), body

    return asked


WAYS: Final[dict[str, Way]] = {
    "join_room": join,
    "join_room with a password": join_with_a_password,
    "join_room with a bad name": join_with_a_name_that_is_none,
    "resume_room": resume,
    "resume_room with another seat": resume_with_the_seat_of_another_room,
    "reopen_room": reopen,
    "connection-state recovery": recover,
    "watch_lobby": search_the_list,
    "GET /api/rooms": get("/api/rooms?query=CODE"),
    "GET /api/rooms/CODE": get("/api/rooms/CODE"),
    "GET /api/rooms/CODE/races": get("/api/rooms/CODE/races"),
    "GET /api/rooms/CODE/races without a token": get("/api/rooms/CODE/races", shows=False),
    "GET /api/leaderboards/wins?room=CODE": get("/api/leaderboards/wins?room=CODE"),
    "GET /api/leaderboards/wins?room=CODE without a token": get("/api/leaderboards/wins?room=CODE", shows=False),
    "GET /r/CODE": get("/r/CODE"),
    "GET /r/CODE/history": get("/r/CODE/history"),
}
"""Everything a client can send that has a room code in it; `docs/decisions/0027-no-oracle.md` has the same list."""

LETS_IN: Final = frozenset({("join_room", unlisted), ("join_room with a password", unlisted)})
"""Where the code itself is the right to come in."""


# -- Work ------------------------------------------------------------------------------------------------------------


class Work:
    """What was asked of stores and passwords, in order, by name."""

    def __init__(self) -> None:
        self.code = ""
        self.done: list[str] = []

    def begin(self, code: str) -> None:
        """Look at what is done from now on, of rooms at the one of this code only."""
        self.code = code
        self.done = []


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    """Watch the real stores at work."""
    seen = Work()
    watched: tuple[tuple[type, tuple[str, ...]], ...] = (
        (LocalStore, ("load", "session", "applied", "races", "since", "chat", "commit")),
        (LocalAllowances, ("take", "left", "give_back")),
        (OpeningArchive, ("races_of_room", "board", "standing", "profile_of")),
        (Passwords, ("check",)),
    )
    for kind, names in watched:
        for name in names:
            monkeypatch.setattr(kind, name, _telling(seen, kind, name))
    yield seen


def _telling(seen: Work, kind: type, name: str) -> Callable[..., Awaitable[object]]:
    real = getattr(kind, name)

    async def told(self: object, *args: object, **named: object) -> object:
        what = f" {args[0]}" if kind is LocalAllowances else ""
        task = asyncio.current_task()
        if task is not None and not task.get_name().startswith("Task-"):
            return await real(self, *args, **named)  # a task with a name looks after rooms by itself
        if kind is not LocalStore or name == "session" or args[0] == seen.code:
            seen.done.append(f"{kind.__name__}.{name}{what}")
        result: object = await real(self, *args, **named)
        return result

    return told
