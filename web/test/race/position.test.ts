import { describe, expect, test } from "vitest";

import { joined, positionAt, standings } from "../../src/race/position.js";
import type { Segment } from "../../src/race/segments.js";
import { named, segmentsOf, vectors } from "./vectors.js";

const way: Segment[] = [
  { t: 0, mm: 0, speed: 20_000, mood: "run" },
  { t: 500, mm: 10_000, speed: -10_000, mood: "slip" },
  { t: 700, mm: 8_000, speed: 20_000, mood: "run" },
  { t: 1000, mm: 14_000, speed: 0, mood: "finished" },
];

test("a racer is drawn along its lines", () => {
  expect(positionAt(way, 250)).toEqual({ mm: 5_000, speed: 20_000, mood: "run" });
  expect(positionAt(way, 600.9)).toEqual({ mm: 9_000, speed: -10_000, mood: "slip" });
  expect(positionAt(way, 5_000)).toEqual({ mm: 14_000, speed: 0, mood: "finished" });
});

test("before the start, or unpicked, a racer stands at the gate", () => {
  expect(positionAt(way, -400).mm).toBe(0);
  expect(positionAt([], 400).mm).toBe(0);
});

test("where the next segment is not out yet, the last one goes on, but never behind the start", () => {
  expect(positionAt(way.slice(0, 1), 1_000).mm).toBe(20_000);
  expect(positionAt(way.slice(0, 2), 9_000).mm).toBe(0);
});

describe.each(vectors.races)("$name", (vector) => {
  const lanes = segmentsOf(vector);

  test("the order at the end is the order in the result", () => {
    const groups = new Map<number, number[]>();
    for (const { lane, rank } of standings(lanes, vector.end)) groups.set(rank, [...(groups.get(rank) ?? []), lane]);
    expect([...groups.values()]).toEqual(vector.record.order);
  });

  test("nobody's finish is told before it", () => {
    for (const [lane, ms] of vector.record.finish.entries()) {
      if (ms === null || ms > 60_000) continue;
      expect(standings(lanes, ms - 1).find((row) => row.lane === lane)?.finish).toBeNull();
      expect(standings(lanes, ms).find((row) => row.lane === lane)?.finish).toBe(ms);
    }
  });

  test("the wire row is the segments of its window", () => {
    const { since, until, row } = vector.wire;
    const inside = lanes.map((segments) => segments.filter((segment) => segment.t > since && segment.t <= until));
    const empty = lanes.map(() => []);
    expect(joined(empty, row)).toEqual(inside);
    expect(joined(joined(empty, row), row)).toEqual(inside);
  });
});

test("equal racers share a rank and the next one is counted on", () => {
  const at = (mm: number): Segment[] => [{ t: 0, mm, speed: 0, mood: "stop" }];
  expect(standings([at(5), at(9), [], at(9), at(1)], 10)).toEqual([
    { lane: 1, rank: 1, mm: 9, finish: null },
    { lane: 3, rank: 1, mm: 9, finish: null },
    { lane: 0, rank: 3, mm: 5, finish: null },
    { lane: 4, rank: 4, mm: 1, finish: null },
  ]);
});

test("a lane or mood this client does not know harms nobody", () => {
  expect(joined([[]], [7, 0, 0, 1, 0])).toEqual([[]]);
  expect(joined([[]], [0, 0, 0, 1, 99])).toEqual([[{ t: 0, mm: 0, speed: 1, mood: "run" }]]);
  expect(joined([[]], [0, 0])).toEqual([[]]);
});

test("the last racer out at 60 s stands behind those who finished", () => {
  const vector = named("ended at 60 s");
  const last = standings(segmentsOf(vector), 60_000).at(-1);
  expect(last?.finish).toBeNull();
});
