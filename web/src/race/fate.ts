/** A racer's fate: all that its dice decide before it runs, thrown in the order of `paddock.domain.fate`. */

import type { Book, Gimmick, Phase, Track } from "./book.js";
import type { Dice, Stream } from "./dice.js";
import type { Mood } from "./mood.js";

/** A phase with its dice thrown: `ms` long at `speed` mm/s, whatever the pace is. */
export interface Stretch {
  readonly mood: Mood;
  readonly ms: number;
  readonly speed: number;
}

/** A gimmick that waits at `mm` on the track. */
export interface Trigger {
  readonly mm: number;
  readonly stretches: readonly Stretch[];
}

/** Base speed (mm/s), triggers from near to far, and the pace in each slot of the clock of one racer. */
export class Fate {
  readonly base: number;
  readonly triggers: readonly Trigger[];
  readonly #pace: Stream;
  readonly #book: Book;
  readonly #speeds: number[] = [];

  constructor(dice: Dice, lane: number, book: Book, track: Track, weather: number) {
    const base = dice.stream(`form:${lane}`).between(...track.base);
    this.base = Math.floor((base * weather) / 1000);
    this.triggers = triggersOf(dice.stream(`gimmick:${lane}`), book, track, this.base);
    this.#pace = dice.stream(`pace:${lane}`);
    this.#book = book;
  }

  /** The running speed in mm/s during the slot of the clock, counted from 0. */
  speed(slot: number): number {
    while (slot >= this.#speeds.length) this.#speeds.push(Math.floor((this.base * this.#pace.between(...this.#book.pace)) / 1000));
    return this.#speeds[slot] as number;
  }
}

/** Throws the dice for length and speed of each phase, for a racer with that base speed (mm/s). */
export function stretchesOf(stream: Stream, phases: readonly Phase[], base: number): Stretch[] {
  return phases.map((phase) => {
    const ms = stream.between(...phase.ms);
    const factor = stream.between(...phase.factor);
    const speed = factor >= 0 ? Math.floor((base * factor) / 1000) : 0 - Math.floor((base * -factor) / 1000);
    return { mood: phase.mood, ms, speed };
  });
}

function triggersOf(stream: Stream, book: Book, track: Track, base: number): Trigger[] {
  const count = stream.between(...track.gimmicks);
  if (count === 0) return [];
  const [low, high] = book.window;
  const gap = track.metres * book.gap;
  const places = stream.many(count, track.metres * low, track.metres * high - (count - 1) * gap).sort((one, other) => one - other);
  let category = "";
  return places.map((place, index) => {
    const gimmick = choose(stream, book.gimmicks, category);
    category = gimmick.category;
    return { mm: place + index * gap, stretches: stretchesOf(stream, gimmick.phases, base) };
  });
}

function choose(stream: Stream, gimmicks: readonly Gimmick[], barred: string): Gimmick {
  return weighted(stream, gimmicks.filter((gimmick) => gimmick.category !== barred));
}

/** One of the items, each with the chance of its weight. */
export function weighted<T extends { readonly weight: number }>(stream: Stream, items: readonly T[]): T {
  let roll = stream.below(items.reduce((sum, item) => sum + item.weight, 0));
  for (const item of items) {
    roll -= item.weight;
    if (roll < 0) return item;
  }
  throw new Error("the weights add up to more than the roll");
}
