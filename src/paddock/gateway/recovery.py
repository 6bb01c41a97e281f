"""Connection-state recovery: what a returning Socket.IO client missed is the room's entries since its offset.

Nothing is remembered here. Who may come back is asked anew every time: the CONNECT payload must show room and seat
token (`auth: {room, token}` in the client's options); a `pid` alone, stolen or not, gets nothing. The offset is the
room and version of the last entry received; without one, recovery starts where the seat's last connection began. It
works after a restart and on another node, as far back as the room's log reaches.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Final

import msgspec
import structlog
from msgspec import Meta, Struct

from paddock.domain.ids import CODE_PATTERN, TOKEN_PATTERN, PlayerId, RoomId
from paddock.domain.room import Closed
from paddock.gateway.fanout import Fanout
from paddock.gateway.frames import Frames, version_at
from paddock.gateway.sessions import Client, TokenHasher
from paddock.gateway.view_loader import ViewLoader
from paddock.service.presence import Presence
from paddock.service.rooms import Rooms
from paddock.socketio import Frame, Socket
from paddock.stores.contract import StoreUnavailable

log = structlog.get_logger("paddock.gateway")

AGAIN_S: Final = (0.1, 0.3, 0.9)
"""Pauses before a store is asked again; with the calls themselves well within the five seconds of a recovery."""


class Claim(Struct, frozen=True):
    """What a returning client shows; other fields of the payload are none of our business."""

    room: Annotated[RoomId, Meta(pattern=CODE_PATTERN)]
    token: Annotated[str, Meta(pattern=TOKEN_PATTERN)]


class RoomRecovery:
    """Implements `paddock.socketio.Recovery` on rooms."""

    def __init__(
        self,
        rooms: Rooms,
        presence: Presence,
        fanout: Fanout,
        hasher: TokenHasher,
        frames: Frames,
        view_loader: ViewLoader,
    ) -> None:
        self._rooms = rooms
        self._presence = presence
        self._fanout = fanout
        self._hasher = hasher
        self._frames = frames
        self._view_loader = view_loader

    async def restore(self, pid: str, offset: str | None, auth: object, socket: Socket) -> Sequence[Frame] | None:
        """Give the seat back with the frames that were missed, or None: then the client starts afresh.

        A client cannot ask for this again on the same connection, so a store that comes to it too late is asked again.
        """
        for pause in AGAIN_S:
            try:
                return await self._restore(offset, auth, socket)
            except StoreUnavailable:
                await asyncio.sleep(pause)
        try:
            return await self._restore(offset, auth, socket)
        except StoreUnavailable as error:
            log.warning("recovery.store_unavailable", reason=str(error))
            return None

    async def _restore(self, offset: str | None, auth: object, socket: Socket) -> Sequence[Frame] | None:
        try:
            claim = msgspec.convert(auth, Claim)
        except msgspec.ValidationError:
            return None
        token = self._hasher.token(claim.token)
        session = await self._rooms.session(token)
        if session is None or session.room != claim.room:
            return None  # before the room is read: how long that takes would tell whether there is one
        stored = await self._rooms.load(claim.room)
        if stored is None or isinstance(stored.room.phase, Closed):
            return None
        member = stored.room.by_token(token)
        version = session.version if offset is None else version_at(claim.room, offset)
        if member is None or version is None or version > stored.version:
            return None
        return await self._take_seat(Client(socket), claim.room, member.player, token, version)

    async def _take_seat(
        self, client: Client, room: RoomId, player: PlayerId, token: str, version: int
    ) -> Sequence[Frame] | None:
        """Seat the client, then read what it missed; entries that come meanwhile are buffered, so none comes twice."""
        client.allowance = token
        client.socket.data = client
        try:
            frames = await self._missed(client, room, player, token, version)
        except BaseException:
            self._fanout.leave(client)
            raise
        if frames is None:
            self._fanout.leave(client)
        return frames

    async def _missed(
        self, client: Client, room: RoomId, player: PlayerId, token: str, version: int
    ) -> Sequence[Frame] | None:
        client.buffered = []
        self._fanout.enter(client, room, player)
        missed = await self._view_loader.missed(room, player, version)
        buffered, client.buffered = client.buffered, None
        if missed is None:
            return None
        client.told = last = missed[-1].version if missed else version
        frames = [self._frames.entry(room, view) for view in missed]
        frames += [frame for at, frame in buffered if at > last]
        stored = await self._rooms.load(room)
        if stored is not None:
            await self._rooms.hold(token, stored.room, player, last)
            self._fanout.show_race(client, stored.room)
        await self._presence.arrived(room, player)
        return frames
