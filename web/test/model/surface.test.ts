import { describe, expect, it } from "vitest";
import { nextChange, secondsTo, surfaceAfter } from "../../src/model/surface.js";

describe("a lost connection", () => {
  it.each([
    [0, "nothing", 2_000],
    [1_999, "nothing", 1],
    [2_000, "bar", 8_000],
    [9_999, "bar", 1],
    [10_000, "overlay", 1_000],
    [12_300, "overlay", 700],
  ])("after %i ms shows %s, for %i ms more", (lostFor, surface, more) => {
    expect([surfaceAfter(lostFor), nextChange(lostFor)]).toEqual([surface, more]);
  });
  it("counts down in whole seconds to the next try", () => {
    expect([secondsTo(5_000, 1_500), secondsTo(5_000, 4_999), secondsTo(5_000, 5_000), secondsTo(null, 0)]).toEqual([4, 1, null, null]);
  });
});
