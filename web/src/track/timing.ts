/**
 * The beats of the start, and slow motion near the line as an easing of the time at which the race is drawn.
 *
 * Pure and presentation only: drawn time never runs backwards, is never ahead of the race, and has caught up when the
 * bend is over; so the order on screen is the order of the integers, a moment later.
 */

import { reached } from "../race/segments.js";
import type { RaceInput } from "./types.js";

/** How far before the line the bend begins, in mm. */
const AHEAD_MM = 16_000;
/** How long the bend lasts, in ms of the race. */
export const BEND_MS = 3200;
/** How long the lamps over the gate count before the start, in ms: three beats, while the cards before them stay readable. */
export const LAMPS_MS = 2_000;
/** From one lamp to the next, in ms. */
export const LAMP_BEAT_MS = LAMPS_MS / 3;
/** The greatest lag, in ms. The slope of the lag stays below 0.6, so that time slows to 0.41 and never stops. */
export const LAG_MS = 600;

/**
 * When the deciding racer nears the line, in ms since the start; null before that is known.
 *
 * The deciding racer is the last one that may still escape: of n picked racers the one arriving as number r when rank r
 * pays, but number n - 1 when the last one pays.
 */
export function decisiveMoment(input: RaceInput): number | null {
  const arrivals: number[] = [];
  let field = 0;
  input.picked.forEach((picked, lane) => {
    if (!picked) return;
    field++;
    const at = reached(input.segments[lane] ?? [], input.lengthMm - AHEAD_MM);
    if (at !== undefined) arrivals.push(at);
  });
  if (field < 2) return null;
  const deciding = Math.min(input.payingRank ?? 1, field - 1);
  return arrivals.sort((a, b) => a - b)[deciding - 1] ?? null;
}

/** The time at which the race is drawn when it is at `t`, both in ms since the start. */
export function drawnTime(t: number, moment: number | null, calm: boolean): number {
  if (calm || moment === null || t <= moment || t >= moment + BEND_MS) return t;
  return t - LAG_MS * Math.sin((Math.PI * (t - moment)) / BEND_MS) ** 2;
}
