/**
 * Where racers are and who leads, on the segments released so far, for drawing; it never guesses how a segment ends.
 * Positions are the server's own integers, so the order on the screen is the order in the result.
 */

import { MOODS, type Mood } from "./mood.js";
import { moved, segmentAt, type Segment } from "./segments.js";

/** Integers per segment in a `segments` message: lane, t, mm, speed, mood code. */
export const WIDTH = 5;

export interface Place {
  readonly mm: number;
  readonly speed: number;
  readonly mood: Mood;
}

/** One racer in the live order; `finish` is its finishing ms once it is over the line; equal racers share a `rank`. */
export interface Standing {
  readonly lane: number;
  readonly rank: number;
  readonly mm: number;
  readonly finish: number | null;
}

/** The racer's place at `t` ms since the start (fractions are cut off); before its first segment it stands at the gate. */
export function positionAt(segments: readonly Segment[], t: number): Place {
  const moment = Math.floor(t);
  const segment = segmentAt(segments, moment);
  if (segment === undefined) return { mm: 0, speed: 0, mood: "run" };
  const mm = Math.max(0, segment.mm + moved(segment.speed, moment - segment.t));
  return { mm, speed: segment.speed, mood: segment.mood };
}

/** The live order at `t`, best first: finished racers by their time, then the others by position. Racers at the gate have no place. */
export function standings(lanes: readonly (readonly Segment[])[], t: number): Standing[] {
  const racing = lanes.flatMap((segments, lane) => {
    if (segments.length === 0) return [];
    const segment = segmentAt(segments, Math.floor(t));
    return [{ lane, mm: positionAt(segments, t).mm, finish: segment?.mood === "finished" ? segment.t : null }];
  });
  const ahead = (one: { mm: number; finish: number | null }, other: { mm: number; finish: number | null }): number => {
    if (one.finish !== null && other.finish !== null) return one.finish - other.finish;
    if (one.finish !== null) return -1;
    return other.finish !== null ? 1 : other.mm - one.mm;
  };
  racing.sort((one, other) => ahead(one, other) || one.lane - other.lane);
  const ranked: Standing[] = [];
  for (const [index, racer] of racing.entries()) {
    const before = racing[index - 1];
    const rank = before !== undefined && ahead(before, racer) === 0 ? (ranked[index - 1] as Standing).rank : index + 1;
    ranked.push({ ...racer, rank });
  }
  return ranked;
}

/** The lanes with the segments of one more message; a segment that is already there is not added again. */
export function joined(lanes: readonly (readonly Segment[])[], row: readonly number[]): readonly (readonly Segment[])[] {
  const grown = lanes.map((segments) => [...segments]);
  for (let at = 0; at + WIDTH <= row.length; at += WIDTH) {
    const [lane, t, mm, speed, code] = row.slice(at, at + WIDTH) as [number, number, number, number, number];
    const segments = grown[lane];
    const last = segments?.[segments.length - 1];
    if (segments !== undefined && (last === undefined || last.t < t)) segments.push({ t, mm, speed, mood: MOODS[code] ?? "run" });
  }
  return grown;
}
