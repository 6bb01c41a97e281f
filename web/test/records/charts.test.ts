/** What the charts are made of: scales in round numbers, posts that are the same every time. */
import { describe, expect, it } from "vitest";
import { wobbly } from "../../src/records/drawing.js";
import { steps } from "../../src/records/scale.js";

describe("a scale", () => {
  it.each([
    [0, [1]],
    [1, [1]],
    [3, [1, 2, 3]],
    [7, [2, 4, 6, 8]],
    [30, [10, 20, 30]],
    [43, [20, 40, 60]],
    [980, [500, 1000]],
  ])("up to %i", (most, lines) => expect(steps(most, 4)).toEqual(lines));
  it("has few lines, and the largest count below the last of them", () => {
    for (let most = 1; most < 5_000; most += 7) {
      const lines = steps(most, 4);
      expect(lines.length).toBeLessThanOrEqual(4);
      expect(lines[lines.length - 1]).toBeGreaterThanOrEqual(most);
    }
  });
});

it("a post is drawn the same every time, and differs from its neighbour", () => {
  expect(wobbly(10, 20, 8, 50, 3)).toBe(wobbly(10, 20, 8, 50, 3));
  expect(wobbly(10, 20, 8, 50, 3)).not.toBe(wobbly(10, 20, 8, 50, 4));
});
