/**
 * One clock for all small drawings: a single animation frame loop that runs only while something on screen wants it.
 *
 * A drawing says how often it wants to be drawn; drawings off screen and pages in the background cost nothing.
 */

export interface Drawing {
  /** Pictures per second. */
  readonly rate: number;
  /** Draws the picture of a time in seconds. */
  draw(time: number): void;
}

interface Entry {
  readonly drawing: Drawing;
  seen: boolean;
  next: number;
}

export class Ticker {
  private readonly entries = new Map<Element, Entry>();
  private request = 0;
  private watcher: IntersectionObserver | null = null;

  /** Draws `drawing` while `host` is on screen, until `remove`. */
  add(host: Element, drawing: Drawing): void {
    this.entries.set(host, { drawing, seen: true, next: 0 });
    if (typeof IntersectionObserver !== "undefined") {
      this.watcher ??= new IntersectionObserver((sightings) => this.sighted(sightings), { rootMargin: "64px" });
      this.watcher.observe(host);
    }
    this.wake();
  }

  remove(host: Element): void {
    this.entries.delete(host);
    this.watcher?.unobserve(host);
  }

  /** How many drawings are known; for tests and leak hunts. */
  get size(): number {
    return this.entries.size;
  }

  private sighted(sightings: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of sightings) {
      const entry = this.entries.get(target);
      if (entry !== undefined) entry.seen = isIntersecting;
    }
    this.wake();
  }

  private wake(): void {
    if (this.request === 0 && this.wanted()) this.request = requestAnimationFrame((now) => this.tick(now));
  }

  private wanted(): boolean {
    for (const { seen } of this.entries.values()) if (seen) return true;
    return false;
  }

  private tick(now: number): void {
    this.request = 0;
    for (const entry of this.entries.values()) {
      if (!entry.seen || now < entry.next) continue;
      entry.next = now + 1000 / entry.drawing.rate - 4;
      entry.drawing.draw(now / 1000);
    }
    this.wake();
  }
}

/** The page's ticker; it does nothing before the first drawing is added. */
export const ticker = new Ticker();
