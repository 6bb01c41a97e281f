/**
 * What an entry makes of what one player sees; the mirror of the server's `domain/evolve.py`, held to it by
 * `tests/vectors/plays.json`. Pure: it never asks for anything and does not look at versions, which `feed` does.
 */
import type { EntryView, MemberView, OwnView, RoomView } from "../wire.gen.js";
import { evolvePhase, gathering, noVotes, shiftedPhase, unknown, type EventView } from "./phases.js";
import { summaryOf, withChat, withRace, type Table } from "./table.js";

type OwnEvent = NonNullable<EntryView["own"]>[number];

/** Everything an entry changes, in the order in which it happened; the player's own part comes last. */
export function apply(table: Table, entry: EntryView): Table {
  let next = table;
  for (const event of entry.events) next = applyEvent(next, event, entry.at);
  for (const event of entry.own ?? []) next = { ...next, own: applyOwn(next.own, event) };
  return { ...next, room: { ...next.room, version: entry.version } };
}

function applyEvent(table: Table, event: EventView, at: number): Table {
  const { room } = table;
  switch (event.type) {
    case "member_joined":
      return { ...table, room: { ...room, members: joined(room.members, event.member) } };
    case "member_left":
      return { ...table, room: { ...room, members: room.members.filter((one) => one.player !== event.player) } };
    case "member_went_away":
      return { ...table, room: withMember(room, event.player, { away_since: at }) };
    case "member_came_back":
      return { ...table, room: withMember(room, event.player, { away_since: null }) };
    case "member_renamed":
      return { ...table, room: withMember(room, event.player, { name: event.name }) };
    case "seat_taken":
      return { ...table, room: withMember(room, event.player, { seated: true, ready: true }) };
    case "seat_given_up":
      return { ...table, room: withMember(room, event.player, { seated: false }) };
    case "ready_changed":
      return { ...table, room: withMember(room, event.player, { ready: event.ready }) };
    case "crown_passed":
      return { ...table, room: { ...room, host: event.player } };
    case "member_blocked":
      return { ...table, room: { ...room, blocked: [...room.blocked, event.name] } };
    case "member_unblocked":
      return { ...table, room: { ...room, blocked: room.blocked.filter((_, place) => place !== event.place) } };
    case "settings_changed": {
      const changed = { ...room, settings: event.settings, private: event.private };
      // Without a vote on who pays the votes are void, also when the host turns it on again.
      if (room.phase.type !== "gathering" || event.settings.rule === "vote") return { ...table, room: changed };
      const phase = { ...room.phase, votes: noVotes(room.phase.lineup) };
      return { ...table, room: { ...changed, phase }, own: { ...table.own, vote: null } };
    }
    case "round_opened": {
      const phase = gathering(event.race, event.commitment, event.lineup);
      return { ...table, room: { ...room, rounds: room.rounds + 1, phase }, own: nothingOwn(table.own) };
    }
    case "clock_stepped":
      return { ...table, room: shifted(room, event.by_ms) };
    case "said":
      return { ...table, chat: withChat(table.chat, event.message) };
    case "room_closed": {
      const phase = { type: "closed", reason: event.reason } as const;
      return { ...table, room: { ...room, phase, members: [], host: null }, own: nothingOwn(table.own) };
    }
    case "room_reopened":
      // The founder's joining and the new round stand in the same entry.
      return table;
    case "lineup_changed":
    case "player_picked":
    case "pick_taken_back":
    case "votes_changed":
    case "pick_deadline_set":
    case "draw_started":
    case "round_called_off":
    case "countdown_started":
    case "race_started":
    case "race_finished":
    case "runoff_opened": {
      const phase = evolvePhase(room.phase, event);
      if (phase === room.phase) return table;
      const history = event.type === "race_finished" ? withRace(table.history, summaryOf(event.result)) : table.history;
      return { ...table, room: { ...room, phase }, own: ownIn(table.own, event), history };
    }
    default:
      return unknown(table, event);
  }
}

/** What a change of phase makes of the player's own secrets: they live as long as the picks are secret. */
function ownIn(own: OwnView, event: EventView): OwnView {
  switch (event.type) {
    case "lineup_changed":
    case "countdown_started":
      return nothingOwn(own);
    case "round_called_off":
      return { ...own, vote: null };
    case "draw_started": {
      // Those who are ready without a pick race by lot, which they do not get to know; those who are not sit out.
      const pick = event.picked.includes(own.player) ? own.pick : null;
      return { ...own, pick, blind: event.picked.includes(own.player) && pick === null, vote: null };
    }
    default:
      return own;
  }
}

function applyOwn(own: OwnView, event: OwnEvent): OwnView {
  switch (event.type) {
    case "own_pick":
      return { ...own, pick: event.pick, blind: event.blind };
    case "own_vote":
      return { ...own, vote: event.vote };
    default:
      return unknown(own, event);
  }
}

function nothingOwn(own: OwnView): OwnView {
  return { player: own.player, pick: null, blind: false, vote: null };
}

function joined(members: readonly MemberView[], member: MemberView): readonly MemberView[] {
  const known = members.some((one) => one.player === member.player);
  return known ? members.map((one) => (one.player === member.player ? member : one)) : [...members, member];
}

/** The room with every moment later by so many ms. */
function shifted(room: RoomView, by: number): RoomView {
  const members = room.members.map((one) => (one.away_since === null ? one : { ...one, away_since: one.away_since + by }));
  return { ...room, members, phase: shiftedPhase(room.phase, by) };
}

function withMember(room: RoomView, player: string, change: Partial<MemberView>): RoomView {
  return { ...room, members: room.members.map((one) => (one.player === player ? { ...one, ...change } : one)) };
}
