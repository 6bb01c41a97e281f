"""The only emitter: entries off the feed become frames, made once per audience, for the sockets of this node.

It decides nothing about who may see what (`domain.views` does) and changes no room. A seat has one socket at a time:
the newest one gets it, and the one before is told `moved` once and closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from paddock.domain.event_views import own_entries, public_entry
from paddock.domain.events import Entry, LeftReason, MemberLeft, RaceFinished, RaceStarted, RoomClosed, SeatHeld
from paddock.domain.ids import PlayerId, RoomId
from paddock.domain.room import Racing, Room
from paddock.gateway import pushes
from paddock.gateway.frames import Frames
from paddock.gateway.lobby_subscriptions import LobbySubscriptions, room_of
from paddock.gateway.race_stream import RaceStream
from paddock.gateway.sessions import Client
from paddock.service.clock import Clock
from paddock.service.lobby import LobbyDelta
from paddock.service.presence import Presence
from paddock.service.rooms import Rooms
from paddock.socketio import Frame, Namespace, Socket
from paddock.stores.contract import Unsubscribe

_EXPELLED: Final[dict[LeftReason, Literal["kicked", "blocked", "away"]]] = {
    LeftReason.KICKED: "kicked",
    LeftReason.BLOCKED: "blocked",
    LeftReason.AWAY: "away",
}


class Fanout:
    """Delivers to the sockets of one namespace."""

    def __init__(
        self,
        namespace: Namespace,
        frames: Frames,
        rooms: Rooms,
        presence: Presence,
        subscriptions: LobbySubscriptions,
        clock: Clock,
    ) -> None:
        self._namespace = namespace
        self._rooms = rooms
        self._presence = presence
        self._frames = frames
        self._subscriptions = subscriptions
        self._feeds: dict[RoomId, Unsubscribe] = {}
        self._seats: dict[RoomId, dict[PlayerId, Client]] = {}
        self._degraded = False
        self._delayed = False
        self.race_stream = RaceStream(clock, self._send_segments)

    def enter(self, client: Client, room: RoomId, player: PlayerId) -> None:
        """Give the seat to this socket, whichever had it before, and deliver the room's entries to it."""
        self.leave(client)
        before = self._seats.get(room, {}).get(player)
        if before is not None:
            self._move(before)
        self._seats.setdefault(room, {})[player] = client
        client.room, client.player = room, player
        self._subscriptions.unsubscribe(client)
        client.socket.join(room)
        if room not in self._feeds:
            self._feeds[room] = self._rooms.subscribe(room, self.deliver)

    def leave(self, client: Client) -> None:
        """Deliver nothing of its room to this socket any more, and count one connection less."""
        room, player = client.room, client.player
        client.room = client.player = None
        if room is None or player is None:
            return
        client.socket.leave(room)
        seats = self._seats.get(room, {})
        if seats.get(player) is client:
            del seats[player]
        if not seats:
            self._seats.pop(room, None)
            self._feeds.pop(room)()
            self.race_stream.drop(room)
        self._presence.departed(room, player)

    def show_race(self, client: Client, room: Room) -> None:
        """Send what is out of a running race, so that whoever has just come lands at the live second."""
        if isinstance(room.phase, Racing):
            client.socket.send_frame(self._frames.push(self.race_stream.follow(room.room, room.phase)))

    def deliver(self, room: RoomId, entry: Entry) -> None:
        """Send one entry of a room's feed to its sockets here.

        One without events stands for entries that cannot be given: clients ask for a fresh view, which begins to follow
        the race that runs then, so the one that was followed ends here.
        """
        if not entry.events:
            self.race_stream.drop(room)
        own = own_entries(entry)
        public = self._frames.entry(room, public_entry(entry))
        seats = self._seats.get(room, {})
        mine = {seats[player].socket: self._frames.entry(room, view) for player, view in own.items() if player in seats}
        self._send(room, entry.version, public, mine)
        for event in entry.events:
            match event:
                case MemberLeft(player=player, reason=reason) if reason in _EXPELLED and player in seats:
                    self._expel(seats[player], _EXPELLED[reason])
                case SeatHeld(player=player, node=node) if node != self._rooms.node and player in seats:
                    self._move(seats[player])
                case RoomClosed():
                    for client in list(seats.values()):
                        self._expel(client, "closed")
                case RaceStarted(racing=racing):
                    self._send_segments(room, self.race_stream.follow(room, racing))
                case RaceFinished():
                    self.race_stream.drop(room)
                case _:
                    pass

    def gone(self, client: Client) -> None:
        """Note that a connection is no more."""
        self._subscriptions.unsubscribe(client)
        self.leave(client)

    def show_lobby(self, delta: LobbyDelta) -> int:
        """Send a change of a page of the room list to those who look at it, and say how many bytes each of them got."""
        message = pushes.LobbyChangedMessage(
            delta.subscription, delta.version, delta.changed, delta.gone, delta.total, delta.next
        )
        frame = self._frames.push(message)
        self._namespace.room(room_of(delta.subscription)).send(frame)
        return frame.size

    def let_go(self, sockets: Sequence[Socket], retry_ms: int) -> None:
        """Tell these sockets that this server stops and when to come back, and close their connections."""
        frame = self._frames.push(pushes.ClosingMessage(retry_ms))
        for socket in sockets:
            socket.send_frame(frame)
            socket.move()

    def say_degraded(self, degraded: bool) -> None:
        """Tell every socket that this server goes on by itself from now on, or no longer."""
        self._degraded = degraded
        self._namespace.send(self._frames.push(pushes.DegradedMessage(degraded)))

    def say_delayed(self, delayed: bool) -> None:
        """Tell every socket that recording takes longer than usual from now on, or no longer."""
        if delayed != self._delayed:
            self._delayed = delayed
            self._namespace.send(self._frames.push(pushes.DelayedMessage(delayed)))

    def greet(self, socket: Socket) -> None:
        """Tell a new connection what it could not have heard."""
        if self._degraded:
            socket.send_frame(self._frames.push(pushes.DegradedMessage(True)))
        if self._delayed:
            socket.send_frame(self._frames.push(pushes.DelayedMessage(True)))

    def _send(self, room: RoomId, version: int, public: Frame, mine: dict[Socket, Frame]) -> None:
        if not mine:
            for seated in self._seats.get(room, {}).values():
                if seated.buffered is not None or seated.told >= version:
                    break
            else:
                self._namespace.room(room).send(public)
                return
        for socket in self._namespace.room(room).sockets():
            frame = mine.get(socket, public)
            client = socket.data
            if not isinstance(client, Client):
                socket.send_frame(frame)
            elif client.buffered is not None:
                client.buffered.append((version, frame))
            elif client.told < version:
                socket.send_frame(frame)

    def _move(self, client: Client) -> None:
        """Tell a connection that its seat was opened elsewhere, and end it."""
        self.leave(client)
        client.socket.send_frame(self._frames.push(pushes.MovedMessage()))
        client.socket.disconnect()

    def _expel(self, client: Client, reason: Literal["kicked", "blocked", "closed", "away"]) -> None:
        client.socket.send_frame(self._frames.push(pushes.ExpelledMessage(reason)))
        self.leave(client)

    def _send_segments(self, room: RoomId, message: pushes.SegmentsMessage) -> None:
        self._namespace.room(room).send(self._frames.push(message))
