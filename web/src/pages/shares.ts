/** The vote as the draw counts it: votes for ranks beyond the number of racers that run are void. Pure arithmetic. */

import type { Draw } from "../wire.gen.js";

export interface Share {
  readonly rank: number;
  readonly votes: number;
  /** Of the valid votes, rounded. */
  readonly percent: number;
}

/** The ranks that may be drawn, by their votes; empty when there was no vote or none of them counts. */
export function shares(draw: Draw): readonly Share[] {
  if (draw.rule !== "vote") return [];
  const valid = draw.votes.slice(0, draw.distinct);
  const all = valid.reduce((sum, votes) => sum + votes, 0);
  if (all === 0) return [];
  return valid.flatMap((votes, at) => (votes === 0 ? [] : [{ rank: at + 1, votes, percent: Math.round((votes / all) * 100) }]));
}

/** The ranks whose votes are void. */
export function voided(draw: Draw): readonly number[] {
  if (draw.rule !== "vote") return [];
  return draw.votes.flatMap((votes, at) => (at >= draw.distinct && votes > 0 ? [at + 1] : []));
}
