"""What must not be told: the secrets of a room as they would stand in a message, and rooms that must look the same."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from paddock.domain import events as e
from paddock.domain.ids import Millis, PlayerId, Seed
from paddock.domain.race import MAX_RUNOFFS
from paddock.domain.room import Countdown, Drawing, Gathering, Keys, Pick, Podium, Racing, Room, RunOff
from paddock.domain.rounds import seed_of
from paddock.domain.views import own_view, public_view, summary

NO_KEYS = Keys("", "", "")


def shown(room: Room, version: int = 7) -> bytes:
    """All that anybody is sent of a room as it stands, own views included."""
    own = [own_view(room, player) for player in room.members]
    return msgspec.json.encode((public_view(room, version), summary(room), own))


def public(room: Room) -> bytes:
    """All that everybody is sent of a room as it stands."""
    return msgspec.json.encode((public_view(room, 7), summary(room)))


def hidden(room: Room) -> set[bytes]:
    """The secrets of a room in every form in which they could slip into a message."""
    texts = {text for keys in _keys(room) for text in (keys.token, keys.device, keys.address)}
    if room.password is not None:
        texts.add(room.password)
    if isinstance(room.phase, Racing):
        texts.add(str(room.phase.ends_at))
    root, secret_from = chain(room)
    found = {text.encode() for text in texts}
    if root is not None:
        found |= forms(root)
        for runoff in range(secret_from, MAX_RUNOFFS + 1):
            found |= forms(seed_of(root, runoff))
    return found


def chain(room: Room) -> tuple[Seed | None, int]:
    """The round's root, and the first heat whose seed is still secret."""
    match room.phase:
        case Gathering(root=root) | Drawing(root=root):
            return root, 0
        case Countdown(heat=heat) | Racing(heat=heat) | RunOff(heat=heat):
            return heat.root, heat.card.runoff
        case Podium(result=result, root=root):
            return root, result.card.runoff + 1
        case _:
            return None, 0


def forms(secret: bytes) -> set[bytes]:
    """A byte string as hexadecimal and as base64."""
    return {secret.hex().encode(), base64.b64encode(secret).rstrip(b"="), base64.urlsafe_b64encode(secret).rstrip(b"=")}


def lookalikes(room: Room) -> Iterator[Room]:
    """Rooms that differ from this one in nothing but what must not be told."""
    phase = room.phase
    if isinstance(phase, Gathering | Drawing):
        size = len(phase.lineup)
        turned = {player: Pick((pick.racer + 1) % size, not pick.blind) for player, pick in phase.picks.items()}
        yield replace(room, phase=replace(phase, picks=turned))
        yield replace(room, phase=replace(phase, votes=_passed_on(phase.votes)))
    if isinstance(phase, Racing):
        yield replace(room, phase=replace(phase, ends_at=Millis(phase.ends_at + 1)))
    unkeyed = {player: replace(member, keys=NO_KEYS) for player, member in room.members.items()}
    yield replace(room, members=unkeyed, founder=NO_KEYS, kicked=())
    if room.password is not None:
        yield replace(room, password="another")


def event_lookalikes(event: e.Event) -> Iterator[e.Event]:
    """Events that differ from this one in nothing but what must not be told to everybody."""
    match event:
        case e.MemberJoined(member=member):
            yield replace(event, member=replace(member, keys=NO_KEYS))
        case e.MemberLeft():
            yield replace(event, keys=NO_KEYS)
        case e.MemberBlocked(blocked=blocked):
            yield replace(event, blocked=replace(blocked, keys=NO_KEYS))
        case e.SettingsChanged(password=str()):
            yield replace(event, password="another")
        case e.RacerPicked(pick=pick):
            yield replace(event, pick=Pick(pick.racer + 1, not pick.blind))
        case e.VoteCast(rank=rank):
            yield replace(event, player=PlayerId("another"), rank=None if rank is not None else 1)
        case e.DrawStarted(picks=picks, votes=votes):
            turned = {player: Pick(pick.racer + 1, not pick.blind) for player, pick in picks.items()}
            yield replace(event, picks=turned, votes=_passed_on(votes))
        case e.RaceStarted(racing=racing):
            yield replace(event, racing=replace(racing, ends_at=Millis(racing.ends_at + 1)))
        case _:
            pass


def _passed_on(votes: dict[PlayerId, int]) -> dict[PlayerId, int]:
    """The same votes, each by the next voter."""
    ranks = list(votes.values())
    return dict(zip(votes, ranks[1:] + ranks[:1], strict=True))


def _keys(room: Room) -> Iterator[Keys]:
    yield room.founder
    yield from room.kicked
    yield from (member.keys for member in room.members.values())
    yield from (blocked.keys for blocked in room.blocked)
