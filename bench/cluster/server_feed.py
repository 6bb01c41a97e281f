"""Paddock's feed and Socket.IO server without the game: what is said is kept in Redis and comes back over the feed.

Each message takes the way of a line of chat in the game: one Lua step appends it to the room's log, gives it its
version, keeps it in the chat and publishes it; every server with somebody in the room delivers it from there, the
writing one too. What the game would decide and check is left out, so that the frames are the same as the peers'.
Argument: the address of Redis. Lines on standard input: see bench.realtime.control.
"""

from __future__ import annotations

import os
import sys

import msgspec
from aiohttp import web
from bench.realtime.control import serve
from tests.stores.builders import entry, filed, room, said

from paddock import telemetry
from paddock.domain.events import Entry, Said
from paddock.domain.ids import RoomId
from paddock.socketio import Options, Server, Site, Socket
from paddock.stores.contract import CodeTaken
from paddock.stores.redis.store import RedisStore

sio = Server(Options(ping_interval=300, ping_timeout=200, admit_rate=100_000, message_rate=1e9, message_burst=10**9))
everybody = sio.of("/")
store = RedisStore(sys.argv[1], f"node-{os.getpid()}")
codes: dict[str, RoomId] = {}


async def follow(number: str) -> None:
    """Make the room of a number, if nobody did, and hear its feed."""
    snapshot = room(int(number))
    try:
        await store.create(snapshot, entry(1), filed())
    except CodeTaken:
        pass
    store.subscribe(snapshot.room, deliver)
    await store.load(snapshot.room)
    await store.subscribed(snapshot.room)


def deliver(code: RoomId, kept: Entry) -> None:
    """Send what was said to everybody in the room who is here."""
    for event in kept.events:
        if isinstance(event, Said):
            everybody.room(code).send(everybody.frame("news", msgspec.json.encode(event.message.text)))


@everybody.on_connect
def connect(socket: Socket, auth: object) -> None:
    """Let everybody in."""


@everybody.on("enter")
async def enter(socket: Socket, number: str) -> object:
    """Let somebody into a room."""
    if number not in codes:
        codes[number] = room(int(number)).room
        await follow(number)
    socket.join(codes[number])
    return "in"


@everybody.on("say")
async def say(socket: Socket, number: str, text: str) -> object:
    """Keep what was said; it comes back over the feed."""
    await store.append(codes[number], (said(text, at=store.clock()),), store.clock(), None)
    return "said"


async def start(_: web.Application) -> None:
    """Connect to Redis."""
    await store.open()


async def broadcast(text: str) -> None:
    """Not asked for here."""
    raise NotImplementedError


telemetry.configure("warning", as_json=False, stream=sys.stderr)
app = web.Application()
app.on_startup.append(start)
sio.attach(app)
serve(app, lambda runner: Site(runner, sio, "127.0.0.1", 0), broadcast, lambda: len(everybody.sockets))
