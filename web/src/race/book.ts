/**
 * The book: the settings of the races as validated integers, with the bounds of `paddock.domain.book`.
 * A record from elsewhere carries its book, so nothing in it is believed before `readBook` has seen it.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

import { encode, type Value } from "./encoding.js";
import { isMood, type Mood } from "./mood.js";
import { Malformed, integer, list, only, record, text } from "./reading.js";

export type Span = readonly [low: number, high: number];

export interface Track {
  readonly metres: number;
  readonly base: Span;
  readonly gimmicks: Span;
}

export interface Phase {
  readonly mood: Mood;
  readonly ms: Span;
  readonly factor: Span;
}

export interface Gimmick {
  readonly name: string;
  readonly category: string;
  readonly weight: number;
  readonly phases: readonly Phase[];
}

export interface Comeback {
  readonly at: number;
  readonly transform: number;
  readonly fakeout: number;
  readonly transformed: readonly Phase[];
  readonly pretended: readonly Phase[];
}

export interface Weather {
  readonly name: string;
  readonly weight: number;
  readonly factor: number;
}

/** All settings of a race: per mille, mm/s and ms. */
export interface Book {
  readonly schema: 1;
  readonly tracks: readonly Track[];
  readonly pace_ms: number;
  readonly pace: Span;
  readonly window: Span;
  readonly gap: number;
  readonly gimmicks: readonly Gimmick[];
  readonly comeback: Comeback;
  readonly weathers: readonly Weather[];
  readonly limit_ms: number;
  readonly stable: readonly string[];
}

const SLUG = /^[a-z][a-z0-9_]{0,23}$/;

/** The track of that length; throws `Malformed` when the book has none. */
export function trackOf(book: Book, metres: number): Track {
  const track = book.tracks.find((one) => one.metres === metres);
  if (track === undefined) throw new Malformed(`the book has no track of ${metres} m`);
  return track;
}

/** The book in a value from JSON; throws `Malformed` saying what is wrong. */
export function readBook(value: unknown): Book {
  const raw = record(value, "book");
  only(raw, ["schema", "tracks", "pace_ms", "pace", "window", "gap", "gimmicks", "comeback", "weathers", "limit_ms", "stable"], "book");
  if (raw["schema"] !== 1) throw new Malformed("book: this page reads schema 1");
  const book: Book = {
    schema: 1,
    tracks: list(raw["tracks"], 1, 8, "tracks").map(readTrack),
    pace_ms: integer(raw["pace_ms"], 250, 5000, "pace_ms"),
    pace: span(raw["pace"], 500, 1500, "pace"),
    window: span(raw["window"], 10, 990, "window"),
    gap: integer(raw["gap"], 10, 1000, "gap"),
    gimmicks: list(raw["gimmicks"], 1, 64, "gimmicks").map(readGimmick),
    comeback: readComeback(raw["comeback"]),
    weathers: list(raw["weathers"], 0, 8, "weathers").map(readWeather),
    limit_ms: integer(raw["limit_ms"], 10_000, 120_000, "limit_ms"),
    stable: list(raw["stable"], 6, 64, "stable").map((kind) => text(kind, SLUG, "stable")),
  };
  check(book);
  return book;
}

function check(book: Book): void {
  distinct(book.tracks.map((track) => track.metres), "tracks");
  distinct(book.gimmicks.map((gimmick) => gimmick.name), "gimmicks");
  distinct(book.weathers.map((weather) => weather.name), "weathers");
  distinct(book.stable, "kinds in the stable");
  const most = Math.max(...book.tracks.map((track) => track.gimmicks[1]));
  if ((most - 1) * book.gap > book.window[1] - book.window[0]) throw new Malformed(`${most} gimmicks do not fit into the window`);
  if (most > 1 && new Set(book.gimmicks.map((gimmick) => gimmick.category)).size === 1) throw new Malformed("gimmicks need two categories");
}

function distinct(names: readonly (string | number)[], what: string): void {
  if (new Set(names).size !== names.length) throw new Malformed(`${what} must differ from each other`);
}

function span(value: unknown, least: number, most: number, what: string): Span {
  const [low, high] = list(value, 2, 2, what).map((end) => integer(end, least, most, what)) as [number, number];
  if (low > high) throw new Malformed(`${what}: a span runs from low to high`);
  return [low, high];
}

function readTrack(value: unknown): Track {
  const raw = record(value, "track");
  only(raw, ["metres", "base", "gimmicks"], "track");
  return { metres: integer(raw["metres"], 100, 3000, "metres"), base: span(raw["base"], 5_000, 60_000, "base"), gimmicks: span(raw["gimmicks"], 0, 12, "gimmicks") };
}

function readPhase(value: unknown): Phase {
  const raw = record(value, "phase");
  only(raw, ["mood", "ms", "factor"], "phase");
  const mood = raw["mood"];
  if (!isMood(mood) || mood === "finished" || mood === "out") throw new Malformed("phase: not a mood of a gimmick");
  return { mood, ms: span(raw["ms"], 100, 10_000, "ms"), factor: span(raw["factor"], -3000, 4000, "factor") };
}

function readPhases(value: unknown): Phase[] {
  return list(value, 1, 4, "phases").map(readPhase);
}

function readGimmick(value: unknown): Gimmick {
  const raw = record(value, "gimmick");
  only(raw, ["name", "category", "weight", "phases"], "gimmick");
  return { name: text(raw["name"], SLUG, "name"), category: text(raw["category"], SLUG, "category"), weight: integer(raw["weight"], 1, 1000, "weight"), phases: readPhases(raw["phases"]) };
}

function readComeback(value: unknown): Comeback {
  const raw = record(value, "comeback");
  only(raw, ["at", "transform", "fakeout", "transformed", "pretended"], "comeback");
  return {
    at: integer(raw["at"], 100, 900, "at"),
    transform: integer(raw["transform"], 0, 1000, "transform"),
    fakeout: integer(raw["fakeout"], 0, 1000, "fakeout"),
    transformed: readPhases(raw["transformed"]),
    pretended: readPhases(raw["pretended"]),
  };
}

function readWeather(value: unknown): Weather {
  const raw = record(value, "weather");
  only(raw, ["name", "weight", "factor"], "weather");
  return { name: text(raw["name"], SLUG, "name"), weight: integer(raw["weight"], 1, 1000, "weight"), factor: integer(raw["factor"], 500, 1500, "factor") };
}

const phaseValues = (phases: readonly Phase[]): Value => phases.map((phase) => [phase.mood, phase.ms, phase.factor]);

/** The SHA-256 of the book's canonical encoding in hexadecimal; equal books have equal digests. */
export function digest(book: Book): string {
  const comeback = book.comeback;
  const values: Value = [
    book.schema,
    book.tracks.map((track) => [track.metres, track.base, track.gimmicks]),
    book.pace_ms,
    book.pace,
    book.window,
    book.gap,
    book.gimmicks.map((gimmick) => [gimmick.name, gimmick.category, gimmick.weight, phaseValues(gimmick.phases)]),
    [comeback.at, comeback.transform, comeback.fakeout, phaseValues(comeback.transformed), phaseValues(comeback.pretended)],
    book.weathers.map((weather) => [weather.name, weather.weight, weather.factor]),
    book.limit_ms,
    book.stable,
  ];
  return bytesToHex(sha256(encode(values)));
}
