"""From messages to commands: what a client asks while it is in a room; who asks is taken from its session alone."""

from __future__ import annotations

from msgspec import UNSET
from msgspec.structs import replace

from paddock.domain import commands as c
from paddock.domain.ids import PlayerId, RoomId
from paddock.domain.refusals import Refusal
from paddock.domain.settings import Settings
from paddock.gateway import messages as m
from paddock.gateway.lobby_subscriptions import LobbySubscriptions
from paddock.gateway.membership_handlers import Answer, MembershipHandlers
from paddock.gateway.rate_limits import GatewayAllowances
from paddock.gateway.sessions import Client, owner_of
from paddock.service.room_list import parse_query
from paddock.service.rooms import Rooms
from paddock.service.work_queue import WorkQueue
from paddock.stores.contract import Stored


class Handlers:
    """Answers every message of `messages.CLIENT_MESSAGES`."""

    def __init__(
        self,
        rooms: Rooms,
        membership: MembershipHandlers,
        subscriptions: LobbySubscriptions,
        allowances: GatewayAllowances,
        searches: WorkQueue,
    ) -> None:
        self._rooms = rooms
        self._membership = membership
        self._subscriptions = subscriptions
        self._allowances = allowances
        self._searches = searches

    async def handle(self, client: Client, message: m.ClientMessage) -> Answer:
        """Answer one message: a reply, or a refusal."""
        match message:
            case m.CreateRoom():
                return await self._membership.create(client, message)
            case m.JoinRoom():
                return await self._membership.join(client, message)
            case m.ResumeRoom():
                return await self._membership.resume(client, message)
            case m.ReopenRoom():
                return await self._membership.reopen(client, message)
            case m.LeaveRoom():
                return await self._membership.leave(client, message)
            case m.CatchUp():
                return await self._membership.catch_up(client, message)
            case m.SyncClock():
                return m.ClockSynced(now=self._rooms.calendar())
            case m.WatchLobby():
                return await self._watch_lobby(client, message)
            case m.UnwatchLobby():
                self._subscriptions.unsubscribe(client)
                return m.Reply()
            case _:
                return await self._command(client, message)

    async def _watch_lobby(self, client: Client, message: m.WatchLobby) -> Answer:
        now = self._rooms.clock()
        allowances = self._allowances
        if not (
            allowances.lobby_requests.take(client.allowance, now)
            and allowances.lobby_requests_per_ip.take(client.source, now)
        ):
            return Refusal.TOO_MANY
        wanted = parse_query(message.query, message.after, message.limit)
        found = None
        if wanted.text:
            async with self._searches.slot(owner_of(client)):
                found = await self._subscriptions.search(wanted)
        subscription = self._subscriptions.subscribe(client, wanted, found)
        page = subscription.page
        return m.LobbyShown(
            look=subscription.number, version=subscription.version, rooms=page.rooms, total=page.total, next=page.next
        )

    async def _command(self, client: Client, message: m.ClientMessage) -> Answer:
        room, player = client.room, client.player
        if room is None or player is None:
            return Refusal.NOT_IN_ROOM
        if isinstance(message, m.Say) and not self._allowances.chat.take(client.allowance, self._rooms.clock()):
            return Refusal.TOO_MANY
        command = (
            await self._change(client, room, player, message)
            if isinstance(message, m.ChangeSettings)
            else self._translate(player, message)
        )
        if isinstance(command, Refusal):
            return command
        outcome = await self._rooms.submit(room, command, message.id)
        return outcome if isinstance(outcome, Refusal) else m.Reply()

    def _translate(self, player: PlayerId, message: m.ClientMessage) -> c.PersonalCommand:
        match message:
            case m.PickRacer(racer=racer):
                return c.PickRacer(player, racer)
            case m.PickForMe():
                return c.PickForMe(player)
            case m.CastVote(rank=rank):
                return c.CastVote(player, rank)
            case m.SetReady(ready=ready):
                return c.SetReady(player, ready)
            case m.TakeSeat():
                return c.TakeSeat(player)
            case m.GiveUpSeat():
                return c.GiveUpSeat(player)
            case m.RenamePlayer(name=name):
                return c.RenamePlayer(player, name)
            case m.Say(text=text):
                return c.Say(player, text)
            case m.StartRace():
                return c.StartRace(player)
            case m.NextRound():
                return c.NextRound(player, self._rooms.fresh())
            case m.Kick(player=whom):
                return c.Kick(player, whom)
            case m.Block(player=whom):
                return c.Block(player, whom)
            case m.Unblock(place=place):
                return c.Unblock(player, place)
            case m.HandOver(player=to):
                return c.HandOver(player, to)
            case _:
                raise TypeError(f"no command for {type(message).__name__}")

    async def _change(
        self, client: Client, room: RoomId, player: PlayerId, message: m.ChangeSettings
    ) -> c.ChangeSettings | Refusal:
        """Fill in what the message leaves out; a new password is hashed only for the host."""
        found = await self._hosted(room, player)
        if isinstance(found, Refusal):
            return found
        password = None
        if message.password is not UNSET:
            hashed = await self._hash(client, room, player, message.password) if message.password else ""
            if isinstance(hashed, Refusal):
                return hashed
            password = hashed
        return c.ChangeSettings(player, _merged(found.room.settings, message), self._rooms.random.gate(), password)

    async def _hash(self, client: Client, room: RoomId, player: PlayerId, password: str) -> str | Refusal:
        """Hash a new password when its turn comes, unless its sender is not the host of the room any more by then."""
        now, allowances = self._rooms.clock(), self._allowances
        if not (
            allowances.password_changes.take(client.allowance, now)
            and allowances.password_changes_per_ip.take(client.source, now)
        ):
            return Refusal.TOO_MANY
        passwords = self._membership.passwords
        async with passwords.queue.slot(owner_of(client)) as slot:
            found = await self._hosted(room, player)
            return found if isinstance(found, Refusal) else await passwords.hash_in(slot, password)

    async def _hosted(self, room: RoomId, player: PlayerId) -> Stored | Refusal:
        """Give the room, if the player is its host."""
        stored = await self._rooms.load(room)
        if stored is None:
            return Refusal.NO_ROOM
        return stored if stored.room.host == player else Refusal.NOT_HOST


def _merged(settings: Settings, message: m.ChangeSettings) -> Settings:
    given = {name: getattr(message, name) for name in Settings.__struct_fields__}
    return replace(settings, **{name: value for name, value in given.items() if value is not UNSET})
