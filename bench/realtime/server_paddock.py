"""Paddock's Socket.IO server as an application would use it, at the site the game uses, with ordinary handlers.

Defaults except for the heartbeat, for admission (a benchmark is the very storm that it spreads over time) and for the
rate of messages, as no peer has such a limit. Lines on standard input: see control.py.
"""

from __future__ import annotations

from aiohttp import web
from bench.realtime.control import serve

from paddock.socketio import Options, Server, Site, Socket

sio = Server(Options(ping_interval=300, ping_timeout=200, admit_rate=100_000, message_rate=1e9, message_burst=10**9))
everybody = sio.of("/")
hall = everybody.room("hall")


@everybody.on_connect
def enter(socket: Socket, auth: object) -> None:
    """Let everybody in."""
    socket.join("hall")


@everybody.on("echo")
def echo(socket: Socket, text: object) -> object:
    """Acknowledge with what came."""
    return text


async def broadcast(text: str) -> None:
    """Tell everybody."""
    hall.emit("news", text)


app = web.Application()
sio.attach(app)
serve(app, lambda runner: Site(runner, sio, "127.0.0.1", 0, direct=True), broadcast, lambda: len(everybody.sockets))
