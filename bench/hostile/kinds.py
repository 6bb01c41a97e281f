"""All kinds of attack: what one attacker does, from its first byte until it is thrown out; then it comes again.

Each is made to hurt as much as one connection can: blocks of bytes are made once and sent as fast as the server takes
them, and answers are read, so that nobody is thrown out for not reading.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

from msgspec import Struct

from .wire import BINARY, PING, POLLING, PONG, SOCKET, TEXT, UPGRADE, Gone, Target, event, masked, request, token

BLOCK = 1 << 16
RECORDS = (124_875, 8_192)
"""As many records of eight bytes as fit into a megabyte, and into the longest message that the game takes."""
MANY = 9_500
"""Rooms to search in: about as many as a server takes."""
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

Act = Callable[[Target, int], Awaitable[None]]


class Kind(Struct, frozen=True):
    """One kind of attack.

    Attributes:
        act: what one attacker does until it is thrown out.
        says: what that is, in words.
        attackers: how many of them there are at once.
        goal: whether the goal of the benchmark covers it.
        rooms: how many rooms there are beside those of the party.
    """

    act: Act
    says: str
    attackers: int
    goal: bool
    rooms: int


KINDS: dict[str, Kind] = {}


def kind(says: str, count: int = 20, *, goal: bool = False, rooms: int = 0) -> Callable[[Act], Act]:
    """List a kind of attack under its function's name."""

    def listed(act: Act) -> Act:
        KINDS[act.__name__] = Kind(act, says, count, goal, rooms)
        return act

    return listed


def block(*frames: bytes) -> bytes:
    """Return these frames, over and over, in one block."""
    once = b"".join(frames)
    return once * max(1, BLOCK // len(once))


def code() -> str:
    """Return a code that a room may have, listed or not."""
    return "".join(random.choices(ALPHABET, k=random.choice((5, 8))))


# -- Frames and packets ----------------------------------------------------------------------------------------------

_unknown = block(masked(TEXT, b'421["nope",{}]'))
_ping = block(masked(PING, b""))
_pong = block(masked(PONG, b""))
_empty = block(masked(TEXT, b""))
_nothing = block(masked(0x00, b""))
_fragments = block(
    masked(0x01, b"4"),
    *(masked(0x00, bytes((byte,))) for byte in event("sync_clock", 1)[1:-1]),
    masked(0x80, b"]"),
)


@kind("an event that there is not, 18 bytes each", goal=True)
async def unknown_event(target: Target, number: int) -> None:
    await (await target.enter(number)).flood(_unknown)


@kind("WebSocket pings", goal=True)
async def ws_ping(target: Target, number: int) -> None:
    await (await target.enter(number)).flood(_ping)


@kind("WebSocket pongs that nobody asked for", goal=True)
async def ws_pong(target: Target, number: int) -> None:
    await (await target.enter(number)).flood(_pong)


@kind("empty messages, and messages of empty fragments", goal=True)
async def empty_frames(target: Target, number: int) -> None:
    link = await target.enter(number)
    if number % 2:
        await link.flood(_empty)
    else:
        await link.flood(_nothing, masked(0x01, b""))


@kind("messages in fragments of one byte", goal=True)
async def one_byte_fragments(target: Target, number: int) -> None:
    await (await target.enter(number)).flood(_fragments)


_malformed = (
    block(masked(TEXT, b'421["pick_racer",{"id":1,"racer":"x"}]')),
    block(masked(TEXT, b'421["say",{"id":"command-1","text":' + b"[" * 60 + b"]" * 60 + b"}]")),
    block(masked(TEXT, b'421["join_room",{"room":"' + b"x" * 60_000 + b'"}]')),
    block(masked(TEXT, b'421["pick_racer",{"id":')),
    block(masked(TEXT, b"4nonsense")),
)


@kind("messages that are not what their name says, and packets that are none", goal=True)
async def malformed(target: Target, number: int) -> None:
    await (await target.enter(number)).flood(_malformed[number % len(_malformed)])


_acks = block(masked(TEXT, b"431[]"), masked(TEXT, b"4399999999[]"))
_engine = block(masked(TEXT, b"6"), masked(TEXT, b"3"))
_big = masked(TEXT, b'421["say",{"id":"command-00000001","text":"' + b"x" * 900_000 + b'"}]')


@kind("acknowledgements of nothing", goal=True)
async def acks(target: Target, number: int) -> None:
    await (await target.enter(number)).flood(_acks)


@kind("packets of the transport: pongs and no-ops", goal=True)
async def engine_packets(target: Target, number: int) -> None:
    await (await target.enter(number)).flood(_engine)


@kind("messages of 900 KB")
async def big_messages(target: Target, number: int) -> None:
    await (await target.enter(number)).flood(_big)


_records = [b"\x1e".join([b'42["x"]'] * records) for records in RECORDS]


@kind(f"POSTs of {RECORDS[0]:,} records, and of {RECORDS[1]:,}", goal=True)
async def post_records(target: Target, number: int) -> None:
    link, sid = await target.polling(number)
    path = f"{POLLING}&sid={sid}"
    try:
        await link.send(request(path, method="POST", body=b"40"))
        await link.until(b"ok")
        await link.flood(request(path, method="POST", body=_records[number % 2]))
    finally:
        link.close()


@kind("attempts to recover what is another's", goal=True)
async def recover_attempts(target: Target, number: int) -> None:
    auth = b'{"pid":"%s","offset":"%s","room":"%s","token":"%s"}'
    room = random.choice(target.rooms).encode()
    claims = [auth % (token()[:20].encode(), token()[:16].encode(), room, token().encode()) for _ in range(50)]
    frames = [frame for claim in claims for frame in (masked(TEXT, b"41"), masked(TEXT, b"40" + claim))]
    await (await target.enter(number, claims[0])).flood(b"".join(frames))


# -- Events of the game ----------------------------------------------------------------------------------------------


async def flood_of(target: Target, number: int, data: bytes, *, room: bool = False, **fields: object) -> None:
    """Enter, make a room if wanted, and send a block for ever."""
    link = await target.enter(number)
    try:
        if room:
            about = {"token": token(), "device": token(), "name": f"Mallory {number}", "listing": "unlisted", **fields}
            await link.send(masked(TEXT, event("create_room", 0, **about)))
            async with asyncio.timeout(10):
                await link.until(b"430[")
        await link.flood(data)
    except TimeoutError:
        target.got["no room within 10 s"] += 1
    finally:
        link.close()


@kind("asking for the time", goal=True)
async def sync_clock(target: Target, number: int) -> None:
    await flood_of(target, number, block(*(masked(TEXT, event("sync_clock", at)) for at in range(50))))


@kind("asking for all that was missed, in a room", goal=True)
async def catch_up(target: Target, number: int) -> None:
    data = block(*(masked(TEXT, event("catch_up", at, version=0)) for at in range(50)))
    await flood_of(target, number, data, room=True)


@kind("searches among 9,500 rooms over the socket", goal=True, rooms=MANY)
async def watch_lobby(target: Target, number: int) -> None:
    looks = (event("watch_lobby", at, query=random.choice(ALPHABET).lower(), limit=50) for at in range(50))
    await flood_of(target, number, block(*(masked(TEXT, look) for look in looks)))


@kind("changes of a room's password", 16)
async def password_changes(target: Target, number: int) -> None:
    changes = (event("change_settings", at, password=f"password {at}") for at in range(50))
    await flood_of(target, number, block(*(masked(TEXT, change) for change in changes)), room=True)


@kind("wrong passwords for a room that has one")
async def wrong_passwords(target: Target, number: int) -> None:
    room = target.rooms[0]
    tries = (
        event("join_room", at, room=room, token=token(), device=token(), name="Mallory", password=f"guess {at}")
        for at in range(50)
    )
    await flood_of(target, number, block(*(masked(TEXT, one) for one in tries)))


@kind("codes tried by coming back to them")
async def scan_by_resume(target: Target, number: int) -> None:
    tries = (event("resume_room", at, room=code(), token=token()) for at in range(400))
    await flood_of(target, number, block(*(masked(TEXT, one) for one in tries)))


@kind("codes tried by opening them again")
async def scan_by_reopen(target: Target, number: int) -> None:
    tries = (event("reopen_room", at, room=code(), token=token(), device=token(), name="M") for at in range(400))
    await flood_of(target, number, block(*(masked(TEXT, one) for one in tries)))


# -- HTTP ------------------------------------------------------------------------------------------------------------


async def ask_for_ever(target: Target, number: int, *requests: bytes) -> None:
    """Send requests on one connection, each when the one before is answered."""
    link = await target.call(number)
    try:
        while True:
            for one in requests:
                await link.send(one)
                async with asyncio.timeout(10):
                    await link.read()
    except TimeoutError:
        target.got["no answer within 10 s"] += 1
    finally:
        link.close()


@kind("codes tried by asking for the races of rooms")
async def scan_by_rest(target: Target, number: int) -> None:
    await ask_for_ever(target, number, *(request(f"/api/rooms/{code()}/races") for _ in range(50)))


@kind("searches among 9,500 rooms over REST", 40, rooms=MANY)
async def rest_searches(target: Target, number: int) -> None:
    paths = (f"/api/rooms?query={random.choice(ALPHABET).lower()}&limit=50" for _ in range(50))
    await ask_for_ever(target, number, *map(request, paths))


@kind("handshakes again and again, over both transports")
async def reconnects(target: Target, number: int) -> None:
    if number % 2:
        (await target.enter(number)).close()
    else:
        (await target.polling(number))[0].close()


@kind("connections that say nothing, or half a request", 2_000)
async def idle_connections(target: Target, number: int) -> None:
    link = await target.call(number % 4)
    await link.send((b"", b"GET /socket.io/?EIO=4&tr", b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")[number % 3])
    await link.drain()
    link.close()


@kind("headers that come a byte at a time", 200)
async def slow_headers(target: Target, number: int) -> None:
    link = await target.call(number)
    reading = asyncio.create_task(link.drain())
    try:
        await link.send(b"GET / HTTP/1.1\r\nHost: h\r\nX-Slow: ")
        while not reading.done():
            await link.send(b"x")
            await asyncio.wait((reading,), timeout=0.25)
    finally:
        reading.cancel()
        link.close()


@kind("clients that ask and never read")
async def never_reading(target: Target, number: int) -> None:
    link = await target.enter(number, receive_buffer=8_192)
    looks = b"".join(masked(TEXT, event("watch_lobby", at, limit=50)) for at in range(50))
    writing = asyncio.create_task(link.send(looks * 2_000))
    try:
        while link.established and not writing.done():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.1)
        target.got["cut off while deaf"] += 1
    finally:
        writing.cancel()
        link.close()


@kind("attachments that never come all")
async def attachment_bombs(target: Target, number: int) -> None:
    link = await target.enter(number)
    size = 99_000 * (1 + number % 2)
    frame = masked(BINARY, bytes(size))
    try:
        await link.send(masked(TEXT, b'4510-["say"]') + frame * 9 + frame[: size // 2])
        await link.drain()
    finally:
        link.close()


@kind("upgrades to WebSocket that are never finished")
async def upgrades(target: Target, number: int) -> None:
    link, sid = await target.polling(number)
    try:
        for _ in range(50):
            other = await target.call(number)
            try:
                await other.send(request(f"{SOCKET}&sid={sid}", *UPGRADE))
                async with asyncio.timeout(10):
                    await other.until(b"\r\n\r\n")
                await other.send(masked(TEXT, b"2probe") * 50)
            finally:
                other.close()
    except TimeoutError:
        target.got["no answer within 10 s"] += 1
    finally:
        link.close()


@kind("requests sent without waiting for answers")
async def pipelined(target: Target, number: int) -> None:
    await (await target.call(number)).flood(block(request("/healthz"), request("/api/rooms?limit=50")))


@kind("an address of its own out of one IPv6 network for every request, behind a proxy that is trusted")
async def many_addresses(target: Target, number: int) -> None:
    def address() -> str:
        return f"2001:db8:0:{random.getrandbits(16):x}::{random.getrandbits(32) >> 16:x}:{random.getrandbits(16):x}"

    paths = (f"/api/rooms/{code()}/races" for _ in range(200))
    # From the address that the server trusts.
    alone = Target(target.port, ["127.0.0.1"], target.rooms)
    alone.got = target.got
    await ask_for_ever(alone, number, *(request(path, f"X-Forwarded-For: {address()}") for path in paths))


@kind("requests under another name, as after DNS rebinding")
async def rebinding(target: Target, number: int) -> None:
    page = request("/", host="evil.example")
    socket = request(POLLING, "Origin: http://evil.example", host="evil.example")
    await ask_for_ever(target, number, page, socket)


@kind("POSTs from another site's page, without a token")
async def cross_site_posts(target: Target, number: int) -> None:
    body = b'{"code":"AAAAAAAA"}'
    headers = ("Origin: http://evil.example", "Content-Type: text/plain", "Sec-Fetch-Site: cross-site")
    await ask_for_ever(target, number, request("/api/profiles/me/move", *headers, method="POST", body=body))


async def for_ever(act: Act, target: Target, number: int) -> None:
    """Attack, again and again; a server that does not let one in is asked again a little later."""
    while True:
        try:
            await act(target, number)
            target.got["came again"] += 1
        except (Gone, OSError):
            await asyncio.sleep(0.05)
