import { describe, expect, it } from "vitest";
import { MOODS, type Pose } from "../../src/art/posture.js";
import { drawPortrait, drawRacer, outline, type RacerLook } from "../../src/art/racer.js";
import { KINDS, STABLE, isKind, kindOf, type Kind } from "../../src/art/stable.js";
import { recorder } from "./recorder.js";

const POSES: readonly Pose[] = ["idle", "run", "win", "lose", "serve"];

function drawn(kind: Kind, look: RacerLook): string[] {
  const { ctx, calls } = recorder();
  drawRacer(ctx, kind, look);
  return calls;
}

describe("the stable", () => {
  it("has every kind the settings name from the first day", () => {
    const named = ["tiger", "rabbit", "turtle", "horse", "pig", "dog", "cat", "duck", "snail", "fox", "bear", "frog", "penguin", "hedgehog", "sheep", "ostrich"];
    expect([...KINDS].sort()).toEqual(named.sort());
    for (const kind of KINDS) expect(STABLE[kind]).toBeDefined();
  });

  it("finds a figure for a kind it never heard of, always the same", () => {
    expect(isKind("capybara")).toBe(false);
    expect(kindOf("capybara")).toBe(kindOf("capybara"));
    expect(isKind(kindOf("capybara"))).toBe(true);
    expect(kindOf("fox")).toBe("fox");
    expect(isKind("constructor")).toBe(false);
  });
});

describe.each(KINDS)("%s", (kind) => {
  it("stands, runs, wins, loses and serves in every mood, with numbers only and the context put back", () => {
    for (const pose of POSES) {
      for (const mood of pose === "run" ? MOODS : (["run"] as const)) {
        for (const phase of [-3.4, 0, 0.3, 0.77]) {
          const { ctx, broken, calls, depth } = recorder();
          drawRacer(ctx, kind, { pose, mood, phase, time: 12.34, number: 3 });
          expect([pose, mood, broken]).toEqual([pose, mood, []]);
          expect(depth()).toBe(0);
          expect(calls.length).toBeGreaterThan(100);
        }
      }
    }
  });

  it("moves its legs: six points of the run cycle are six pictures", () => {
    const pictures = [0, 1, 2, 3, 4, 5].map((i) => drawn(kind, { pose: "run", phase: i / 6 }).join());
    expect(new Set(pictures).size).toBe(6);
  });

  it("looks different in every mood", () => {
    const pictures = MOODS.map((mood) => drawn(kind, { pose: "run", mood, phase: 0.15, time: 0.4 }).join());
    // A bolt is a sprint that somebody had to turn round for.
    expect(new Set(pictures).size).toBe(MOODS.length - 1);
  });

  it("wears its number, readable also when it runs to the left", () => {
    for (const facing of [1, -1] as const) {
      const calls = drawn(kind, { pose: "run", facing, number: 7 });
      const text = calls.findIndex((call) => call.startsWith("fillText(7"));
      expect(text).toBeGreaterThan(0);
      expect(calls.filter((call) => call === "scale(-1.000,1.000)").length).toBe(facing === -1 ? 2 : 0);
    }
    expect(drawn(kind, { pose: "run", number: null }).some((call) => call.startsWith("fillText"))).toBe(false);
  });

  it("shows a face of its own", () => {
    const { ctx, calls, broken, depth } = recorder();
    drawPortrait(ctx, kind, 12, { pose: "idle" });
    expect(broken).toEqual([]);
    expect(depth()).toBe(0);
    expect(calls.some((call) => call.startsWith("clip"))).toBe(true);
  });
});

describe("a racer of 32 px", () => {
  it("keeps an outline of more than a pixel", () => {
    expect(outline(0.32) * 0.32).toBeGreaterThan(1);
    expect(outline(1.5)).toBeLessThan(3.1);
  });
});

describe("calm", () => {
  it.each(MOODS)("%s is one picture per point of the run cycle, whatever the time", (mood) => {
    const at = (time: number, calm: boolean): string => drawn("tiger", { pose: "run", mood, phase: 0.2, time, calm }).join();
    expect(at(0.123, true) === at(3.456, true)).toBe(true);
  });

  it("does not sway under the tray", () => {
    const at = (time: number, calm: boolean): string => drawn("pig", { pose: "serve", time, calm }).join();
    expect(at(0.123, true) === at(3.456, true)).toBe(true);
    expect(at(0.123, false) === at(3.456, false)).toBe(false);
  });
});
