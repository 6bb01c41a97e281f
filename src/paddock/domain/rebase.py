"""Making one room of two that went on from the same one, each by itself: pure, and the same from either side.

Its laws (`tests/domain/test_rebase.py`): nothing recorded is lost; doing it once more changes nothing; there is exactly
one host while anybody is seated; it does not matter which side is named first. The side that holds the host *leads*:
its settings and its round go on. Everybody who is connected on either side is in the room afterwards, unless one side
shut them out; a race that runs on the other side is finished in the history, as its seed has it.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.json import Encoder
from msgspec.structs import replace

from paddock.domain import names
from paddock.domain.audit import KEPT as CHANGES_KEPT
from paddock.domain.chat import KEPT, ChatMessage
from paddock.domain.draft import Draft
from paddock.domain.events import LeftReason
from paddock.domain.finished import FinishedRace, finished
from paddock.domain.ids import Millis, PlayerId
from paddock.domain.membership import heir, remove
from paddock.domain.race import run
from paddock.domain.record import record
from paddock.domain.room import Blocked, Closed, Gathering, Keys, Member, Phase, Pick, Racing, Room, SettingChange
from paddock.domain.rounds import seed_of
from paddock.domain.settings import MAX_SHUT_OUT

_encode: Final = Encoder(order="deterministic").encode


class Side(Struct, frozen=True):
    """One copy of a room; `live` are the players who are connected to servers that kept this copy."""

    room: Room
    live: frozenset[PlayerId]
    chat: tuple[ChatMessage, ...] = ()


class Rebased(Struct, frozen=True):
    """The one room; `races` are those that were running on the side that does not lead, as they ended."""

    room: Room
    chat: tuple[ChatMessage, ...]
    races: tuple[FinishedRace, ...]


def rebase(one: Side, two: Side, now: Millis) -> Rebased:
    """Make one room of two copies at the moment `now`."""
    blocked = _blocked(one.room, two.room)
    kicked = _kicked(one.room, two.room)
    out = {keys.token for keys in (*(one.keys for one in blocked), *kicked)}
    one, two = _without(one, _left(one, two), out, now), _without(two, _left(two, one), out, now)
    lead, other = (one, two) if _rank(one) >= _rank(two) else (two, one)
    level = _rank(one) == _rank(two)
    members = _members(lead, other, level=level, now=now)
    room = replace(
        lead.room,
        settings=replace(lead.room.settings, locked=lead.room.settings.locked or other.room.settings.locked),
        members=members,
        blocked=blocked,
        kicked=kicked,
        rounds=max(one.room.rounds, two.room.rounds),
        opened_at=min(one.room.opened_at, two.room.opened_at),
        active_at=max(one.room.active_at, two.room.active_at),
        empty_since=min((at for at in (one.room.empty_since, two.room.empty_since) if at is not None), default=None),
    )
    races = _finished(lead.room, other.room)
    # A race that is finished now takes along what was changed on its side before it.
    changes = _changes(lead.room, lead.room if races else other.room)
    room = replace(room, phase=_phase(lead, other, room, level=level), changes=changes)
    hosts = sorted([lead.room.host, other.room.host], key=_encode) if level else [lead.room.host]
    return Rebased(_with_host(room, hosts, now), _chat(one.chat, two.chat), races)


def _rank(side: Side) -> tuple[bool, bool, int, int, int, int, bytes]:
    """Say how good a side's claim to lead is; what is taken from the leading side alone settles a draw.

    What is made of two sides ranks as high as the better one, so that doing it again changes nothing.
    """
    room = side.room
    host = room.members.get(room.host) if room.host is not None else None
    held = host is not None and host.player in side.live
    return (
        not isinstance(room.phase, Closed),
        held,
        -host.joined_at if host is not None and held else 0,
        room.rounds,
        room.active_at,
        len(side.live),
        _encode((_bare(room.phase), replace(room.settings, locked=False), room.password, room.pace, room.founder)),
    )


def _bare(phase: Phase) -> Phase:
    return replace(phase, picks={}, votes={}) if isinstance(phase, Gathering) else phase


def _blocked(one: Room, two: Room) -> tuple[Blocked, ...]:
    """Everybody whom either side blocked; the name that was noted first in the alphabet, if they differ."""
    found: dict[bytes, Blocked] = {}
    for blocked in sorted((*one.blocked, *two.blocked), key=_encode):
        found.setdefault(_encode(blocked.keys), blocked)
    first = {_encode(blocked.keys): place for room in (two, one) for place, blocked in enumerate(room.blocked)}
    order = sorted(found, key=lambda keys: (min(first[keys], MAX_SHUT_OUT), keys))
    return tuple(found[keys] for keys in order)[-MAX_SHUT_OUT:]


def _kicked(one: Room, two: Room) -> tuple[Keys, ...]:
    """Everybody whom either side sent out, if both are in the same round, else whom the later one did."""
    latest = max(one.rounds, two.rounds)
    found = {_encode(keys): keys for room in (one, two) if room.rounds == latest for keys in room.kicked}
    return tuple(found[key] for key in sorted(found))[-MAX_SHUT_OUT:]


def _left(side: Side, other: Side) -> set[PlayerId]:
    """Name those whom this side alone has, as connected, though they are not: they were on the other side, and left."""
    return {
        member.player
        for member in side.room.members.values()
        if member.player not in other.room.members and member.away_since is None and member.player not in side.live
    }


def _without(side: Side, left: set[PlayerId], out: set[str], now: Millis) -> Side:
    """Give a side without those who left or are shut out; what they had at stake goes as for any leaver."""
    draft = Draft(side.room, now)
    for member in side.room.members.values():
        if member.player in left or member.keys.token in out:
            remove(draft, member, LeftReason.LEFT)
    return replace(side, room=draft.room, live=side.live & draft.room.members.keys())


def _members(lead: Side, other: Side, *, level: bool, now: Millis) -> dict[PlayerId, Member]:
    chosen: list[Member] = []
    for player in lead.room.members.keys() | other.room.members.keys():
        ours, theirs = lead.room.members.get(player), other.room.members.get(player)
        member = _pick_of_two(ours, theirs, player in lead.live, player in other.live, level=level)
        if player in lead.live or player in other.live:
            member = replace(member, away_since=None)
        elif member.away_since is None:
            member = replace(member, away_since=now)
        chosen.append(member)
    members: dict[PlayerId, Member] = {}
    taken: list[str] = []
    for member in sorted(chosen, key=lambda member: (member.joined_at, member.player)):
        name = names.unique(member.name, taken)
        taken.append(name)
        members[member.player] = member if name == member.name else replace(member, name=name)
    return members


def _pick_of_two(ours: Member | None, theirs: Member | None, here: bool, there: bool, *, level: bool) -> Member:
    if ours is None or theirs is None:
        known = ours or theirs
        assert known is not None  # noqa: S101 - one of them is a member
        return known
    if here != there:
        return ours if here else theirs
    return max(ours, theirs, key=_encode) if level else ours


def _phase(lead: Side, other: Side, room: Room, *, level: bool) -> Phase:
    """Give the leading side's phase; people who pick at the same gate on both sides keep their picks and votes."""
    ours, theirs = lead.room.phase, other.room.phase
    if not isinstance(ours, Gathering):
        return ours
    together = isinstance(theirs, Gathering) and (theirs.race, theirs.lineup) == (ours.race, ours.lineup)
    picks: dict[PlayerId, Pick] = {}
    votes: dict[PlayerId, int] = {}
    for player, member in room.members.items():
        if not member.seated:
            continue
        sides = [ours] if not (together and isinstance(theirs, Gathering)) else [ours, theirs]
        if len(sides) == 2 and (player in lead.live) != (player in other.live):
            sides = sides[:1] if player in lead.live else sides[1:]
        found = [side.picks[player] for side in sides if player in side.picks]
        cast = [side.votes[player] for side in sides if player in side.votes]
        if found:
            picks[player] = max(found, key=_encode) if level else found[0]
        if cast:
            votes[player] = max(cast) if level else cast[0]
    return replace(ours, picks=picks, votes=votes)


def _with_host(room: Room, hosts: list[PlayerId | None], now: Millis) -> Room:
    """Give the room exactly one host, if anybody is seated: the first of those named who is, or an heir."""
    seated = {member.player for member in room.seated()}
    host = next((host for host in hosts if host in seated), None) or heir(room)
    empty = (room.empty_since if room.empty_since is not None else now) if not seated else None
    return replace(room, host=host, empty_since=empty)


def _finished(lead: Room, other: Room) -> tuple[FinishedRace, ...]:
    """Finish the race that runs on the other side, unless it is the same that runs on the leading one."""
    phase = other.phase
    if not isinstance(phase, Racing):
        return ()
    if isinstance(lead.phase, Racing) and lead.phase.heat.card.race == phase.heat.card.race:
        return ()
    heat = phase.heat
    seed = seed_of(heat.root, heat.card.runoff)
    race = run(heat.card, phase.book, seed)
    rule = heat.card.draw.rule
    kept = record(
        heat.card, phase.book, seed, race, room=other.room, rule=rule, starts_at=phase.starts_at, names=heat.names
    )
    return (finished(other, kept),)


def _changes(one: Room, two: Room) -> tuple[SettingChange, ...]:
    found = {_encode(change): change for change in (*one.changes, *two.changes)}
    return tuple(found[key] for key in sorted(found, key=lambda key: (found[key].at, key)))[-CHANGES_KEPT:]


def _chat(one: tuple[ChatMessage, ...], two: tuple[ChatMessage, ...]) -> tuple[ChatMessage, ...]:
    """Give everything that was said, in the order of its moments; versions stay what tells messages apart."""
    found: dict[bytes, ChatMessage] = {}
    for message in (*one, *two):
        key = _encode((message.at, message.player, message.text))
        before = found.get(key)
        if before is None or message.version < before.version:
            found[key] = message
    said = [found[key] for key in sorted(found, key=lambda key: (found[key].at, found[key].version, key))][-KEPT:]
    for place in range(len(said) - 2, -1, -1):
        if said[place].version >= said[place + 1].version:
            said[place] = replace(said[place], version=said[place + 1].version - 1)
    return tuple(said)
