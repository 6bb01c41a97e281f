import { describe, expect, test } from "vitest";

import { readRecord, type RaceRecord } from "../../src/race/record.js";
import { verify } from "../../src/race/verify.js";
import { named, vectors, wireRecord } from "./vectors.js";

const heat = readRecord(wireRecord(named("500 m, 6 racers")));
const voted = readRecord(wireRecord(named("a voted rank pays")));
const runOff = readRecord(wireRecord(named("run-off with enough racers")));

function fields(record: RaceRecord): string[] {
  return verify(record).map((difference) => difference.field);
}

test.each(vectors.races)("$name is verified", (vector) => {
  expect(verify(readRecord(wireRecord(vector)))).toEqual([]);
});

describe("what was changed afterwards is noticed", () => {
  test("another seed", () => {
    expect(fields({ ...heat, seed: "00".repeat(32) })).toEqual(expect.arrayContaining(["commitment", "finish"]));
  });

  test("another commitment", () => {
    expect(fields({ ...heat, commitment: "00".repeat(32) })).toEqual(["commitment"]);
  });

  test("a turned order", () => {
    expect(fields({ ...heat, order: [...heat.order].reverse() })).toEqual(["order"]);
  });

  test("a finish off by a millisecond", () => {
    expect(fields({ ...heat, finish: heat.finish.map((ms, lane) => (ms !== null && lane === 0 ? ms + 1 : ms)) })).toEqual(["finish"]);
  });

  test("another payer, with what it should be", () => {
    const innocent = heat.card.picks.map(([player]) => player).find((player) => !heat.payers.includes(player)) as string;
    expect(verify({ ...heat, payers: [innocent] })).toEqual([{ field: "payers", recorded: JSON.stringify([innocent]), expected: JSON.stringify(heat.payers) }]);
  });

  test("a rank nobody drew", () => {
    const draw = { ...voted.card.draw, rank: (voted.card.draw.rank % 6) + 1 };
    expect(fields({ ...voted, card: { ...voted.card, draw } })).toContain("rank");
  });

  test("another rule", () => {
    expect(fields({ ...heat, rule: "first" })).toEqual(["rule"]);
  });

  test("picks that were not dealt", () => {
    const taken = runOff.card.picks.map(([, lane]) => lane);
    const free = [0, 1, 2, 3, 4, 5].find((lane) => !taken.includes(lane)) as number;
    const picks = runOff.card.picks.map(([player, lane], index): [string, number] => [player, index === 0 ? free : lane]);
    expect(fields({ ...runOff, card: { ...runOff.card, picks } })).toContain("deal");
  });

  test("a pick or a setting changed afterwards runs another race", () => {
    const lanes = heat.card.picks.map(([, lane]) => lane).reverse();
    const picks = heat.card.picks.map(([player], index): [string, number] => [player, lanes[index] as number]);
    expect(fields({ ...heat, card: { ...heat.card, picks } })).toContain("finish");
    expect(fields({ ...heat, book: { ...heat.book, gap: 79 } })).toContain("finish");
  });

  test("a card that makes no race is a difference, not a crash", () => {
    expect(fields({ ...heat, card: { ...heat.card, track: 999 } })).toEqual(["card"]);
    expect(fields({ ...heat, card: { ...heat.card, draw: { ...heat.card.draw, distinct: 0 } } })).toEqual(["card"]);
  });
});

describe("what is no record is not read", () => {
  const loose = wireRecord(named("500 m, 6 racers")) as Record<string, unknown>;
  const book = loose["book"] as Record<string, unknown>;

  test.each([
    ["nothing", null],
    ["a list", []],
    ["another schema", { ...loose, schema: 2 }],
    ["an unknown field", { ...loose, extra: 1 }],
    ["a missing field", { ...loose, seed: undefined }],
    ["a seed in capitals", { ...loose, seed: "AB".repeat(32) }],
    ["a fraction", { ...loose, finish: [1.5] }],
    ["a track as text", { ...loose, card: { ...(loose["card"] as object), track: "500" } }],
    ["a book without gimmicks", { ...loose, book: { ...book, gimmicks: [] } }],
    ["a span the wrong way", { ...loose, book: { ...book, pace: [1100, 900] } }],
    ["a window too small", { ...loose, book: { ...book, gap: 200 } }],
    ["an endless race", { ...loose, book: { ...book, limit_ms: 1e12 } }],
    ["an inherited field", Object.create(loose) as unknown],
  ])("%s", (_, value) => {
    expect(() => readRecord(value)).toThrow(expect.objectContaining({ name: "Malformed" }));
  });
});
