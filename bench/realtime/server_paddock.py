"""Paddock's Socket.IO server as an application would use it: the ordinary handlers, defaults except for the heartbeat.

Lines on standard input: see control.py.
"""

from __future__ import annotations

from aiohttp import web
from bench.realtime.control import serve

from paddock.socketio import Options, Server, Socket

sio = Server(Options(ping_interval=300, ping_timeout=200))
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
serve(app, broadcast, lambda: len(everybody.sockets))
