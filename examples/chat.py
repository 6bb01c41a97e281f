"""A chat in one file: run it, open a page with socket.io-client, `emit("say", "hello")`."""

from aiohttp import web

from paddock.socketio import ConnectRefused, Options, Server, Socket

sio = Server(Options(allow_origin=lambda origin: origin.startswith("http://localhost:")))
chat = sio.of("/")


@chat.on_connect
async def enter(socket: Socket, auth: object) -> None:
    """Let everybody with a name in."""
    if not isinstance(auth, dict) or not isinstance(auth.get("name"), str):
        raise ConnectRefused("a name, please", data={"field": "name"})
    socket.data = auth["name"]
    socket.join("lounge")
    chat.room("lounge").emit("entered", socket.data, except_=socket)


@chat.on("say")
async def say(socket: Socket, text: object) -> int:
    """Tell everybody, and acknowledge with how many there are."""
    chat.room("lounge").emit("said", socket.data, text)
    return len(chat.sockets)


@chat.on_disconnect
async def leave(socket: Socket, reason: str) -> None:
    """Tell those who stay."""
    chat.room("lounge").emit("left", socket.data, reason)


if __name__ == "__main__":
    app = web.Application()
    sio.attach(app)
    web.run_app(app, host="127.0.0.1", port=8080)
