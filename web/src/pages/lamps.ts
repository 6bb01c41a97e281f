/**
 * Whether the lamps over the gate are on: the last seconds before a heat, when the track is shown instead of the cards.
 * Redraws its host when they come on; it knows no phase and draws nothing.
 */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import { LAMPS_MS } from "../track/timing.js";

export class Lamps implements ReactiveController {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `ends` gives the end of the countdown (ms since the epoch), null when there is none; `now` is the server's clock. */
  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly ends: () => number | null,
    private readonly now: () => number,
  ) {
    host.addController(this);
  }

  get on(): boolean {
    const left = this.#left();
    return left !== null && left <= 0;
  }

  hostUpdated(): void {
    clearTimeout(this.#timer);
    const left = this.#left();
    if (left !== null && left > 0) this.#timer = setTimeout(() => this.host.requestUpdate(), left);
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }

  /** Until they come on, in ms. */
  #left(): number | null {
    const ends = this.ends();
    return ends === null ? null : ends - LAMPS_MS - this.now();
  }
}
