import { describe, expect, it } from "vitest";
import { step } from "../../src/art/anatomy.js";
import { MOODS, fraction, posture, type Moment } from "../../src/art/posture.js";

const RUN: Moment = { pose: "run", mood: "run", phase: 0.3, time: 1, calm: false };

describe("a foot", () => {
  it("stays on the ground while it pushes back, then swings forward through the air", () => {
    const [early, late] = [step(0.05), step(0.4)];
    expect([early[1], late[1]]).toEqual([0, 0]);
    expect(early[0]).toBeGreaterThan(late[0]);
    const swing = step(0.72);
    expect(swing[1]).toBeGreaterThan(0.8);
  });

  it("never jumps: the cycle closes", () => {
    for (let i = 0; i < 200; i++) {
      const [a, b] = [step(i / 200), step((i + 1) / 200)];
      expect(Math.hypot(b[0] - a[0], b[1] - a[1])).toBeLessThan(0.05);
    }
  });
});

describe("running backwards", () => {
  it("turns the cycle back", () => {
    expect(fraction(-0.25)).toBeCloseTo(0.75);
    expect(posture({ ...RUN, phase: -0.25 }).cycle).toBeCloseTo(0.75);
  });
});

describe("calm", () => {
  it.each(MOODS)("%s neither trembles nor bounces", (mood) => {
    const one = posture({ ...RUN, mood, calm: true, time: 1.1 });
    const other = posture({ ...RUN, mood, calm: true, time: 1.7 });
    expect(one.tremble).toBeCloseTo(0);
    expect([one.lift, one.pitch, one.nod]).toEqual([other.lift, other.pitch, other.nod]);
  });

  it("does not hop on the podium", () => {
    const lifts = [0, 0.2, 0.4].map((time) => posture({ ...RUN, pose: "win", calm: true, time }).lift);
    expect(new Set(lifts).size).toBe(1);
  });
});

describe("tempers", () => {
  it("shows the bluff only after the charge: charge is one posture for both", () => {
    expect(posture({ ...RUN, mood: "charge" }).eyes).toBe("fiery");
    expect(posture({ ...RUN, mood: "fakeout" }).mouth).toBe("wavy");
    expect(posture({ ...RUN, mood: "transform" }).gait).toBe("fly");
  });

  it("blinks now and then when it waits", () => {
    const eyes = Array.from({ length: 200 }, (_, i) => posture({ ...RUN, pose: "idle", time: i / 30 }).eyes);
    expect(eyes.filter((one) => one === "closed").length).toBeGreaterThan(2);
    expect(eyes.filter((one) => one === "open").length).toBeGreaterThan(150);
  });
});
