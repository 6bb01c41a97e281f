import { describe, expect, it } from "vitest";
import { adjusted, best, clockOf, JUMP_BEYOND, offsetAt, offsetOf, SLEW_RATE, type Sample } from "../../src/model/clock.js";

/** A server whose clock is `ahead` ms ahead, asked at `sent` over ways of `there` and `back` ms. */
function asked(ahead: number, sent: number, there: number, back: number): Sample {
  return { sent, received: sent + there + back, now: sent + there + ahead };
}

describe("the server's clock", () => {
  it("is known exactly over even ways", () => expect(offsetOf(asked(70_000, 500, 40, 40))).toBe(70_000));
  it("is wrong by half the difference of uneven ways at most", () => expect(offsetOf(asked(0, 0, 10, 90))).toBe(-40));
  it("is told best by the quickest answer", () => {
    const samples = [asked(100, 0, 10, 200), asked(100, 300, 20, 30), asked(100, 400, 300, 20)];
    expect(best(samples)).toBe(samples[1]);
    expect(best([])).toBeNull();
  });
  it("is taken over at once the first time", () => {
    const clock = adjusted(null, asked(5_000, 0, 10, 10), 20, true);
    expect(offsetAt(clock, 20)).toBe(5_000);
  });
  it("jumps while nobody looks", () => {
    const clock = adjusted(clockOf(asked(0, 0, 10, 10)), asked(300, 1_000, 10, 10), 1_020, false);
    expect(offsetAt(clock, 1_020)).toBe(300);
  });
  it.each([300, -300])("slews by %i ms during a race, without a step and never backwards", (change) => {
    const clock = adjusted(clockOf(asked(0, 0, 10, 10)), asked(change, 1_000, 10, 10), 1_020, true);
    expect(offsetAt(clock, 1_020)).toBe(0);
    const times = Array.from({ length: 1_000 }, (_, at) => 1_020 + at * 16);
    const steps = times.slice(1).map((time, at) => time + offsetAt(clock, time) - (times[at]! + offsetAt(clock, times[at]!)));
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(16 * (1 - SLEW_RATE) - 1e-9);
    expect(Math.max(...steps)).toBeLessThanOrEqual(16 * (1 + SLEW_RATE) + 1e-9);
    expect(offsetAt(clock, 1_020 + 300 / SLEW_RATE)).toBeCloseTo(change);
    expect(offsetAt(clock, 1e6)).toBe(change);
  });
  it("goes on slewing from where it is when asked again", () => {
    const first = adjusted(clockOf(asked(0, 0, 0, 0)), asked(400, 0, 0, 0), 0, true);
    const second = adjusted(first, asked(400, 2_500, 0, 0), 2_500, true);
    expect(offsetAt(second, 2_500)).toBeCloseTo(100);
  });
  it("jumps when slewing would outlast the race: a device that slept", () => {
    const late = JUMP_BEYOND + 1;
    const clock = adjusted(clockOf(asked(0, 0, 0, 0)), asked(late, 0, 0, 0), 0, true);
    expect(offsetAt(clock, 0)).toBe(late);
  });
});
