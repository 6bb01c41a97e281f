"""A server with a room and some races in its archive, for the examples of the guide; `served` is a real one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from tests.api.server import Backstage, serving
from tests.api.shelf import profile
from tests.api.test_races import FINISHED, finished
from tests.domain.plays import Play

from paddock.archive.contract import ProfileId
from paddock.domain.ids import RoomId
from paddock.domain.settings import Settings
from paddock.domain.views import summary
from paddock.gateway import asyncapi

ROOM: Final = RoomId("K7AB2")
RACE: Final = FINISHED
DEVICE: Final = "mina" * 10 + "abc"
OTHER: Final = "jun_" * 10 + "abc"


@asynccontextmanager
async def filled(folder: Path) -> AsyncIterator[str]:
    """Serve, and give the address."""
    backstage = Backstage()
    backstage.records[FINISHED] = finished()
    backstage.asyncapi = asyncapi.document  # type: ignore[method-assign]
    play = Play.opened("Mina", settings=Settings(title="coffee"))
    backstage.live[ROOM] = play.room
    line = summary(play.room)
    assert line is not None
    backstage.list = [line]
    people = [profile(f"Person {number}", f"aaaaaaaaaaa{number}") for number in range(5)]
    backstage.archive.people = {person.profile: person for person in people}
    backstage.archive.devices[f"hash of {DEVICE}"] = ProfileId("aaaaaaaaaaa0")
    async with serving(backstage, folder) as session:
        yield str(session._base_url).rstrip("/")
