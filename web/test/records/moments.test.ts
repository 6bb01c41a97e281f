/** Days and times of the records in their own time zone, whatever the reader's is. */
import { describe, expect, it } from "vitest";
import { dayName, dayOf, grouped, percent, periodName, shortDay, timeOf, wholeDay } from "../../src/words/moments.js";

const LATE = Date.UTC(2026, 10, 25, 15, 30);


describe("a moment", () => {
  it("lies in a day of the zone", () => {
    expect([dayOf(LATE, "Asia/Seoul"), dayOf(LATE, "UTC"), dayOf(LATE, "America/Los_Angeles")]).toEqual(["2026-11-26", "2026-11-25", "2026-11-25"]);
  });
  it("has a time of day that reads the same in both languages", () => {
    expect([timeOf(LATE, "ko", "Asia/Seoul"), timeOf(LATE, "en", "Asia/Seoul"), timeOf(LATE, "en", "UTC")]).toEqual(["00:30", "00:30", "15:30"]);
  });
});

describe("a day", () => {
  it("is named by its distance while it is near", () => {
    expect(["2026-11-26", "2026-11-25"].map((day) => dayName(day, "2026-11-26", "ko"))).toEqual(["오늘", "어제"]);
    expect(["2026-11-26", "2026-11-25"].map((day) => dayName(day, "2026-11-26", "en"))).toEqual(["Today", "Yesterday"]);
  });
  it("has its year only when it is another one", () => {
    expect(dayName("2026-10-01", "2026-11-26", "ko")).toBe("10월 1일 (목)");
    expect(dayName("2025-10-01", "2026-11-26", "ko")).toContain("2025년");
    expect(wholeDay("2026-10-01", "en")).toBe("October 1, 2026");
    expect(shortDay("2026-10-01", "en")).toBe("10/1");
  });
});

it("a time with an end is named by all of it", () => {
  // Browsers differ in which kinds of spaces they put.
  const named = (code: string): readonly string[] => (["day", "week", "month"] as const).map((period) => periodName(period, "2026-11-01", code).replace(/\s/g, ""));
  expect(named("en")).toEqual(["November1,2026", "October26–November1,2026", "November2026"]);
  expect(named("ko")).toEqual(["2026년11월1일", "2026년10월26일~11월1일", "2026년11월"]);
});

it("shares are never rounded to nothing or to all", () => {
  expect([0, 0.001, 0.264, 0.999, 1].map(percent)).toEqual(["0%", "<1%", "26%", "99%", "100%"]);
});

it("counts have groups of three", () => {
  expect([grouped(1_234_567, "ko"), grouped(12, "en")]).toEqual(["1,234,567", "12"]);
});
