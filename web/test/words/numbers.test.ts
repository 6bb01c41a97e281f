/** Times, clocks and ranks as they are written. */
import { expect, it } from "vitest";
import { clock, ordinal, row, seconds, secondsLeft } from "../../src/words/numbers.js";

it("writes a finishing time with three digits", () => {
  expect(seconds(31_792)).toBe("31.792 s");
  expect(seconds(9_005)).toBe("9.005 s");
  expect(seconds(0)).toBe("0.000 s");
});

it("never shows a clock below zero", () => {
  expect(clock(17_999)).toBe("00:17");
  expect(clock(61_000)).toBe("01:01");
  expect(clock(-900)).toBe("00:00");
});

it("counts the last second until it is over", () => {
  expect(secondsLeft(5_000, 4_001)).toBe(1);
  expect(secondsLeft(5_000, 5_000)).toBe(0);
  expect(secondsLeft(5_000, 9_000)).toBe(0);
});

it("knows the teens among the ordinals", () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111].map(ordinal)).toEqual(["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st", "111th"]);
});

it("counts the names that do not fit", () => {
  const others = (count: number): string => `+${count}`;
  expect(row(["a", "b"], 2, ", ", others)).toBe("a, b");
  expect(row(["a", "b", "c"], 2, ", ", others)).toBe("a, b +1");
});
