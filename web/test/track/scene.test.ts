import { describe, expect, it } from "vitest";
import { toScreen } from "../../src/track/camera.js";
import { groundOf, layout } from "../../src/track/layout.js";
import { MOST_PUFFS, MOST_SCRAPS } from "../../src/track/particles.js";
import { scene, type Scene } from "../../src/track/scene.js";
import type { RaceInput, Stage } from "../../src/track/types.js";
import { FAST, SLOW, WORDS, raceAt, way } from "./race.js";

const PHONE: Stage = { width: 360, height: 460, calm: false };
const DESK: Stage = { width: 860, height: 620, calm: false };

function at(now: number, more: Partial<RaceInput> = {}, stage = PHONE): Scene {
  return scene(raceAt(now, more), stage, WORDS);
}

function runner(shown: Scene, lane: number): Scene["runners"][number] {
  const found = shown.runners[lane];
  if (found === undefined) throw new Error(`no lane ${lane}`);
  return found;
}

describe("before the start", () => {
  it("everybody stands in the gate, visible, and the lamps count three, two, one over two seconds", () => {
    const lit = [-2500, -1900, -1000, -500].map((now) => at(now).lamps?.lit);
    expect(lit).toEqual([0, 1, 2, 3]);
    for (const { mm, off, callout } of at(-2000).runners) expect([mm, off, callout]).toEqual([0, 0, null]);
    expect(at(-2000).gate).toBe(0);
  });

  it("opens the gate and says go for a moment", () => {
    expect(at(0).lamps).toEqual({ lit: 3, go: true });
    expect(at(400).gate).toBe(1);
    expect(at(1000).lamps).toBeNull();
  });
});

describe("the race", () => {
  it("draws racers where the integers say", () => {
    const shown = at(4250);
    expect(runner(shown, 0).mm).toBe(106_250);
    expect(runner(shown, 1).mm).toBe(97_500);
    expect(runner(shown, 0).x).toBeCloseTo(toScreen(shown.view, 106_250));
  });

  it("leaves the racer nobody picked in the gate, and out of the order", () => {
    const shown = at(4000);
    expect([runner(shown, 2).picked, runner(shown, 2).mm]).toEqual([false, 0]);
    expect(shown.chips.map(({ lane }) => lane)).toEqual([0, 1]);
  });

  it("calls out what happens to a racer, for about a second, in the caller's words", () => {
    expect(runner(at(4200), 1).callout).toBe("slip");
    expect(runner(at(4200), 0).callout).toBeNull();
    expect(runner(at(4600), 1).callout).toBeNull();
    const stuck = [FAST, way([0, 0, 25_000, "run"], [2000, 50_000, 2500, "trap"]), []];
    expect(runner(at(3000, { segments: stuck }), 1).callout).toBe("trap");
    expect(runner(at(3500, { segments: stuck }), 1).callout).toBeNull();
  });

  it("turns the racer that runs the wrong way, not the one that slips", () => {
    const wrong = way([0, 0, 25_000, "run"], [2000, 50_000, -40_000, "turn"], [3000, 10_000, 50_000, "bolt"]);
    const shown = (now: number): number => runner(at(now, { segments: [FAST, wrong, []] }), 1).facing;
    expect([shown(1900), shown(2500), shown(3100)]).toEqual([1, -1, 1]);
    expect(runner(at(4200), 1).facing).toBe(1);
  });

  it("ranks by place and shares a rank when equal", () => {
    expect(at(5000).chips.map(({ lane, rank }) => [lane, rank])).toEqual([[0, 1], [1, 2]]);
    expect(at(3000).chips.map(({ rank }) => rank)).toEqual([1, 1]);
  });

  it("slides chips between places instead of jumping, unless calm", () => {
    const passing = way([0, 0, 24_000, "run"], [2000, 48_000, 40_000, "sprint"], [3000, 88_000, 25_000, "run"]);
    const slots = (now: number, calm: boolean): number[] => scene(raceAt(now, { segments: [FAST, passing, []] }), { ...PHONE, calm }, WORDS).chips.map(({ slot }) => slot);
    const passed = 2200;
    expect(slots(passed, true)).toEqual([0, 1]);
    expect(slots(passed, false).some((slot) => !Number.isInteger(slot))).toBe(true);
    expect(slots(passed + 600, false)).toEqual([0, 1]);
  });

  it("lets the chip that moves up pass in front, and hides the other one only where they meet", () => {
    const passing = way([0, 0, 24_000, "run"], [2000, 48_000, 40_000, "sprint"], [3000, 88_000, 25_000, "run"]);
    const row = (now: number): Scene["chips"] => at(now, { segments: [FAST, passing, []] }).chips;
    let hidden = 0;
    for (let now = 2000; now < 3000; now += 10) {
      const [back, front] = row(now) as [Scene["chips"][number], Scene["chips"][number]];
      expect(front.behind).toBe(0);
      expect(back.behind).toBeCloseTo(Math.max(0, 1 - Math.abs(front.slot - back.slot)));
      if (back.behind > 0) expect([back.lane, front.lane]).toEqual([0, 1]);
      hidden = Math.max(hidden, back.behind);
    }
    expect(hidden).toBeGreaterThan(0.8);
    const calm = scene(raceAt(2200, { segments: [FAST, passing, []] }), { ...PHONE, calm: true }, WORDS);
    expect(calm.chips.map(({ behind }) => behind)).toEqual([0, 0]);
  });
});

describe("the finish", () => {
  it("lets finished racers run out behind the line in their order", () => {
    const shown = at(24_000);
    expect(runner(shown, 0).mm).toBeGreaterThan(500_000);
    expect(runner(shown, 0).mm).toBeGreaterThan(runner(shown, 1).mm);
    expect(runner(shown, 1).mm).toBeGreaterThan(500_000);
  });

  it("shows the result's ranks once it is known and the race over, dead heats too", () => {
    const dead = [way([0, 0, 25_000, "run"], [20_000, 500_000, 0, "finished"]), FAST, []];
    const shown = at(24_000, { segments: dead, order: [[0, 1]] });
    expect(shown.chips.map(({ rank }) => rank)).toEqual([1, 1]);
  });

  it("does not let the result leak into a race that is still being drawn", () => {
    const shown = at(10_000, { segments: [FAST, SLOW, []], order: [[1], [0]] });
    expect(shown.chips.map(({ lane }) => lane)).toEqual([0, 1]);
  });

  it("flashes and throws confetti, but not when calm", () => {
    const loud = at(20_900);
    expect(loud.flashing).toBe(true);
    expect(loud.scraps.length).toBeGreaterThan(0);
    const calm = at(20_900, {}, { ...PHONE, calm: true });
    expect([calm.flashing, calm.scraps.length, calm.puffs.length, calm.skids.length]).toEqual([false, 0, 0, 0]);
    expect(calm.time).toBe(20_900);
  });
});

describe("the camera", () => {
  it.each([PHONE, DESK])("moves smoothly over the whole race ($width px)", (stage) => {
    let before = at(-100, {}, stage).view.left;
    for (let now = -84; now < 23_000; now += 16) {
      const { left, scale } = at(now, {}, stage).view;
      expect(Math.abs(left - before) * scale).toBeLessThan(26);
      before = left;
    }
  });

  it("keeps my racer on screen, also when the leader is far ahead", () => {
    const lame = way([0, 0, 25_000, "run"], [3000, 75_000, 0, "stop"]);
    const shown = at(9000, { segments: [FAST, lame, []] });
    expect(runner(shown, 1).off).toBe(0);
    expect(runner(shown, 0).off).toBe(1);
  });

  it("follows the leader for those who only watch, and marks who fell off the left", () => {
    const lame = way([0, 0, 25_000, "run"], [3000, 75_000, 0, "stop"]);
    const shown = at(12_000, { segments: [FAST, lame, []], mine: null });
    expect(runner(shown, 0).off).toBe(0);
    expect(runner(shown, 1).off).toBe(-1);
  });

  it("does not zoom when calm", () => {
    const scales = [0, 5000, 12_000, 20_000].map((now) => at(now, {}, { ...PHONE, calm: true }).view.scale);
    expect(new Set(scales).size).toBe(1);
  });
});

describe("six lanes on a phone of 360 px", () => {
  it("stay apart and readable", () => {
    const place = layout(360, 420, 6);
    expect(place.laneHeight).toBeGreaterThanOrEqual(40);
    expect(place.racer).toBeGreaterThanOrEqual(40);
    expect(place.lanesBottom).toBeLessThanOrEqual(place.mapTop);
    for (let lane = 1; lane < 6; lane++) expect(groundOf(place, lane) - groundOf(place, lane - 1)).toBeCloseTo(place.laneHeight);
  });
});

describe("particles", () => {
  it("come from the time alone: the same moment twice is the same scene", () => {
    expect(at(4321)).toEqual(at(4321));
  });

  it("are bounded", () => {
    for (let now = 0; now < 24_000; now += 333) {
      const shown = at(now);
      expect(shown.puffs.length).toBeLessThanOrEqual(shown.runners.length * MOST_PUFFS);
      expect(shown.scraps.length).toBeLessThanOrEqual(MOST_SCRAPS);
    }
  });
});
