"""Binds every address of the REST API to the function that knows its answer."""

from __future__ import annotations

from collections.abc import Iterator

from aiohttp.typedefs import Handler

from paddock.api import addresses as a
from paddock.api.boards import Boards, Statistics
from paddock.api.endpoint import endpoint
from paddock.api.ports import RestPorts
from paddock.api.profiles import Profiles
from paddock.api.races import Races
from paddock.api.rooms import Rooms


def rest(ports: RestPorts) -> Iterator[tuple[a.AnyAddress, Handler]]:
    """Give every address with its handler, in the order in which they are to be tried."""
    rooms, races, profiles = Rooms(ports), Races(ports), Profiles(ports)
    boards, statistics = Boards(ports), Statistics(ports)
    yield a.ROOMS, endpoint(a.ROOMS, rooms.rooms, ports)
    yield a.ROOM, endpoint(a.ROOM, rooms.room, ports)
    yield a.ROOM_RACES, endpoint(a.ROOM_RACES, rooms.races, ports)
    yield a.RACE, endpoint(a.RACE, races.race, ports)
    yield a.REPLAY, endpoint(a.REPLAY, races.replay, ports)
    yield a.VERIFICATION, endpoint(a.VERIFICATION, races.verification, ports)
    yield a.ME, endpoint(a.ME, profiles.me, ports)
    yield a.RENAME, endpoint(a.RENAME, profiles.rename, ports)
    yield a.ERASE, endpoint(a.ERASE, profiles.erase, ports)
    yield a.EXPORT, endpoint(a.EXPORT, profiles.export, ports)
    yield a.OFFER_MOVE, endpoint(a.OFFER_MOVE, profiles.offer_move, ports)
    yield a.TAKE_MOVE, endpoint(a.TAKE_MOVE, profiles.take_move, ports)
    yield a.PROFILE, endpoint(a.PROFILE, profiles.profile, ports)
    yield a.PROFILE_RACES, endpoint(a.PROFILE_RACES, profiles.races, ports)
    yield a.BOARD, endpoint(a.BOARD, boards.board, ports)
    yield a.KINDS, endpoint(a.KINDS, statistics.kinds, ports)
    yield a.DAYS, endpoint(a.DAYS, statistics.days, ports)
    yield a.TOTALS, endpoint(a.TOTALS, statistics.totals, ports)
