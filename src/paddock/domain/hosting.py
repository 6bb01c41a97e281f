"""Opening, changing and closing a room: what its host and its founder may do, and when it ends."""

from __future__ import annotations

from msgspec.structs import replace

from paddock.domain import commands as c
from paddock.domain import events as e
from paddock.domain import names
from paddock.domain.draft import Draft
from paddock.domain.draw import draw_lineup
from paddock.domain.evolve import opened
from paddock.domain.heats import round_opened
from paddock.domain.ids import Millis, PlayerId, RoomId
from paddock.domain.membership import is_gathering, welcome
from paddock.domain.picking import settle_deadline
from paddock.domain.refusals import Refusal
from paddock.domain.room import Closed, ClosedReason, Keys, Room
from paddock.domain.settings import HOUR_MS, LIVES_H, RULES_GRAPHEMES, TITLE_GRAPHEMES, TRACKS, Pace, Settings, deadline

Decision = tuple[e.Event, ...] | Refusal


def open_room(
    room: RoomId,
    founder: PlayerId,
    name: str,
    keys: Keys,
    settings: Settings,
    pace: Pace,
    password: str | None,
    fresh: c.Fresh,
    now: Millis,
    node: str = "",
) -> tuple[Room, tuple[e.Event, ...]] | Refusal:
    """Make a room with its founder seated as host and the first round open; gives it with the events that made it."""
    cleaned = clean_settings(settings)
    if isinstance(cleaned, Refusal):
        return cleaned
    shown = names.clean_name(name)
    if shown is None:
        return Refusal.BAD_NAME
    event = e.RoomOpened(room, keys, cleaned, pace, password)
    draft = Draft(opened(event, now), now)
    draft.add(event)
    welcome(draft, founder, shown, keys, seated=True, node=node)
    draft.add(round_opened(draft.room, fresh))
    return draft.room, draft.events


def clean_settings(settings: Settings) -> Settings | Refusal:
    """Give the settings with title and rules as they will be shown, or say that one of them is not to be had."""
    if settings.track not in TRACKS or settings.life_h not in LIVES_H:
        return Refusal.BAD_SETTING
    title = "" if not settings.title.strip() else names.clean_line(settings.title, TITLE_GRAPHEMES)
    rules = names.clean_block(settings.rules, RULES_GRAPHEMES)
    if title is None or rules is None:
        return Refusal.BAD_TEXT
    return replace(settings, title=title, rules=rules)


def change_settings(room: Room, command: c.ChangeSettings, now: Millis) -> Decision:
    """Change the room; who pays, the track and the number of racers only while picks can still change."""
    before = room.settings
    cleaned = clean_settings(command.settings)
    if isinstance(cleaned, Refusal):
        return cleaned
    frozen = (before.rule, before.track, before.racers) != (cleaned.rule, cleaned.track, cleaned.racers)
    if frozen and not is_gathering(room):
        return Refusal.RACE_UNDER_WAY
    password = room.password if command.password is None else command.password or None
    if cleaned == before and password == room.password:
        return ()
    draft = Draft(room, now)
    draft.add(e.SettingsChanged(cleaned, password))
    if cleaned.racers != before.racers:
        draft.add(e.LineupChanged(draw_lineup(command.gate.stable, cleaned.racers, command.gate.show)))
    return settle_deadline(draft, anew=cleaned.pick_seconds != before.pick_seconds).events


def close_at(room: Room) -> tuple[Millis, ClosedReason]:
    """Say when a room that gathers may be closed, and why: empty for the grace, or idle for its life."""
    idle = deadline(room.active_at, room.settings.life_h * HOUR_MS)
    if room.empty_since is None:
        return idle, ClosedReason.EXPIRED
    empty = deadline(room.empty_since, room.pace.empty_grace_ms)
    return (empty, ClosedReason.EMPTY) if empty <= idle else (idle, ClosedReason.EXPIRED)


def close(room: Room, command: c.CloseRoom, now: Millis) -> Decision:
    """Close a room whose time is over; never during a round, so that its podium stands its time as well."""
    at, reason = close_at(room)
    if not is_gathering(room) or now < at:
        return Refusal.NOTHING_OWED
    return (e.RoomClosed(reason, deadline(now, room.pace.forget_ms)),)


def is_founder(room: Room, keys: Keys) -> bool:
    """Say whether these are the keys of the person who made the room: by seat token or device."""
    return room.founder.token == keys.token or room.founder.device == keys.device


def reopen(room: Room, command: c.ReopenRoom, now: Millis) -> Decision:
    """Open a closed room again for the person who made it, known by seat token or device."""
    if not isinstance(room.phase, Closed):
        return Refusal.NOTHING_OWED
    if not is_founder(room, command.keys):
        return Refusal.NOT_FOUNDER
    name = names.clean_name(command.name)
    if name is None:
        return Refusal.BAD_NAME
    draft = Draft(room, now)
    draft.add(e.RoomReopened())
    welcome(draft, command.player, name, command.keys, seated=True, node=command.node)
    draft.add(round_opened(draft.room, command.fresh))
    return draft.events
