/** Small races by hand for the tests of the track: three lanes, of which the last is picked by nobody. */

import type { Mood } from "../../src/race/mood.js";
import type { Segment } from "../../src/race/segments.js";
import type { RaceInput, TrackWords } from "../../src/track/types.js";

export const WORDS: TrackWords = {
  mood: (mood) => (mood === "run" || mood === "finished" || mood === "out" ? null : mood),
  rank: (rank) => `#${rank}`,
  metres: (metres) => `${metres}m`,
  finish: "finish",
  go: "go",
};

export function way(...rows: readonly (readonly [t: number, mm: number, speed: number, mood: Mood])[]): Segment[] {
  return rows.map(([t, mm, speed, mood]) => ({ t, mm, speed, mood }));
}

/** Lane 0 runs 500 m in 20 s; lane 1 slips at 4 s for half a second and comes in at 21 s. */
export const FAST = way([0, 0, 25_000, "run"], [20_000, 500_000, 0, "finished"]);
export const SLOW = way([0, 0, 25_000, "run"], [4000, 100_000, -10_000, "slip"], [4500, 95_000, 24_550, "run"], [20_997, 500_001, 0, "finished"]);

/** The race as it is known at `now` ms since the start. */
export function raceAt(now: number, more: Partial<RaceInput> = {}): RaceInput {
  const ways = [FAST, SLOW, []];
  return {
    now: 1_000_000 + now,
    startsAt: 1_000_000,
    lengthMm: 500_000,
    lineup: ["tiger", "snail", "duck"],
    picked: [true, true, false],
    segments: ways.map((segments) => segments.filter(({ t }) => t <= now + 1500)),
    names: [["Mina"], ["Joon", "Bo"], []],
    mine: 1,
    payingRank: 2,
    order: null,
    ...more,
  };
}
