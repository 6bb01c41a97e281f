/** A race for the gallery, run from a fixed seed with the product's own dice; no part of the product. */

import type { Book, Phase } from "./race/book.js";
import type { Mood } from "./race/mood.js";
import { picked, run, type Race } from "./race/race.js";
import type { RaceInput, TrackWords } from "./track/types.js";
import type { Card } from "./wire.gen.js";

function phase(mood: Mood, from: number, to: number, slow: number, fast: number): Phase {
  return { mood, ms: [from, to], factor: [slow, fast] };
}

const GIMMICKS: readonly (readonly [name: string, weight: number, ...Phase[]])[] = [
  ["stop", 15, phase("stop", 300, 800, 0, 0)],
  ["slow", 13, phase("slow", 400, 1000, 200, 500)],
  ["sprint", 15, phase("sprint", 400, 800, 1400, 1700)],
  ["slip", 10, phase("slip", 200, 500, -700, -300)],
  ["wobble", 7, phase("wobble", 500, 1000, 700, 1000)],
  ["obstacle", 12, phase("obstacle", 500, 1500, 0, 0)],
  ["boost", 8, phase("boost", 800, 1200, 1200, 1400)],
  ["trap", 10, phase("trap", 1000, 2000, 100, 100)],
  ["turn", 8, phase("turn", 1000, 2000, -2000, -1500), phase("bolt", 2000, 3000, 1800, 2500)],
  ["rocket", 6, phase("rocket", 400, 700, 1900, 2300)],
  ["ice", 6, phase("ice", 800, 1400, 150, 150)],
];

const BOOK: Book = {
  schema: 1,
  tracks: [{ metres: 500, base: [23_611, 26_389], gimmicks: [3, 5] }],
  pace_ms: 500,
  pace: [900, 1100],
  window: [100, 850],
  gap: 80,
  gimmicks: GIMMICKS.map(([name, weight, ...phases]) => ({ name, category: name, weight, phases })),
  comeback: {
    at: 500,
    transform: 500,
    fakeout: 900,
    transformed: [phase("charge", 1500, 1500, 0, 0), phase("transform", 5000, 5000, 2800, 2800)],
    pretended: [phase("charge", 1500, 1500, 0, 0), phase("fakeout", 1000, 1000, 1700, 1700)],
  },
  weathers: [],
  limit_ms: 60_000,
  stable: ["tiger"],
};

const CALLS: Partial<Record<Mood, string>> = {
  stop: "Zzz...",
  slow: "Phew...",
  sprint: "Go go go!",
  slip: "Slip!",
  wobble: "Woooah",
  obstacle: "Ouch!",
  boost: "Espresso!",
  trap: "Stuck!",
  turn: "Wrong way!",
  bolt: "Oh no!!",
  rocket: "ROCKET!",
  ice: "Brrr!",
  charge: "...!!",
  transform: "SUPER!",
  fakeout: "Just kidding",
};

export const DEMO_WORDS: TrackWords = {
  mood: (mood) => CALLS[mood] ?? null,
  rank: (rank) => `${rank}${["th", "st", "nd", "rd"][rank] ?? "th"}`,
  metres: (metres) => `${metres} m`,
  finish: "FINISH",
  go: "GO!",
};

const NAMES = [["Mina", "Joon"], ["지민"], ["Alexandria the Great"], [], ["서연", "Bo", "Kim"], ["나"]] as const;

export interface Demo {
  readonly race: Race;
  input(time: number, mine: number | null): RaceInput;
}

/** A race of `lineup`, whose lane 3 nobody picked; `salt` chooses another race. */
export function demo(lineup: readonly string[], salt: number): Demo {
  const lanes = lineup.map((_, lane) => lane).filter((lane) => lane !== 3);
  const card: Card = {
    race: `demo${salt}`,
    track: 500,
    lineup,
    picks: lanes.map((lane) => [`p${lane}`, lane] as const),
    draw: { rule: "last", votes: [], distinct: lanes.length, rank: lanes.length },
    runoff: 0,
  };
  const race = run(card, BOOK, new Uint8Array(32).fill(salt));
  const taken = new Set(picked(card));
  return {
    race,
    input: (time, mine) => ({
      now: time,
      startsAt: 0,
      lengthMm: 500_000,
      lineup,
      picked: lineup.map((_, lane) => taken.has(lane)),
      segments: race.segments.map((segments) => segments.filter(({ t }) => t <= time + 1500)),
      names: lineup.map((_, lane) => NAMES[lane] ?? []),
      mine,
      payingRank: taken.size,
      order: time >= race.end ? race.order : null,
    }),
  };
}
