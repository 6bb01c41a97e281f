"""Coming, going and the crown: who may enter, what a leaver takes along, who is host next."""

from __future__ import annotations

from paddock.domain import commands as c
from paddock.domain import events as e
from paddock.domain import names, picking
from paddock.domain.draft import Draft
from paddock.domain.ids import Millis, PlayerId
from paddock.domain.refusals import Refusal
from paddock.domain.room import Blocked, Closed, Drawing, Gathering, Keys, Member, Room
from paddock.domain.settings import MAX_SHUT_OUT, MAX_SPECTATORS

Decision = tuple[e.Event, ...] | Refusal


def join(room: Room, command: c.JoinRoom, now: Millis) -> Decision:
    """Let somebody in, or back to the seat their token holds, which nothing but a block prevents."""
    if isinstance(room.phase, Closed):
        return Refusal.CLOSED
    known = room.by_token(command.keys.token)
    if known is not None:
        return come_back(room, c.ComeBack(known.player), now)
    refusal = _door(room, command)
    if refusal is not None:
        return refusal
    name = names.clean_name(command.name)
    if name is None:
        return Refusal.BAD_NAME
    draft = Draft(room, now)
    welcome(draft, command.player, name, command.keys, seated=command.seated, node=command.node)
    return picking.settle_deadline(draft).events


def welcome(draft: Draft, player: PlayerId, name: str, keys: Keys, *, seated: bool, node: str = "") -> None:
    """Add somebody who has passed the door; the first one seated is host."""
    name = names.unique(name, [member.name for member in draft.room.members.values()])
    draft.add(e.MemberJoined(Member(player, name, seated, joined_at=draft.now, keys=keys, node=node)))
    if seated and draft.room.host is None:
        draft.add(e.CrownPassed(player))


def _door(room: Room, command: c.JoinRoom) -> Refusal | None:
    keys = command.keys
    if any(_recognised(room, blocked.keys, keys) for blocked in room.blocked):
        return Refusal.BLOCKED
    if any(kicked.token == keys.token or kicked.device == keys.device for kicked in room.kicked):
        return Refusal.KICKED
    if room.settings.locked:
        return Refusal.LOCKED
    return seat_refusal(room, keys) if command.seated else _watch_refusal(room)


def _recognised(room: Room, blocked: Keys, keys: Keys) -> bool:
    """Say whether these are the keys of a blocked person.

    An address alone gives somebody away only if nobody in the room shares it: an office has one address for all.
    """
    if blocked.token == keys.token or blocked.device == keys.device:
        return True
    shared = any(member.keys.address == keys.address for member in room.members.values())
    return blocked.address == keys.address and not shared


def seat_refusal(room: Room, keys: Keys) -> Refusal | None:
    """Say why somebody with these keys cannot sit down, or None when they can."""
    seated = room.seated()
    twin = any(member.keys.device == keys.device and member.keys.address == keys.address for member in seated)
    if room.settings.one_device and twin:
        return Refusal.ONE_DEVICE
    if len(seated) >= room.settings.capacity:
        return Refusal.ROOM_FULL
    return None


def _watch_refusal(room: Room) -> Refusal | None:
    watching = sum(not member.seated for member in room.members.values())
    return Refusal.NO_SPACE_TO_WATCH if watching >= MAX_SPECTATORS else None


def leave(room: Room, command: c.LeaveRoom, now: Millis) -> Decision:
    """Let somebody go for good."""
    return part(room, command.player, e.LeftReason.LEFT, now)


def part(room: Room, player: PlayerId, reason: e.LeftReason, now: Millis) -> Decision:
    """Remove a member, with their pick and vote unless the countdown has begun, and pass the crown on."""
    draft = Draft(room, now)
    remove(draft, room.members[player], reason)
    return draft.events


def remove(draft: Draft, member: Member, reason: e.LeftReason) -> None:
    """Add to a draft that a member is gone, and all that follows from it."""
    was_drawing = _in_draw(draft.room, member.player)
    picking.forgo(draft, member.player)
    draft.add(e.MemberLeft(member.player, member.name, reason, member.keys))
    _vacate(draft, member.player, was_drawing=was_drawing)


def _in_draw(room: Room, player: PlayerId) -> bool:
    return isinstance(room.phase, Drawing) and player in room.phase.picks


def _vacate(draft: Draft, player: PlayerId, *, was_drawing: bool) -> None:
    if draft.room.host == player:
        draft.add(e.CrownPassed(heir(draft.room)))
    if was_drawing:
        picking.draw_again(draft)
    picking.settle_deadline(draft)


def heir(room: Room) -> PlayerId | None:
    """Name who is host next: the longest seated among the connected, else among all, else nobody."""
    seated = room.seated()
    connected = [member.player for member in seated if member.away_since is None]
    return next(iter([*connected, *(member.player for member in seated)]), None)


def go_away(room: Room, command: c.GoAway, now: Millis) -> Decision:
    """Note that a member's last connection is gone; their seat is held for its grace."""
    if room.members[command.player].away_since is not None:
        return ()
    return (e.MemberWentAway(command.player),)


def come_back(room: Room, command: c.ComeBack, now: Millis) -> Decision:
    """Note that a member is connected again."""
    if room.members[command.player].away_since is None:
        return ()
    return (e.MemberCameBack(command.player),)


def hold_seat(room: Room, command: c.HoldSeat, now: Millis) -> Decision:
    """Note which server has a member's connection; where a room is at home follows from it (`home`)."""
    if room.members[command.player].node == command.node:
        return ()
    return (e.SeatHeld(command.player, command.node),)


def release(room: Room, command: c.ReleaseSeat, now: Millis) -> Decision:
    """Give up the seat of somebody who has been away longer than the grace."""
    member = room.members.get(command.player)
    if member is None or member.away_since is None or now < member.away_since + room.pace.seat_grace_ms:
        return Refusal.NOTHING_OWED
    return part(room, member.player, e.LeftReason.AWAY, now)


def pass_crown(room: Room, command: c.PassCrown, now: Millis) -> Decision:
    """Give the crown of a host who has been away longer than the grace to the longest seated who is connected."""
    host = room.members.get(room.host) if room.host is not None else None
    if host is None or host.away_since is None or now < host.away_since + room.pace.host_grace_ms:
        return Refusal.NOTHING_OWED
    to = heir(room)
    if to is None or room.members[to].away_since is not None:
        return Refusal.NOTHING_OWED
    return (e.CrownPassed(to),)


def rename(room: Room, command: c.RenamePlayer, now: Millis) -> Decision:
    """Give a member another name, with a number when it looks like somebody else's."""
    name = names.clean_name(command.name)
    if name is None:
        return Refusal.BAD_NAME
    taken = [member.name for member in room.members.values() if member.player != command.player]
    name = names.unique(name, taken)
    return () if name == room.members[command.player].name else (e.MemberRenamed(command.player, name),)


def take_seat(room: Room, command: c.TakeSeat, now: Millis) -> Decision:
    """Let a spectator sit down; locking the room does not concern those who are in it."""
    member = room.members[command.player]
    if member.seated:
        return ()
    refusal = seat_refusal(room, member.keys)
    if refusal is not None:
        return refusal
    draft = Draft(room, now)
    draft.add(e.SeatTaken(member.player))
    if draft.room.host is None:
        draft.add(e.CrownPassed(member.player))
    return picking.settle_deadline(draft).events


def give_up_seat(room: Room, command: c.GiveUpSeat, now: Millis) -> Decision:
    """Let a seated player watch; what they picked goes as if they had left."""
    member = room.members[command.player]
    if not member.seated:
        return ()
    refusal = _watch_refusal(room)
    if refusal is not None:
        return refusal
    draft = Draft(room, now)
    was_drawing = _in_draw(room, member.player)
    picking.forgo(draft, member.player)
    draft.add(e.SeatGivenUp(member.player))
    _vacate(draft, member.player, was_drawing=was_drawing)
    return draft.events


def kick(room: Room, command: c.Kick, now: Millis) -> Decision:
    """Send somebody out for this round."""
    if command.whom == command.player:
        return Refusal.NOT_YOURSELF
    if command.whom not in room.members:
        return Refusal.NO_SUCH_PLAYER
    return part(room, command.whom, e.LeftReason.KICKED, now)


def block(room: Room, command: c.Block, now: Millis) -> Decision:
    """Send somebody out for good; a list that is full lets the one who has been on it longest in again."""
    if command.whom == command.player:
        return Refusal.NOT_YOURSELF
    member = room.members.get(command.whom)
    if member is None:
        return Refusal.NO_SUCH_PLAYER
    draft = Draft(room, now)
    if len(room.blocked) >= MAX_SHUT_OUT:
        draft.add(e.MemberUnblocked(0))
    draft.add(e.MemberBlocked(Blocked(member.name, member.keys)))
    remove(draft, member, e.LeftReason.BLOCKED)
    return draft.events


def unblock(room: Room, command: c.Unblock, now: Millis) -> Decision:
    """Let a blocked person in again."""
    if not 0 <= command.place < len(room.blocked):
        return Refusal.NO_SUCH_PLAYER
    return (e.MemberUnblocked(command.place),)


def hand_over(room: Room, command: c.HandOver, now: Millis) -> Decision:
    """Give the crown to another seated player."""
    if command.to == command.player:
        return Refusal.NOT_YOURSELF
    member = room.members.get(command.to)
    if member is None:
        return Refusal.NO_SUCH_PLAYER
    return (e.CrownPassed(command.to),) if member.seated else Refusal.NOT_SEATED


def is_gathering(room: Room) -> bool:
    """Say whether no round is being settled: picks can still change, and the room may be closed."""
    return isinstance(room.phase, Gathering)
