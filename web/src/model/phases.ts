/**
 * What a round's events make of the phase on screen; the mirror of `_phase` in the server's `domain/evolve.py`. An event
 * that does not belong to the phase leaves it as it is, there and here.
 */
import type { EntryMessage, GatheringView, RoomView } from "../wire.gen.js";

export type PhaseView = RoomView["phase"];
export type EventView = EntryMessage["events"][number];

/** The events that may change the phase and nothing else. */
export type PhaseEvent = Extract<
  EventView,
  {
    type:
      | "lineup_changed"
      | "player_picked"
      | "pick_taken_back"
      | "votes_changed"
      | "pick_deadline_set"
      | "draw_started"
      | "round_called_off"
      | "countdown_started"
      | "race_started"
      | "race_finished"
      | "runoff_opened";
  }
>;

/** No votes for any rank of a lineup. */
export function noVotes(lineup: readonly string[]): readonly number[] {
  return lineup.map(() => 0);
}

/** Picking from these racers, with nothing picked yet. */
export function gathering(race: string, commitment: string, lineup: readonly string[]): GatheringView {
  return { type: "gathering", race, commitment, lineup, picked: [], votes: noVotes(lineup), deadline: null };
}

/** The phase as the event leaves it. */
export function evolvePhase(phase: PhaseView, event: PhaseEvent): PhaseView {
  switch (event.type) {
    case "lineup_changed":
      if (phase.type !== "gathering") return phase;
      return { ...phase, lineup: event.lineup, picked: [], votes: noVotes(event.lineup) };
    case "player_picked":
      if (phase.type !== "gathering" || phase.picked.includes(event.player)) return phase;
      return { ...phase, picked: [...phase.picked, event.player].sort() };
    case "pick_taken_back":
      if (phase.type !== "gathering" && phase.type !== "drawing") return phase;
      return { ...phase, picked: phase.picked.filter((player) => player !== event.player) };
    case "votes_changed":
      return phase.type === "gathering" ? { ...phase, votes: event.votes } : phase;
    case "pick_deadline_set":
      return phase.type === "gathering" ? { ...phase, deadline: event.at } : phase;
    case "draw_started": {
      if (phase.type !== "gathering" && phase.type !== "drawing") return phase;
      const { race, commitment, lineup } = phase;
      const { picked, draw, starts_at, rests_at, ends_at } = event;
      return { type: "drawing", race, commitment, lineup, picked, draw, starts_at, rests_at, ends_at };
    }
    case "round_called_off":
      if (phase.type !== "drawing") return phase;
      return { ...gathering(phase.race, phase.commitment, phase.lineup), picked: phase.picked };
    case "countdown_started": {
      if (phase.type !== "drawing") return phase;
      const { card, names, ends_at } = event;
      return { type: "countdown", card, commitment: phase.commitment, names, ends_at };
    }
    case "race_started": {
      if (phase.type !== "countdown" && phase.type !== "runoff") return phase;
      const { card, commitment, names } = phase;
      return { type: "racing", card, commitment, names, starts_at: event.starts_at };
    }
    case "race_finished":
      return phase.type === "racing" ? { type: "podium", result: event.result, ends_at: event.ends_at } : phase;
    case "runoff_opened": {
      if (phase.type !== "podium") return phase;
      const { card, commitment, names, ends_at } = event;
      return { type: "runoff", card, commitment, names, ends_at };
    }
    default:
      return unknown(phase, event);
  }
}

/** The phase with every moment later by so many ms: the server's clock was set. What is published of a result stays. */
export function shiftedPhase(phase: PhaseView, by: number): PhaseView {
  switch (phase.type) {
    case "gathering":
      return phase.deadline === null ? phase : { ...phase, deadline: phase.deadline + by };
    case "drawing":
      return { ...phase, starts_at: phase.starts_at + by, rests_at: phase.rests_at + by, ends_at: phase.ends_at + by };
    case "racing":
      return { ...phase, starts_at: phase.starts_at + by };
    case "countdown":
    case "runoff":
    case "podium":
      return { ...phase, ends_at: phase.ends_at + by };
    case "closed":
      return phase;
    default:
      return unknown(phase, phase);
  }
}

/** The compiler's check that a switch is complete; an event only a newer server knows changes nothing here. */
export function unknown<T>(same: T, _event: never): T {
  return same;
}
