import { describe, expect, it } from "vitest";
import { doingAt, endedAt, finishedAt, runOut } from "../../src/track/motion.js";
import { SLOW, way } from "./race.js";

describe("what a racer is doing", () => {
  it("has a mood that began with the first of its segments", () => {
    const pace = way([0, 0, 25_000, "run"], [500, 12_500, 24_000, "run"], [1000, 24_500, 0, "stop"]);
    expect(doingAt(pace, 700)).toEqual({ mood: "run", since: 0, speed: 24_000 });
    expect(doingAt(pace, 1000)).toEqual({ mood: "stop", since: 1000, speed: 0 });
  });

  it("stands before the start and in the gate", () => {
    expect(doingAt(SLOW, -1).speed).toBe(0);
    expect(doingAt([], 5000)).toEqual({ mood: "run", since: 0, speed: 0 });
  });

  it("is over at the line, or by the time limit", () => {
    expect([finishedAt(SLOW), endedAt(SLOW)]).toEqual([20_997, 20_997]);
    const out = way([0, 0, 5000, "run"], [60_000, 300_000, 0, "out"]);
    expect([finishedAt(out), endedAt(out)]).toEqual([null, 60_000]);
    expect(endedAt(way([0, 0, 5000, "run"]))).toBeNull();
  });
});

describe("running out behind the line", () => {
  it("goes on, ever slower, and never overtakes a better place", () => {
    for (let since = 0; since < 4000; since += 50) {
      expect(runOut(since + 50, 0)).toBeGreaterThan(runOut(since, 0));
      // The second came in 40 ms later.
      if (since >= 40) expect(runOut(since - 40, 1)).toBeLessThan(runOut(since, 0));
    }
    expect(runOut(0, 3)).toBe(0);
  });

  it("keeps a dead heat level", () => expect(runOut(900, 2)).toBe(runOut(900, 2)));
});
