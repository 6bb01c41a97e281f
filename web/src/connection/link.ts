/** Watches how long the connection has been lost and says what to show of it; it neither connects nor disconnects. */
import { nextChange, secondsTo, surfaceAfter } from "../model/surface.js";
import type { Link } from "../model/state.js";

export class LinkWatch {
  #lostSince: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly line: { readonly nextTry: number | null },
    private readonly show: (link: Link) => void,
  ) {}

  /** The connection is being made, or is lost; told again while it is, nothing changes but the countdown. */
  lost(): void {
    this.#lostSince ??= performance.now();
    this.#tell();
  }

  /** The next try was planned or begun. */
  paced(): void {
    if (this.#lostSince !== null) this.#tell();
  }

  /** Not lost: it stands, is not needed, or is at an end. */
  settled(link: Exclude<Link, { at: "lost" }>): void {
    clearTimeout(this.#timer);
    this.#lostSince = null;
    this.show(link);
  }

  #tell(): void {
    if (this.#lostSince === null) return;
    const now = performance.now();
    const lostFor = now - this.#lostSince;
    const surface = surfaceAfter(lostFor);
    this.show({ at: "lost", surface, seconds: secondsTo(this.line.nextTry, now) });
    clearTimeout(this.#timer);
    // In the overlay the countdown's own second counts, not that of the loss.
    const left = this.line.nextTry === null ? 0 : this.line.nextTry - now;
    const change = surface === "overlay" && left > 0 ? left % 1_000 || 1_000 : nextChange(lostFor);
    this.#timer = setTimeout(() => this.#tell(), change);
  }
}
