import { describe, expect, it } from "vitest";
import { standings } from "../../src/race/position.js";
import { BEND_MS, LAG_MS, decisiveMoment, drawnTime } from "../../src/track/timing.js";
import { FAST, SLOW, raceAt, way } from "./race.js";

describe("slow motion", () => {
  it("never runs backwards, never runs ahead, and has caught up at the end", () => {
    const moment = 19_000;
    let before = -Infinity;
    for (let t = 18_000; t <= 24_000; t += 7) {
      const drawn = drawnTime(t, moment, false);
      expect(drawn).toBeGreaterThan(before);
      expect(drawn).toBeLessThanOrEqual(t);
      expect(t - drawn).toBeLessThanOrEqual(LAG_MS);
      before = drawn;
    }
    expect(drawnTime(moment, moment, false)).toBe(moment);
    expect(drawnTime(moment + BEND_MS, moment, false)).toBe(moment + BEND_MS);
  });

  it("is slow in its first half and never stands still", () => {
    const pace = (t: number): number => (drawnTime(t + 10, 0, false) - drawnTime(t, 0, false)) / 10;
    expect(pace(BEND_MS / 4)).toBeLessThan(0.5);
    expect(pace(BEND_MS / 4)).toBeGreaterThan(0.35);
    expect(pace((BEND_MS * 3) / 4)).toBeGreaterThan(1.4);
  });

  it("is left out when calm, and while nobody is near the line", () => {
    expect(drawnTime(19_900, 19_000, true)).toBe(19_900);
    expect(drawnTime(19_900, null, false)).toBe(19_900);
  });

  it("shows every order that the integers have, and no other", () => {
    const lanes = [FAST, SLOW];
    const orders = (at: (t: number) => number): string[] => {
      const seen: string[] = [];
      for (let t = 18_500; t < 23_000; t += 5) {
        const order = standings(lanes, at(t)).map(({ lane }) => lane).join();
        if (seen.at(-1) !== order) seen.push(order);
      }
      return seen;
    };
    expect(orders((t) => drawnTime(t, 19_360, false))).toEqual(orders((t) => t));
  });
});

describe("the deciding moment", () => {
  it("is unknown until a racer's segments come near the line", () => {
    expect(decisiveMoment(raceAt(15_000))).toBeNull();
  });

  it("is the last escape when the last one pays: of two, the first to arrive", () => {
    expect(decisiveMoment(raceAt(19_000))).toBe(19_360);
  });

  it("is the winner's arrival when the first one pays, the same instant for whoever looks later", () => {
    expect(decisiveMoment(raceAt(19_000, { payingRank: 1 }))).toBe(19_360);
    expect(decisiveMoment(raceAt(23_000, { payingRank: 1 }))).toBe(19_360);
  });

  it("waits for the second to last of three when the last one pays", () => {
    const third = way([0, 0, 20_000, "run"], [25_000, 500_000, 0, "finished"]);
    const segments = [FAST, SLOW, third];
    const picked = [true, true, true];
    const late = decisiveMoment(raceAt(30_000, { segments, picked, payingRank: 3 }));
    expect(late).toBeGreaterThan(20_000);
    expect(late).toBeLessThan(21_000);
    expect(decisiveMoment(raceAt(30_000, { segments, picked, payingRank: 1 }))).toBe(19_360);
  });

  it("does not exist when only one runs", () => {
    expect(decisiveMoment(raceAt(23_000, { picked: [true, false, false] }))).toBeNull();
  });
});
