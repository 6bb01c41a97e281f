import { describe, expect, it } from "vitest";
import { arcs, sliceAt, turnAt } from "../../src/art/wheel.js";

const VOTES = [2, 0, 1, 3, 5];

describe("the wheel", () => {
  it("gives every slice its real share and leaves out those without votes", () => {
    const shares = arcs(VOTES).map(({ index, from, to }) => [index, ((to - from) / (Math.PI * 2)) * 11]);
    expect(shares.map(([index]) => index)).toEqual([0, 2, 3, 4]);
    shares.forEach(([index, share]) => expect(share).toBeCloseTo(VOTES[index as number] as number));
    expect(arcs([0, 0])).toEqual([]);
  });

  it.each([0, 2, 3, 4])("comes to rest on slice %i at the end of its time, whatever the votes", (target) => {
    for (const votes of [VOTES, [1, 1, 1, 1, 1], [9, 0, 1, 200, 3], [1, 0, 1, 1, 1]]) {
      expect(sliceAt(turnAt(1, votes, target), votes)).toBe(target);
      expect(turnAt(2.6, votes, target)).toBe(turnAt(1, votes, target));
    }
  });

  it("turns one way only, ever slower", () => {
    const turns = Array.from({ length: 56 }, (_, i) => turnAt(i / 55, VOTES, 3));
    const paces = turns.slice(1).map((turn, i) => turn - (turns[i] as number));
    paces.forEach((pace, i) => {
      expect(pace).toBeGreaterThanOrEqual(0);
      if (i > 0) expect(pace).toBeLessThanOrEqual((paces[i - 1] as number) + 1e-9);
    });
    expect((turns.at(-1) as number) - (turns[0] as number)).toBeGreaterThan(Math.PI * 8);
  });

  it("is a whole wheel when all voted alike", () => {
    expect(arcs([0, 4])).toEqual([{ index: 1, from: 0, to: Math.PI * 2 }]);
    expect(sliceAt(turnAt(1, [0, 4], 1), [0, 4])).toBe(1);
  });
});
