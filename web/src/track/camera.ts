/**
 * The camera: which stretch of the track is on screen.
 *
 * Pure: it looks at where the racers have been during the last moments and fits a line through them, so it moves
 * smoothly without remembering anything, and a tab that comes back sees what everybody sees.
 */

import type { Layout } from "./layout.js";

/** A stretch of the track: its left end in mm and the scale in pixels per mm. */
export interface Camera {
  readonly left: number;
  readonly scale: number;
}

/** Picked racers at one moment: the first, the last and my own, in mm. */
export interface Field {
  readonly first: number;
  readonly last: number;
  readonly mine: number | null;
}

/** How far back the camera looks, newest first, in ms. */
export const LOOK_BACK = [0, 130, 260, 390, 520, 650, 780] as const;

/** The weight of each look in the newest point of the least-squares line: a steady runner is met without lag. */
const WEIGHTS = LOOK_BACK.map((_, i) => (4 * LOOK_BACK.length - 2 - 6 * i) / (LOOK_BACK.length * (LOOK_BACK.length + 1)));

/** Room left of the start line for the gate, as a share of a racer's size. */
const GATE_ROOM = 1.75;
/** Room behind the finish line, in mm. */
const AFTER_LINE = 15_000;

/**
 * Where the camera looks, given the field at the moments of `LOOK_BACK`.
 *
 * It shows the whole field while that fits, then the leaders, and lets my own racer fall off the left edge never.
 * The stretch it shows grows with the field's length between two limits; calm keeps it fixed.
 */
export function camera(fields: readonly Field[], place: Layout, lengthMm: number, calm: boolean): Camera {
  const nearest = place.racer / 5200;
  const farthest = place.racer / (place.width >= 720 ? 16_000 : 11_500);
  let [first, spread, mine, followed] = [0, 0, 0, false];
  fields.forEach((field, i) => {
    first += field.first * (WEIGHTS[i] ?? 0);
    spread += (field.first - field.last) / fields.length;
    if (field.mine === null) return;
    mine += field.mine * (WEIGHTS[i] ?? 0);
    followed = true;
  });
  const wanted = place.width / (spread * 1.15 + (place.racer / nearest) * 2.6);
  const scale = calm ? (nearest + farthest) / 2 : Math.min(nearest, Math.max(farthest, wanted));
  const view = place.width / scale;
  let right = first + view * 0.2;
  if (followed) right = Math.min(right, mine + view * 0.74);
  right = Math.min(right, lengthMm + AFTER_LINE * Math.min(1, view / 60_000));
  const left = Math.max(right - view, (-place.racer * GATE_ROOM) / scale);
  return { left, scale };
}

/** The pixel of a place on the track. */
export function toScreen(view: Camera, mm: number): number {
  return (mm - view.left) * view.scale;
}
