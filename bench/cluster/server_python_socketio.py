"""The peer in Python over several processes: python-socketio with `AsyncRedisManager`, defaults but for the heartbeat.

Argument: the address of Redis. Lines on standard input: see bench.realtime.control.
"""

from __future__ import annotations

import sys

from aiohttp import web
from bench.realtime.control import serve

import socketio  # type: ignore[import-untyped]

sio = socketio.AsyncServer(
    async_mode="aiohttp", client_manager=socketio.AsyncRedisManager(sys.argv[1]), ping_interval=300, ping_timeout=200
)
inside: set[str] = set()


async def connect(sid: str, environ: dict[str, object]) -> None:
    """Let everybody in."""
    inside.add(sid)


async def disconnect(sid: str) -> None:
    """Count who is left."""
    inside.discard(sid)


async def enter(sid: str, room: str) -> str:
    """Let somebody into a room."""
    await sio.enter_room(sid, room)
    return "in"


async def say(sid: str, room: str, text: str) -> str:
    """Tell everybody in the room, wherever they are."""
    await sio.emit("news", text, room=room)
    return "said"


async def broadcast(text: str) -> None:
    """Not asked for here."""
    raise NotImplementedError


for handler in (connect, disconnect, enter, say):
    sio.on(handler.__name__, handler)
app = web.Application()
sio.attach(app)
serve(app, lambda runner: web.TCPSite(runner, "127.0.0.1", 0, backlog=511), broadcast, lambda: len(inside))
