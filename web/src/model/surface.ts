/** What to show of a lost connection, by the clock: nothing at first, then a bar, then an overlay with a countdown. */
import type { Surface } from "./state.js";

/** A connection lost for this long, in ms, is shown as a thin bar. */
export const BAR_AFTER = 2_000;
/** And after this long, in ms, as an overlay. */
export const OVERLAY_AFTER = 10_000;

/** What to show after `lostFor` ms. */
export function surfaceAfter(lostFor: number): Surface {
  if (lostFor < BAR_AFTER) return "nothing";
  return lostFor < OVERLAY_AFTER ? "bar" : "overlay";
}

/** How long, in ms, until what is shown after `lostFor` ms changes; the overlay's countdown changes every second. */
export function nextChange(lostFor: number): number {
  if (lostFor < BAR_AFTER) return BAR_AFTER - lostFor;
  if (lostFor < OVERLAY_AFTER) return OVERLAY_AFTER - lostFor;
  return 1_000 - (lostFor % 1_000);
}

/** Whole seconds from `now` to the next try, at least 1 while it lies ahead; null while one is under way. */
export function secondsTo(nextTry: number | null, now: number): number | null {
  if (nextTry === null || nextTry <= now) return null;
  return Math.ceil((nextTry - now) / 1_000);
}
