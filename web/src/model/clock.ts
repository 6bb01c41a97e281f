/**
 * The server's clock as this page knows it: an offset from the page's own monotonic clock, learned from requests that
 * tell the server's time. Pure: all moments come in as arguments, in ms, and nothing here reads a clock.
 */

/** One question and its answer: local moments of asking and hearing, and the server's time in between. */
export interface Sample {
  readonly sent: number;
  readonly received: number;
  readonly now: number;
}

/** An offset being slewed: it was `from` at the local moment `since` and moves towards `target`. */
export interface Clock {
  readonly from: number;
  readonly target: number;
  readonly since: number;
}

/** How much a slewed clock may run faster or slower: 4 %, which nobody sees in a race. */
export const SLEW_RATE = 0.04;
/** Differences beyond this, in ms, are jumped: slewing them would take longer than a race. */
export const JUMP_BEYOND = 1_000;

/** The sample that can be wrong by least: the one with the shortest way there and back; null without any. */
export function best(samples: readonly Sample[]): Sample | null {
  return samples.reduce<Sample | null>((least, one) => (least === null || trip(one) < trip(least) ? one : least), null);
}

/** Server time minus local time, as if the answer had been made half-way (Cristian's algorithm). */
export function offsetOf(sample: Sample): number {
  return sample.now + trip(sample) / 2 - sample.received;
}

/** A clock that is right by one sample. */
export function clockOf(sample: Sample): Clock {
  const offset = offsetOf(sample);
  return { from: offset, target: offset, since: sample.received };
}

/** The offset at a local moment. */
export function offsetAt(clock: Clock, local: number): number {
  const left = clock.target - clock.from;
  const moved = Math.min(Math.abs(left), Math.max(0, local - clock.since) * SLEW_RATE);
  return clock.from + Math.sign(left) * moved;
}

/** Take over a new sample at a local moment; `smooth` (during a race) slews to it, so that nobody jumps on screen. */
export function adjusted(clock: Clock | null, sample: Sample, local: number, smooth: boolean): Clock {
  const fresh = clockOf(sample);
  if (clock === null) return fresh;
  const from = offsetAt(clock, local);
  if (!smooth || Math.abs(fresh.target - from) > JUMP_BEYOND) return { ...fresh, since: local };
  return { from, target: fresh.target, since: local };
}

function trip(sample: Sample): number {
  return sample.received - sample.sent;
}
