/** A race about to start or running as the track wants it, from the room's view and the pieces released so far. Pure. */

import type { Piece, Track } from "../model/state.js";
import { MOODS } from "../race/mood.js";
import type { Segment } from "../race/segments.js";
import type { RaceInput } from "../track/types.js";
import type { CountdownView, RacingView, RunOffView } from "../wire.gen.js";
import { pickedLanes, pickers, racerOf } from "./facts.js";

export function segmentOf([t, mm, speed, mood]: Piece): Segment {
  return { t, mm, speed, mood: MOODS[mood] ?? "run" };
}

/** Segments by lane; nothing when the pieces belong to another race. */
export function segmentsOf(track: Track | null, race: string, lanes: number): readonly (readonly Segment[])[] {
  const known = track?.race === race ? track.lanes : [];
  return Array.from({ length: lanes }, (_, lane) => (known[lane] ?? []).map(segmentOf));
}

/** What the track shows: the gate while a countdown ends, then the race. */
export type OnTrack = CountdownView | RunOffView | RacingView;

/** The race but for the time, made once per change and not per frame; `segments` are by lane. */
export function liveInput(phase: OnTrack, segments: readonly (readonly Segment[])[], me: string): Omit<RaceInput, "now"> {
  const { card, names } = phase;
  return {
    startsAt: startOf(phase),
    lengthMm: card.track * 1000,
    lineup: card.lineup,
    picked: pickedLanes(card),
    segments,
    names: pickers(card, names),
    mine: racerOf(card, me),
    payingRank: card.draw.rank,
    order: null,
  };
}

/** When the race starts, as far as it is known. */
function startOf(phase: OnTrack): number {
  return phase.type === "racing" ? phase.starts_at : phase.ends_at;
}
