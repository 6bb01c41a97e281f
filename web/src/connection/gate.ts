/** A door that requests wait at: open while they may be sent; it knows nothing of what is sent. */
import type { Failure } from "../model/state.js";

export class Gate {
  #open = false;
  readonly #waiting = new Set<(outcome: Failure | null) => void>();

  /** Let everybody through who waits, and all who come. */
  open(): void {
    this.#open = true;
    this.#release(null);
  }

  /** From now on whoever comes waits. */
  shut(): void {
    this.#open = false;
  }

  /** Shut, and send away those who wait, saying why. */
  bar(why: Failure): void {
    this.#open = false;
    this.#release(why);
  }

  /** Wait at most `ms`; null once the way is free, else why it is not. */
  pass(ms: number): Promise<Failure | null> {
    if (this.#open) return Promise.resolve(null);
    if (ms <= 0) return Promise.resolve("unreachable");
    return new Promise((resolve) => {
      const timer = setTimeout(() => done("unreachable"), ms);
      const done = (outcome: Failure | null): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve(outcome);
      };
      this.#waiting.add(done);
    });
  }

  #release(outcome: Failure | null): void {
    for (const done of [...this.#waiting]) done(outcome);
  }
}
