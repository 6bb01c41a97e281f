/**
 * Dust, skid marks and confetti, computed from the time and the race alone.
 *
 * Pure and bounded: no particle is remembered; each is found again from the tick at which it was born, so a late
 * joiner sees the same dust as everybody else.
 */

import type { Camera } from "./camera.js";
import { toScreen } from "./camera.js";
import type { Doing } from "./motion.js";

export interface Puff {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly alpha: number;
  readonly tone: "dust" | "smoke" | "mud" | "spark";
}

export interface Skid {
  readonly from: number;
  readonly to: number;
  readonly y: number;
  readonly alpha: number;
}

export interface Scrap {
  readonly x: number;
  readonly y: number;
  readonly turn: number;
  readonly colour: number;
}

/** A new puff of dust every so many ms, each living `PUFF_LIFE` ms: at most eight per racer. */
const PUFF_EVERY = 70;
const PUFF_LIFE = 520;
export const MOST_PUFFS = Math.ceil(PUFF_LIFE / PUFF_EVERY);
export const MOST_SCRAPS = 46;

/** A number from 0 to 1 that belongs to two integers. */
export function noise(a: number, b: number): number {
  let h = Math.imul(a | 0, 0x9e3779b1) ^ Math.imul(b | 0, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h ^= h >>> 13;
  return (h >>> 0) / 0x1_0000_0000;
}

/** How much dust a mood throws up, and of what. */
function dustOf({ mood, speed }: Doing): readonly [amount: number, tone: Puff["tone"]] {
  switch (mood) {
    case "rocket":
      return [1.5, "smoke"];
    case "trap":
      return [1, "mud"];
    case "transform":
    case "boost":
      return [0.8, "spark"];
    case "sprint":
    case "bolt":
    case "turn":
    case "slip":
      return [1.4, "dust"];
    default:
      return [Math.abs(speed) > 12_000 ? 0.7 : 0, "dust"];
  }
}

/**
 * Adds the dust of one racer to `into`.
 *
 * @param at where its heels are at a time (ms since the start), in mm
 * @param y its ground in pixels
 * @param size a racer's size in pixels
 */
export function puffs(into: Puff[], lane: number, time: number, doing: Doing, at: (time: number) => number, view: Camera, y: number, size: number): void {
  const [amount, tone] = dustOf(doing);
  if (amount === 0) return;
  const newest = Math.floor(time / PUFF_EVERY);
  for (let tick = newest; tick > newest - MOST_PUFFS; tick--) {
    const born = tick * PUFF_EVERY;
    const age = (time - born) / PUFF_LIFE;
    if (born < doing.since || age >= 1) continue;
    const spread = noise(lane + 11, tick);
    into.push({
      x: toScreen(view, at(born)) - size * (0.2 * age + 0.15 * spread),
      y: y - size * (0.04 + age * (0.12 + 0.2 * spread)),
      radius: size * amount * (0.06 + age * 0.11) * (0.7 + spread * 0.6),
      alpha: (1 - age) * 0.75,
      tone,
    });
  }
}

/** The marks of a racer that slips or stops: from where the mood began to where it is. */
export function skid(lane: number, time: number, doing: Doing, at: (time: number) => number, view: Camera, y: number): Skid | null {
  if (doing.mood !== "slip" && doing.mood !== "stop" && doing.mood !== "obstacle" && doing.mood !== "turn") return null;
  const age = time - doing.since;
  const from = toScreen(view, at(doing.since));
  const alpha = Math.max(0, 0.55 - age / 2600);
  return alpha === 0 ? null : { from: from - 26 - 14 * noise(lane, doing.since), to: Math.max(from, toScreen(view, at(time))) - 4, y, alpha };
}

/** Confetti over the line for the winner: falls for three seconds after `since` ms. */
export function confetti(into: Scrap[], since: number, x: number, top: number, bottom: number): void {
  if (since < 0 || since > 3000) return;
  for (let i = 0; i < MOST_SCRAPS; i++) {
    const [a, b, c] = [noise(i, 1), noise(i, 2), noise(i, 3)];
    const fall = (since / 3000) * (0.75 + b * 0.8) - c * 0.28;
    if (fall < 0 || fall > 1) continue;
    into.push({ x: x + (a - 0.5) * 190 + Math.sin(since / 240 + i) * 9, y: top + (bottom - top) * fall, turn: since / 150 + i, colour: i % 4 });
  }
}
