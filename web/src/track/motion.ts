/**
 * Reading segments for the eye: what a racer is doing and since when, and how it runs out behind the line.
 *
 * Pure. Positions of the race itself are `race/segments`; nothing added here changes an order.
 */

import type { Mood } from "../race/mood.js";
import { segmentAt, type Segment } from "../race/segments.js";

/** What a racer is doing: its mood, since when (ms since the start), and its speed in mm/s. */
export interface Doing {
  readonly mood: Mood;
  readonly since: number;
  readonly speed: number;
}

const STANDING: Doing = { mood: "run", since: 0, speed: 0 };

/** What a racer is doing at `t`; a mood that spans several segments began with the first of them. */
export function doingAt(segments: readonly Segment[], t: number): Doing {
  const current = segmentAt(segments, t);
  if (current === undefined) return STANDING;
  let index = segments.indexOf(current);
  while (index > 0 && segments[index - 1]?.mood === current.mood) index--;
  return { mood: current.mood, since: (segments[index] as Segment).t, speed: current.speed };
}

/** When a racer crossed the line; null before that is known. */
export function finishedAt(segments: readonly Segment[]): number | null {
  const last = segments[segments.length - 1];
  return last?.mood === "finished" ? last.t : null;
}

/** When a racer's race was over, at the line or by the time limit; null before that is known. */
export function endedAt(segments: readonly Segment[]): number | null {
  const last = segments[segments.length - 1];
  return last?.mood === "finished" || last?.mood === "out" ? last.t : null;
}

/**
 * How far behind the line a finished racer has run out, in mm: it brakes for a second, and the better its place the
 * further it gets, so that nobody overtakes after the line.
 */
export function runOut(sinceFinish: number, place: number): number {
  const end = Math.max(1500, 8500 - place * 1100);
  return end * (1 - Math.exp(-sinceFinish / (end / 14)));
}
