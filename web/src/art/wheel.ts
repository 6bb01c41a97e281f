/**
 * The roulette's arithmetic: which angle the wheel shows at a time.
 *
 * Pure. Where it comes to rest is decided before (by the server's draw); the wheel only gets there, and shows every
 * slice with its real share.
 */

/** Whole turns before it rests. */
const TURNS = 6;
const TAU = Math.PI * 2;

export interface Arc {
  readonly index: number;
  /** Angles in radians from the top, clockwise, before the wheel turns. */
  readonly from: number;
  readonly to: number;
}

/** The arcs of the slices with a weight over 0, in their order; together they are the whole wheel. */
export function arcs(weights: readonly number[]): Arc[] {
  const sum = weights.reduce((total, weight) => total + Math.max(0, weight), 0);
  if (sum === 0) return [];
  let from = 0;
  return weights.flatMap((weight, index) => {
    if (weight <= 0) return [];
    const arc = { index, from, to: from + (weight / sum) * TAU };
    from = arc.to;
    return [arc];
  });
}

/** The turn of the wheel in radians that puts a point of slice `target` under the pointer at the top. */
export function restingTurn(weights: readonly number[], target: number): number {
  const arc = arcs(weights).find(({ index }) => index === target);
  if (arc === undefined) return 0;
  // Off the middle, so that it looks like luck, and well inside, so that nobody doubts it.
  const share = 0.24 + 0.52 * fractionOf(weights, target);
  return -(arc.from + (arc.to - arc.from) * share);
}

/** The turn of the wheel after `share` (0 to 1) of its time; at 1 it rests on `target`. */
export function turnAt(share: number, weights: readonly number[], target: number): number {
  const rest = restingTurn(weights, target);
  const eased = 1 - (1 - Math.min(1, Math.max(0, share))) ** 3.4;
  return rest - (1 - eased) * TURNS * TAU;
}

/** The slice under the pointer at a turn; null on a wheel without slices. */
export function sliceAt(turn: number, weights: readonly number[]): number | null {
  const angle = (((-turn % TAU) + TAU) % TAU) as number;
  return arcs(weights).find(({ from, to }) => angle >= from && angle < to)?.index ?? null;
}

function fractionOf(weights: readonly number[], target: number): number {
  const mixed = weights.reduce((sum, weight, index) => sum + weight * (index + 3) * 0.618_034, target * 0.414_214);
  return mixed - Math.floor(mixed);
}
