"""What each audience may see of a room: the one place that decides it, with `event_views` for what happens in it.

A view is exactly what goes on the wire. Nothing in a public view is a secret in any phase: no root, no seed before the
finish, no pick before the countdown, no vote of anybody, no key, no password.
"""

from __future__ import annotations

from typing import assert_never

from msgspec import Struct

from paddock.domain.card import Card, Draw, Rule
from paddock.domain.dice import commitment
from paddock.domain.ids import Kind, Millis, PlayerId, RaceId, RoomId, Seed
from paddock.domain.room import (
    Closed,
    ClosedReason,
    Countdown,
    Drawing,
    Gathering,
    Member,
    Phase,
    Podium,
    Racing,
    Result,
    Room,
    RunOff,
)
from paddock.domain.rounds import seed_of
from paddock.domain.settings import Listing, Settings


class MemberView(Struct, frozen=True):
    """A member as everybody sees them; `away_since` is None while they are connected."""

    player: PlayerId
    name: str
    seated: bool
    ready: bool
    away_since: Millis | None


class GatheringView(Struct, frozen=True, tag="gathering"):
    """Picking: who has a pick, never which; how many vote for each rank, never who."""

    race: RaceId
    commitment: str
    lineup: tuple[Kind, ...]
    picked: tuple[PlayerId, ...]
    votes: tuple[int, ...]
    deadline: Millis | None


class DrawingView(Struct, frozen=True, tag="drawing"):
    """Picks are locked and still secret; the paying rank is being shown, by a roulette until `rests_at`."""

    race: RaceId
    commitment: str
    lineup: tuple[Kind, ...]
    picked: tuple[PlayerId, ...]
    draw: Draw
    starts_at: Millis
    rests_at: Millis
    ends_at: Millis


class CountdownView(Struct, frozen=True, tag="countdown"):
    """Everybody's picks are open."""

    card: Card
    commitment: str
    names: dict[PlayerId, str]
    ends_at: Millis


class RunOffView(Struct, frozen=True, tag="runoff"):
    """The payers have been dealt racers and race again."""

    card: Card
    commitment: str
    names: dict[PlayerId, str]
    ends_at: Millis


class RacingView(Struct, frozen=True, tag="racing"):
    """The race is on; its segments come in `segments` messages, at most 1.5 s ahead, and its end is not told."""

    card: Card
    commitment: str
    names: dict[PlayerId, str]
    starts_at: Millis


class PodiumView(Struct, frozen=True, tag="podium"):
    """The result stands; with several payers a run-off follows at `ends_at`."""

    result: ResultView
    ends_at: Millis


class ClosedView(Struct, frozen=True, tag="closed"):
    """Nobody can enter any more."""

    reason: ClosedReason


PhaseView = GatheringView | DrawingView | CountdownView | RunOffView | RacingView | PodiumView | ClosedView


class ResultView(Struct, frozen=True):
    """The outcome of a heat with everything that fixes it but the book: `finish[i]` in ms, None at the gate."""

    card: Card
    names: dict[PlayerId, str]
    starts_at: Millis
    finish: tuple[int | None, ...]
    order: tuple[tuple[int, ...], ...]
    payers: tuple[PlayerId, ...]
    seed: str
    commitment: str


class RoomView(Struct, frozen=True):
    """A room as everybody in it sees it, at one version; `members` stands in order of joining.

    `host_grace_ms` is how long the crown waits for a host whose connection is lost.
    """

    room: RoomId
    version: int
    settings: Settings
    private: bool
    host: PlayerId | None
    host_grace_ms: int
    members: tuple[MemberView, ...]
    blocked: tuple[str, ...]
    rounds: int
    phase: PhaseView


class OwnView(Struct, frozen=True):
    """What only the player themselves sees: `pick` is None without a pick and for a blind one."""

    player: PlayerId
    pick: int | None
    blind: bool
    vote: int | None


class RoomSummary(Struct, frozen=True):
    """One line of the room list."""

    room: RoomId
    title: str
    host: str
    seated: int
    capacity: int
    watching: int
    phase: str
    rule: Rule
    private: bool
    locked: bool
    opened_at: Millis


def member_view(member: Member) -> MemberView:
    """Show a member without their keys."""
    return MemberView(member.player, member.name, member.seated, member.ready, member.away_since)


def vote_counts(votes: dict[PlayerId, int], ranks: int) -> tuple[int, ...]:
    """Count the votes for ranks 1 to `ranks`, without telling whose they are."""
    counts = [0] * ranks
    for rank in votes.values():
        counts[rank - 1] += 1
    return tuple(counts)


def result_view(result: Result) -> ResultView:
    """Show a finished heat; its seed is public from here on."""
    return ResultView(
        card=result.card,
        names=result.names,
        starts_at=result.starts_at,
        finish=result.finish,
        order=result.order,
        payers=result.payers,
        seed=result.seed.hex(),
        commitment=commitment(result.seed),
    )


def phase_view(phase: Phase) -> PhaseView:
    """Show a phase without its secrets."""
    match phase:
        case Gathering(race=race, root=root, lineup=lineup, picks=picks, votes=votes, deadline=deadline):
            counts = vote_counts(votes, len(lineup))
            return GatheringView(race, _commitment(root, 0), lineup, tuple(sorted(picks)), counts, deadline)
        case Drawing(race=race, root=root, lineup=lineup, picks=picks, draw=draw):
            times = phase.starts_at, phase.rests_at, phase.ends_at
            return DrawingView(race, _commitment(root, 0), lineup, tuple(sorted(picks)), draw, *times)
        case Countdown(heat=heat, ends_at=ends):
            return CountdownView(heat.card, _commitment(heat.root, heat.card.runoff), heat.names, ends)
        case RunOff(heat=heat, ends_at=ends):
            return RunOffView(heat.card, _commitment(heat.root, heat.card.runoff), heat.names, ends)
        case Racing(heat=heat, starts_at=starts):
            return RacingView(heat.card, _commitment(heat.root, heat.card.runoff), heat.names, starts)
        case Podium(result=result, ends_at=ends):
            return PodiumView(result_view(result), ends)
        case Closed(reason=reason):
            return ClosedView(reason)
        case _:
            assert_never(phase)


def public_view(room: Room, version: int) -> RoomView:
    """Show a room to everybody in it."""
    return RoomView(
        room=room.room,
        version=version,
        settings=room.settings,
        private=room.password is not None,
        host=room.host,
        host_grace_ms=room.pace.host_grace_ms,
        members=tuple(member_view(member) for member in room.members.values()),
        blocked=tuple(blocked.name for blocked in room.blocked),
        rounds=room.rounds,
        phase=phase_view(room.phase),
    )


def own_view(room: Room, player: PlayerId) -> OwnView:
    """Show a player their own secrets."""
    pick = None
    vote = None
    match room.phase:
        case Gathering(picks=picks, votes=votes):
            pick, vote = picks.get(player), votes.get(player)
        case Drawing(picks=picks):
            pick = picks.get(player)
        case _:
            pass
    if pick is None:
        return OwnView(player, None, False, vote)
    return OwnView(player, None if pick.blind else pick.racer, pick.blind, vote)


def summary(room: Room) -> RoomSummary | None:
    """Show a room in the list; None when it is unlisted, closed or without anybody."""
    if room.settings.listing is not Listing.PUBLIC or isinstance(room.phase, Closed) or not room.members:
        return None
    seated = room.seated()
    host = room.members.get(room.host) if room.host is not None else None
    return RoomSummary(
        room=room.room,
        title=room.settings.title,
        host=host.name if host is not None else "",
        seated=len(seated),
        capacity=room.settings.capacity,
        watching=len(room.members) - len(seated),
        phase=phase_name(room.phase),
        rule=room.settings.rule,
        private=room.password is not None,
        locked=room.settings.locked,
        opened_at=room.opened_at,
    )


def phase_name(phase: Phase) -> str:
    """Give the wire name of a phase, for example `gathering`."""
    return str(type(phase).__struct_config__.tag)


def _commitment(root: Seed, runoff: int) -> str:
    return commitment(seed_of(root, runoff))
