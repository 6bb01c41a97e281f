/**
 * Joins the released pieces of a race into lanes and notices when a message was lost; it draws nothing and knows no
 * clock. Segments come beside the entries, so they may be ahead of the phase that announces their race.
 */
import type { SegmentsMessage } from "../wire.gen.js";
import type { PhaseView } from "./phases.js";
import type { Piece, Track } from "./state.js";

/** What of a race has been released, up to the race time `until` (ms, included). */
export interface Released {
  readonly race: string;
  readonly until: number;
  readonly lanes: readonly (readonly Piece[])[];
}

/** The race time before the first piece. */
export const NOTHING_YET = -1;
/** Integers per piece on the wire. */
const WIDTH = 5;

/** Say whether pieces between what is known and this message are missing. */
export function lost(known: Released | null, message: SegmentsMessage): boolean {
  const until = known?.race === message.race ? known.until : NOTHING_YET;
  return message.since > until;
}

/** Take in a message that follows on what is known; one that tells the race from its start replaces it. */
export function join(known: Released | null, message: SegmentsMessage): Released {
  const { race, since, until } = message;
  if (known === null || known.race !== race || since === NOTHING_YET) {
    return { race, until, lanes: lanesOf(message.pieces, NOTHING_YET) };
  }
  if (until <= known.until) return known;
  const fresh = lanesOf(message.pieces, known.until);
  const count = Math.max(known.lanes.length, fresh.length);
  const lanes = Array.from({ length: count }, (_, lane) => [...(known.lanes[lane] ?? []), ...(fresh[lane] ?? [])]);
  return { race, until, lanes };
}

/** The wire's flat row (lane, t, mm, speed, mood) by lane, without what starts at or before `after`. */
function lanesOf(row: readonly number[], after: number): readonly (readonly Piece[])[] {
  const lanes: Piece[][] = [];
  for (let at = 0; at + WIDTH <= row.length; at += WIDTH) {
    const [lane, t, mm, speed, mood] = row.slice(at, at + WIDTH) as [number, number, number, number, number];
    while (lanes.length <= lane) lanes.push([]);
    if (t > after) lanes[lane]?.push([t, mm, speed, mood]);
  }
  return lanes;
}

/** The race on screen: the pieces of the heat that is running or stands on the podium; null when there are none. */
export function trackOf(known: Released | null, phase: PhaseView): Track | null {
  if (known === null || (phase.type !== "racing" && phase.type !== "podium")) return null;
  const { card, starts_at } = phase.type === "racing" ? phase : phase.result;
  if (card.race !== known.race) return null;
  const { race, until } = known;
  // Racers that stay at the gate have no pieces, and so perhaps no lane on the wire.
  const lanes = card.lineup.map((_, lane) => known.lanes[lane] ?? []);
  return { race, metres: card.track, lineup: card.lineup, startsAt: starts_at, until, lanes };
}
