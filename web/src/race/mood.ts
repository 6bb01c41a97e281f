/** What a racer is doing, for drawing. The order is the wire code, as in `paddock.domain.mood`: append only. */

export const MOODS = [
  "run", "stop", "slow", "sprint", "slip", "wobble", "obstacle", "boost", "trap", "turn", "bolt", "rocket", "ice",
  "charge", "transform", "fakeout", "finished", "out",
] as const;

export type Mood = (typeof MOODS)[number];

export function isMood(name: unknown): name is Mood {
  return (MOODS as readonly unknown[]).includes(name);
}
