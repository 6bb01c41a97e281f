"""What a returning client is sent: what it missed, and nothing if its player was removed a moment ago."""

from __future__ import annotations

from tests.service.conftest import keys, opened, player

from paddock.domain.commands import Block, JoinRoom, Kick, Say
from paddock.gateway.fanout import Fanout
from paddock.gateway.frames import Frames
from paddock.gateway.lobby_subscriptions import LobbySubscriptions
from paddock.gateway.view_loader import ViewLoader
from paddock.races.settings import load_book
from paddock.service.clock import steady_clock
from paddock.service.lobby import Lobby
from paddock.service.presence import Presence
from paddock.service.random_source import RandomSource
from paddock.service.rooms import Rooms
from paddock.socketio import Options, Server
from paddock.stores.local import LocalStore

MINA, JUN = player("Mina"), player("Jun")


async def test_nothing_is_missed_by_somebody_who_has_been_sent_out() -> None:
    """A host on another node sent somebody out just as they came back here, after their seat had been looked up: they
    were given what they had missed, and heard the room from then on without being in it."""
    clock = steady_clock()
    store = LocalStore(None)
    await store.open()
    rooms = Rooms(store, store, clock, RandomSource(load_book().stable), "node-1")
    namespace = Server(Options()).of("/")
    fanout = Fanout(namespace, Frames(namespace), rooms, Presence(rooms), LobbySubscriptions(Lobby(store)), clock)
    loader = ViewLoader(rooms, fanout)
    for command in (Kick(MINA, JUN), Block(MINA, JUN)):
        code = await opened(rooms)
        assert await rooms.submit(code, JoinRoom(JUN, "Jun", keys("Jun"), True)) == 2
        await rooms.submit(code, Say(MINA, "hello"))
        missed = await loader.missed(code, JUN, 2)
        assert missed is not None and [entry.version for entry in missed] == [3]

        assert await rooms.submit(code, command) == 4

        assert await loader.missed(code, JUN, 2) is None
        assert await loader.missed(code, MINA, 2) is not None
    await store.close()
