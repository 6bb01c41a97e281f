/**
 * Segments: a racer's race as straight lines in integers, and where it is at a moment; the same roundings as `paddock.domain.segments`.
 * Integers stay far below 2^53, so floor division of non-negative numbers is exact.
 */

import type { Mood } from "./mood.js";

/** From `t` (ms since the start) at `mm` on the track, a racer moves at `speed` (mm/s, negative when backwards). */
export interface Segment {
  readonly t: number;
  readonly mm: number;
  readonly speed: number;
  readonly mood: Mood;
}

/** The segment under way at `t`; undefined before the first. */
export function segmentAt(segments: readonly Segment[], t: number): Segment | undefined {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((segments[middle] as Segment).t <= t) low = middle + 1;
    else high = middle;
  }
  return segments[low - 1];
}

/** The millimetres covered at `speed` mm/s in `ms`, rounded towards zero. */
export function moved(speed: number, ms: number): number {
  return speed >= 0 ? Math.floor((speed * ms) / 1000) : 0 - Math.floor((-speed * ms) / 1000);
}

/** The position in mm at `t` ms since the start; before it, or without segments, a racer stands at 0. */
export function position(segments: readonly Segment[], t: number): number {
  const segment = segmentAt(segments, t);
  return segment === undefined ? 0 : segment.mm + moved(segment.speed, t - segment.t);
}

/** The ms after which `distance` mm (not negative) are covered at `speed` mm/s (over 0), rounded up. */
export function arrival(speed: number, distance: number): number {
  return Math.floor((distance * 1000 + speed - 1) / speed);
}

/** The first millisecond at which a racer is at `mm` (over 0) or past it; undefined when it never is. */
export function reached(segments: readonly Segment[], mm: number): number | undefined {
  for (let index = 1; index < segments.length; index += 1) {
    const before = segments[index - 1] as Segment;
    if ((segments[index] as Segment).mm >= mm) return before.t + arrival(before.speed, mm - before.mm);
  }
  return undefined;
}
