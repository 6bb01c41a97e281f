/** The race: card, book and seed in, every racer's whole way out; the same integers as `paddock.domain.race`. */

import type { Card } from "../wire.gen.js";
import { type Book, digest, trackOf } from "./book.js";
import { type Course, travel, type Turning } from "./course.js";
import { Dice, type Stream } from "./dice.js";
import { encode, type Value } from "./encoding.js";
import { Fate, stretchesOf, weighted } from "./fate.js";
import { Malformed } from "./reading.js";
import { position, reached, type Segment } from "./segments.js";

export const MAX_LINEUP = 12;
export const MAX_RUNOFFS = 5;

/**
 * A race from start to end. `segments[lane]` is empty and `finish[lane]` null for a racer at the gate; a `finish` over the
 * time limit is the limit plus 1 ms per mm it had to go. `order`: picked lanes, best first, in groups of dead heats.
 */
export interface Race {
  readonly segments: readonly (readonly Segment[])[];
  readonly finish: readonly (number | null)[];
  readonly order: readonly (readonly number[])[];
  readonly end: number;
  readonly weather: string;
}

/** The distinct picked racers in lane order; the others stay at the gate. */
export function picked(card: Card): number[] {
  return [...new Set(card.picks.map(([, racer]) => racer))].sort((one, other) => one - other);
}

/** The card as the dice see it. */
export function cardValue(card: Card): Value {
  const { draw } = card;
  return [card.race, card.track, card.lineup, card.picks, [draw.rule, draw.votes, draw.distinct, draw.rank], card.runoff];
}

/** Runs a race; throws `Malformed` for a card that names no such track or racer, or on which nobody picked. */
export function run(card: Card, book: Book, seed: Uint8Array): Race {
  checkCard(card, book);
  const track = trackOf(book, card.track);
  const dice = new Dice(seed, card.race, encode([cardValue(card), digest(book)]));
  const weather = book.weathers.length === 0 ? { name: "", factor: 1000 } : weighted(dice.stream("weather"), book.weathers);
  const course: Course = { line: card.track * 1000, slotMs: book.pace_ms, limitMs: book.limit_ms };
  const fates = new Map(picked(card).map((lane) => [lane, new Fate(dice, lane, book, track, weather.factor)]));
  const ways = new Map([...fates].map(([lane, fate]) => [lane, travel(fate, course)]));
  const comeback = comebackOf(dice.stream("comeback"), book, course, fates, ways);
  if (comeback !== undefined) ways.set(comeback.lane, travel(comeback.fate, course, comeback.turning));
  const finish = new Map([...ways].map(([lane, way]) => [lane, finishOf(way, course)]));
  return {
    segments: card.lineup.map((_, lane) => ways.get(lane) ?? []),
    finish: card.lineup.map((_, lane) => finish.get(lane) ?? null),
    order: orderOf(finish),
    end: Math.min(Math.max(...finish.values()), course.limitMs),
    weather: weather.name,
  };
}

function checkCard(card: Card, book: Book): void {
  trackOf(book, card.track);
  const lanes = card.lineup.length;
  if (lanes < 2 || lanes > MAX_LINEUP) throw new Malformed(`a race has from 2 to ${MAX_LINEUP} lanes, not ${lanes}`);
  if (card.picks.length === 0) throw new Malformed("nobody picked a racer");
  for (const [index, [player, racer]] of card.picks.entries()) {
    const before = card.picks[index - 1];
    if (before !== undefined && before[0] >= player) throw new Malformed("picks are sorted by player, one each");
    if (racer < 0 || racer >= lanes) throw new Malformed("a pick is outside of the lineup");
  }
}

function comebackOf(
  stream: Stream,
  book: Book,
  course: Course,
  fates: ReadonlyMap<number, Fate>,
  ways: ReadonlyMap<number, readonly Segment[]>,
): { lane: number; fate: Fate; turning: Turning } | undefined {
  const rule = book.comeback;
  const mark = Math.floor((course.line * rule.at) / 1000);
  const passes = [...ways.values()].map((way) => reached(way, mark)).filter((t) => t !== undefined);
  if (ways.size < 2 || passes.length === 0) return undefined;
  const transforms = stream.below(1000) < rule.transform;
  if (!transforms && stream.below(1000) >= rule.fakeout) return undefined;
  const t = Math.min(...passes);
  const places = [...ways].map(([lane, way]) => ({ lane, mm: position(way, t) }));
  const least = Math.min(...places.map((place) => place.mm));
  const last = places.filter((place) => place.mm === least);
  const { lane } = last[stream.below(last.length)] as { lane: number };
  const fate = fates.get(lane) as Fate;
  const phases = transforms ? rule.transformed : rule.pretended;
  return { lane, fate, turning: { t, stretches: stretchesOf(stream, phases, fate.base) } };
}

function finishOf(way: readonly Segment[], course: Course): number {
  const last = way[way.length - 1] as Segment;
  return last.mood === "finished" ? last.t : course.limitMs + course.line - last.mm;
}

function orderOf(finish: ReadonlyMap<number, number>): number[][] {
  const times = [...new Set(finish.values())].sort((one, other) => one - other);
  return times.map((ms) => [...finish.keys()].filter((lane) => finish.get(lane) === ms).sort((one, other) => one - other));
}
