/** The vectors both languages run, with their types; `make_vectors.py` writes the file. */

import { readFileSync } from "node:fs";

import { hexToBytes } from "@noble/hashes/utils.js";

import type { Mood } from "../../src/race/mood.js";
import type { RaceRecord } from "../../src/race/record.js";
import type { Segment } from "../../src/race/segments.js";
import type { Card, Rule } from "../../src/wire.gen.js";

export interface RaceVector {
  readonly name: string;
  readonly book: string;
  readonly record: Omit<RaceRecord, "book">;
  readonly segments: readonly (readonly (readonly [number, number, number, Mood])[])[];
  readonly end: number;
  readonly weather: string;
  readonly wire: { readonly since: number; readonly until: number; readonly row: readonly number[] };
  readonly positions: readonly (readonly [lane: number, t: number, mm: number])[];
}

export interface DiceVector {
  readonly seed: string;
  readonly race: string;
  readonly inputs: string;
  readonly label: string;
  readonly low: number;
  readonly high: number;
  readonly thrown: readonly number[];
}

export interface DrawVector {
  readonly seed: string;
  readonly race: string;
  readonly rule: Rule;
  readonly votes: readonly number[];
  readonly distinct: number;
  readonly rank: number;
  readonly players: readonly string[];
  readonly size: number;
  readonly deal: readonly (readonly [string, number])[];
  readonly lineup: readonly string[];
  readonly lastResort: string;
  readonly card: Card;
}

interface Vectors {
  readonly stable: readonly string[];
  readonly dice: readonly DiceVector[];
  readonly draws: readonly DrawVector[];
  readonly books: Readonly<Record<string, unknown>>;
  readonly races: readonly RaceVector[];
}

export const vectors = JSON.parse(readFileSync(new URL("../../../tests/vectors/races.json", import.meta.url).pathname, "utf8")) as Vectors;

export function bytes(hex: string): Uint8Array {
  return hexToBytes(hex);
}

/** The whole record of a vector as it would come over the wire. */
export function wireRecord(vector: RaceVector): unknown {
  return { ...vector.record, book: vectors.books[vector.book] };
}

export function segmentsOf(vector: RaceVector): Segment[][] {
  return vector.segments.map((lane) => lane.map(([t, mm, speed, mood]) => ({ t, mm, speed, mood })));
}

export function named(name: string): RaceVector {
  const found = vectors.races.find((vector) => vector.name === name);
  if (found === undefined) throw new Error(`no vector called ${name}`);
  return found;
}
