/** Keeps the page's idea of the server's time right while it is in a room; when to slew and how is `model/clock`'s. */
import { newId } from "../connection/random.js";
import type { Line } from "../connection/line.js";
import { adjusted, best, clockOf, offsetAt, type Clock, type Sample } from "../model/clock.js";

/** Questions asked in one go. */
export const SAMPLES = 5;
/** Between two rounds of questions, in ms: while racing, and otherwise. */
export const RACING_EVERY = 30_000;
export const CALM_EVERY = 60_000;

export class Timekeeper {
  #clock: Clock | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Raised by each start and stop, so that a round of questions under way knows that it is no longer wanted. */
  #shift = 0;

  constructor(
    private readonly line: Pick<Line, "ask">,
    private readonly racing: () => boolean,
  ) {}

  /** The server's time, ms since the epoch; this device's own time until the server has been asked. */
  now(): number {
    if (this.#clock === null) return Date.now();
    const local = performance.now();
    return local + offsetAt(this.#clock, local);
  }

  /** Learn from an answer that tells the server's time by the way, while there is nothing better. */
  glimpse(sample: Sample): void {
    this.#clock ??= adjusted(null, sample, sample.received, false);
  }

  /** The server says that its clock was set and shows `now`: take that for true at once, and ask for the exact time. */
  stepped(now: number): void {
    const local = performance.now();
    this.#clock = clockOf({ sent: local, received: local, now });
    this.start();
  }

  /** Ask now and from time to time until stopped. */
  start(): void {
    this.stop();
    void this.#ask(this.#shift);
  }

  stop(): void {
    this.#shift += 1;
    clearTimeout(this.#timer);
  }

  async #ask(shift: number): Promise<void> {
    const samples: Sample[] = [];
    for (let asked = 0; asked < SAMPLES; asked += 1) {
      const sent = performance.now();
      const answer = await this.line.ask("sync_clock", { id: newId() });
      if (shift !== this.#shift) return;
      if (answer === null || !answer.ok) break;
      samples.push({ sent, received: performance.now(), now: answer.now });
    }
    const sample = best(samples);
    if (sample !== null) this.#clock = adjusted(this.#clock, sample, performance.now(), this.racing());
    this.#timer = setTimeout(() => void this.#ask(shift), this.racing() ? RACING_EVERY : CALM_EVERY);
  }
}
