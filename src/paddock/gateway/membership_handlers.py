"""Handlers of the messages that begin or end membership: create, join, resume, reopen and leave a room, and catch up.

The domain decides who may enter; a handler seats the client and sends the view. Passwords are the exception: a check
takes long and is queued, so it happens here, before the command. A room that does not exist or is closed gets the same
reply after the same work as a wrong password. Only its founder, known by seat token or device, learns that a room is
closed. A returning client is known by the session of its seat token. No room is read for a token whose session names
another room, so the code in the message reveals nothing (`docs/decisions/0027-no-oracle.md`).
"""

from __future__ import annotations

from msgspec.structs import replace

from paddock.domain import commands as c
from paddock.domain.hosting import is_founder
from paddock.domain.ids import PlayerId, RoomId
from paddock.domain.names import clean_name
from paddock.domain.refusals import Refusal
from paddock.domain.room import Closed, Room
from paddock.domain.settings import Listing, Pace, Settings
from paddock.gateway import messages as m
from paddock.gateway.fanout import Fanout
from paddock.gateway.guesses import Guess, RoomGuesses
from paddock.gateway.rate_limits import GatewayAllowances
from paddock.gateway.sessions import Client, TokenHasher, buffering, owner_of
from paddock.gateway.view_loader import ViewLoader
from paddock.service.passwords import Passwords
from paddock.service.presence import Presence
from paddock.service.rooms import Rooms
from paddock.service.work_queue import OwnerGone
from paddock.service.work_schedule import QueueFull
from paddock.stores.contract import Stored

Answer = m.Reply | Refusal


class MembershipHandlers:
    """Handles messages about membership of rooms."""

    def __init__(
        self,
        rooms: Rooms,
        presence: Presence,
        fanout: Fanout,
        view_loader: ViewLoader,
        hasher: TokenHasher,
        allowances: GatewayAllowances,
        passwords: Passwords,
        *,
        defaults: Settings,
        pace: Pace,
    ) -> None:
        self._rooms = rooms
        self._presence = presence
        self._fanout = fanout
        self._hasher = hasher
        self._allowances = allowances
        self._guesses = RoomGuesses(allowances, hasher.guess)
        self._defaults = defaults
        self._pace = pace
        self._view_loader = view_loader
        self.passwords = passwords

    async def create(self, client: Client, message: m.CreateRoom) -> Answer:
        """Create a room and seat its founder."""
        keys = self._hasher.keys(message.token, message.device, client.source)
        session = await self._rooms.session(keys.token)
        if session is not None:
            # A retry after a lost acknowledgement: the token has its room already.
            return await self._enter(client, session.room, session.player, keys.token)
        if not await self._allowances.rooms_per_ip.take(client.source, self._rooms.clock()):
            return Refusal.TOO_MANY
        settings = replace(
            self._defaults, title=message.title, listing=message.listing, rule=message.rule, track=message.track
        )
        password = await self.passwords.hash(message.password, owner_of(client)) if message.password else None
        founder = self._rooms.random.player_id()
        opened = await self._rooms.open(founder, message.name, keys, settings, self._pace, password)
        if isinstance(opened, Refusal):
            return opened
        return await self._enter(client, opened, founder, keys.token)

    async def join(self, client: Client, message: m.JoinRoom) -> Answer:
        """Add a player to a room, or return it to the seat of its token."""
        keys = self._hasher.keys(message.token, message.device, client.source)
        stored = await self._rooms.load(message.room)
        known = stored.room.by_token(keys.token) if stored is not None else None
        if known is not None:
            return await self._enter(client, message.room, known.player, keys.token, stored)
        room = stored.room if stored is not None else None
        if room is not None and isinstance(room.phase, Closed):
            if is_founder(room, keys):
                return Refusal.CLOSED
            room = None
        if clean_name(message.name) is None:
            return Refusal.BAD_NAME  # for every code alike: a later refusal would reveal that the room exists
        refusal = await self._check_access(client, room, message)
        if refusal is not None:
            return refusal
        player = self._rooms.random.player_id()
        joined = await self._rooms.submit(
            message.room, c.JoinRoom(player, message.name, keys, message.seated, self._rooms.node), message.id
        )
        if isinstance(joined, Refusal):
            return Refusal.NO_ROOM if joined is Refusal.CLOSED else joined
        stored = await self._rooms.load(message.room)
        member = stored.room.by_token(keys.token) if stored is not None else None
        if member is None:
            return Refusal.NOT_IN_ROOM
        return await self._enter(client, message.room, member.player, keys.token, stored)

    async def resume(self, client: Client, message: m.ResumeRoom) -> Answer:
        """Return a client to the seat of its token, with the entries it missed or a new view."""
        token = self._hasher.token(message.token)
        session = await self._rooms.session(token)
        if session is None or session.room != message.room:
            return await self._refuse_token(client.source, message.room, token)
        stored = await self._rooms.load(message.room)
        if stored is None:
            return Refusal.NO_ROOM
        member = stored.room.by_token(token)
        if member is None:
            return Refusal.CLOSED if isinstance(stored.room.phase, Closed) else _removal_reason(stored.room, token)
        with buffering(client):
            await self._seat(client, message.room, member.player, token, stored)
            entries = view = None
            if message.version is not None:
                entries = await self._view_loader.since(client, message.room, member.player, message.version)
            if entries is None:
                view = await self._view_loader.view(client, message.room, member.player)
        if entries is None:
            return (
                self._gone(client)
                if view is None
                else m.Resumed(entries=None, view=view, now=self._rooms.now(stored.room))
            )
        self._fanout.show_race(client, stored.room)
        return m.Resumed(entries=entries, view=None, now=self._rooms.now(stored.room))

    async def reopen(self, client: Client, message: m.ReopenRoom) -> Answer:
        """Reopen an expired room for its founder."""
        keys = self._hasher.keys(message.token, message.device, client.source)
        now = self._rooms.clock()
        if not await self._allowances.unknown_tokens_per_ip.take(client.source, now):
            return Refusal.TOO_MANY
        stored = await self._rooms.load(message.room)
        if stored is None or not (is_founder(stored.room, keys) or stored.room.by_token(keys.token)):
            return Refusal.NO_ROOM
        await self._allowances.unknown_tokens_per_ip.give_back(client.source, now)
        player = self._rooms.random.player_id()
        command = c.ReopenRoom(player, message.name, keys, self._rooms.fresh(), self._rooms.node)
        reopened = await self._rooms.submit(message.room, command, message.id)
        stored = await self._rooms.load(message.room)
        member = stored.room.by_token(keys.token) if stored is not None else None
        if isinstance(reopened, Refusal) and member is None:
            return reopened
        if member is None:
            return Refusal.NO_ROOM
        return await self._enter(client, message.room, member.player, keys.token, stored)

    async def leave(self, client: Client, message: m.LeaveRoom) -> Answer:
        """Give up the seat and leave the room."""
        room, player = client.room, client.player
        if room is None or player is None:
            return Refusal.NOT_IN_ROOM
        left = await self._rooms.submit(room, c.LeaveRoom(player), message.id)
        if isinstance(left, Refusal) and left is not Refusal.NOT_IN_ROOM:
            return left
        self._fanout.leave(client)
        return m.Reply()

    async def catch_up(self, client: Client, message: m.CatchUp) -> Answer:
        """Return the entries after a gap that the client found, or a new view."""
        if client.room is None or client.player is None:
            return Refusal.NOT_IN_ROOM
        entries = await self._view_loader.since(client, client.room, client.player, message.version)
        if entries is not None:
            return m.CaughtUp(entries=entries, view=None)
        view = await self._view_loader.view(client, client.room, client.player)
        return self._gone(client) if view is None else m.CaughtUp(entries=None, view=view)

    async def _enter(
        self, client: Client, room: RoomId, player: PlayerId, token: str, stored: Stored | None = None
    ) -> Answer:
        with buffering(client):
            await self._seat(client, room, player, token, stored)
            view = await self._view_loader.view(client, room, player)
        return self._gone(client) if view is None else m.Entered(view=view)

    async def _seat(self, client: Client, room: RoomId, player: PlayerId, token: str, stored: Stored | None) -> None:
        """Assign the seat to this connection; a connection has one seat, and a seat one connection.

        `stored` is the room if it was read a moment ago.
        """
        if (client.room, client.player) == (room, player):
            return
        client.allowance = token
        self._fanout.enter(client, room, player)
        stored = stored or await self._rooms.load(room)
        if stored is not None:
            await self._rooms.hold(token, stored.room, player, stored.version)
        await self._presence.arrived(room, player)

    def _gone(self, client: Client) -> Refusal:
        self._fanout.leave(client)
        return Refusal.NOT_IN_ROOM

    async def _check_access(self, client: Client, room: Room | None, message: m.JoinRoom) -> Refusal | None:
        """Refuse a wrong password and an unknown room alike; both are charged as a guess, a correct password is not.

        A listed room without password is open to all. An unlisted one is open to clients that know its code, while
        their source has guesses left.
        """
        now, source = self._rooms.clock(), client.source
        if room is not None and room.password is None:
            public = room.settings.listing is Listing.PUBLIC
            return None if public or await self._guesses.may_find(source, now) else Refusal.TOO_MANY
        guess = await self._guesses.take(source, message.room, message.password, now)
        if guess is Guess.REFUSED:
            return Refusal.TOO_MANY
        try:
            right = await self.passwords.check(
                room.password if room is not None else None, message.password, owner_of(client)
            )
        except (QueueFull, OwnerGone):
            return Refusal.BUSY  # the attempt stays charged, and a retry counts as a repetition of it
        if not right:
            return Refusal.NO_ROOM
        if guess is Guess.CHARGED:
            await self._guesses.give_back(source, message.room, now)
        return None

    async def _refuse_token(self, source: str, code: RoomId, token: str) -> Refusal:
        """Return the refusal for a token without a seat in the room; it tells a removed player that it was removed.

        Every other token gets the same reply, whether the room exists or not. Reading a room takes longer if it exists,
        so the number of reads per source is limited; beyond it the same reply is given without a read.
        """
        if not await self._allowances.unknown_tokens_per_ip.take(source, self._rooms.clock()):
            return Refusal.NOT_IN_ROOM
        stored = await self._rooms.load(code)
        return Refusal.NOT_IN_ROOM if stored is None else _removal_reason(stored.room, token)


def _removal_reason(room: Room, token: str) -> Refusal:
    """Return why a token has no seat any more."""
    if any(blocked.keys.token == token for blocked in room.blocked):
        return Refusal.BLOCKED
    if any(kicked.token == token for kicked in room.kicked):
        return Refusal.KICKED
    if isinstance(room.phase, Closed) and room.founder.token == token:
        return Refusal.CLOSED
    return Refusal.NOT_IN_ROOM
