import { describe, expect, test } from "vitest";

import { digest, readBook } from "../../src/race/book.js";
import { Dice } from "../../src/race/dice.js";
import { deal, drawLineup, drawRank, lastResort } from "../../src/race/draw.js";
import { encode } from "../../src/race/encoding.js";
import { settle } from "../../src/race/payers.js";
import { run } from "../../src/race/race.js";
import { position } from "../../src/race/segments.js";
import { bytes, segmentsOf, vectors } from "./vectors.js";

describe.each(vectors.races)("$name", (vector) => {
  const book = readBook(vectors.books[vector.book]);
  const { card } = vector.record;
  const race = run(card, book, bytes(vector.record.seed));

  test("the book has the digest of the server", () => {
    expect(digest(book)).toBe(vector.book);
  });

  test("all segments, times, the order and the payers are the server's", () => {
    expect(race).toEqual({ segments: segmentsOf(vector), finish: vector.record.finish, order: vector.record.order, end: vector.end, weather: vector.weather });
    expect(settle(card, race.order, bytes(vector.record.seed))).toEqual(vector.record.payers);
  });

  test("positions between the joints are the server's", () => {
    for (const [lane, t, mm] of vector.positions) expect([t, position(race.segments[lane] ?? [], t)]).toEqual([t, mm]);
  });
});

test("the vectors are all there", () => {
  expect(vectors.races.length).toBeGreaterThanOrEqual(20);
});

test.each(vectors.dice)("the stream $label throws what the server throws", (vector) => {
  const stream = new Dice(bytes(vector.seed), vector.race, bytes(vector.inputs)).stream(vector.label);
  expect(stream.many(20, vector.low, vector.high)).toEqual(vector.thrown);
});

describe.each(vectors.draws)("$race", (vector) => {
  const seed = bytes(vector.seed);

  test("rank, deal, lineup and last resort are the server's", () => {
    expect(drawRank(vector.rule, vector.votes, vector.distinct, seed, vector.race)).toBe(vector.rank);
    expect(deal(vector.players, vector.size, seed, vector.race)).toEqual(vector.deal);
    expect(drawLineup(vectors.stable, vector.size, seed)).toEqual(vector.lineup);
    expect(lastResort(vector.card, seed, vector.players)).toBe(vector.lastResort);
  });
});

test("text is measured in bytes and only integers have a canonical form", () => {
  expect(new TextDecoder().decode(encode(["말", 42, -7, []]))).toBe("l3:말i42ei-7elee");
  expect(() => encode(1.5)).toThrow(RangeError);
  expect(() => encode(Number.NaN)).toThrow(RangeError);
});

test("a seed of another length is refused", () => {
  expect(() => new Dice(new Uint8Array(31), "race", new Uint8Array())).toThrow("32 bytes");
});
