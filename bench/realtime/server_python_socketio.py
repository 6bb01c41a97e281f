"""The peer in Python: python-socketio on aiohttp as its documentation shows it, defaults except for the heartbeat.

Lines on standard input: see control.py.
"""

from __future__ import annotations

from aiohttp import web
from bench.realtime.control import serve

import socketio  # type: ignore[import-untyped]

sio = socketio.AsyncServer(async_mode="aiohttp", ping_interval=300, ping_timeout=200)
inside: set[str] = set()


async def connect(sid: str, environ: dict[str, object]) -> None:
    """Let everybody in."""
    inside.add(sid)
    await sio.enter_room(sid, "hall")


async def disconnect(sid: str) -> None:
    """Count who is left."""
    inside.discard(sid)


async def echo(sid: str, text: object) -> object:
    """Acknowledge with what came."""
    return text


async def broadcast(text: str) -> None:
    """Tell everybody."""
    await sio.emit("news", text, room="hall")


sio.on("connect", connect)
sio.on("disconnect", disconnect)
sio.on("echo", echo)
app = web.Application()
sio.attach(app)
serve(app, lambda runner: web.TCPSite(runner, "127.0.0.1", 0, backlog=511), broadcast, lambda: len(inside))
