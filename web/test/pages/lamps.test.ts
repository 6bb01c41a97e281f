/** From the cards to the gate: when the lamps come on, and what the track is told before there is a race. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ReactiveController } from "lit";
import { Lamps } from "../../src/pages/lamps.js";
import { liveInput } from "../../src/pages/race-input.js";
import { LAMPS_MS } from "../../src/track/timing.js";
import { card, NOW } from "./rooms.js";

const ENDS = NOW + 4_000;
let redrawn = 0;
const host = {
  addController: (_: ReactiveController): void => undefined,
  removeController: (_: ReactiveController): void => undefined,
  requestUpdate: (): void => void (redrawn += 1),
  updateComplete: Promise.resolve(true),
};

beforeEach(() => {
  redrawn = 0;
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

it("the lamps come on two seconds before the start, and their host hears of it once", () => {
  const lamps = new Lamps(host, () => ENDS, Date.now);
  lamps.hostUpdated();
  vi.advanceTimersByTime(1_999);
  expect([lamps.on, redrawn]).toEqual([false, 0]);
  vi.advanceTimersByTime(1);
  expect([lamps.on, redrawn]).toEqual([true, 1]);
  lamps.hostUpdated();
  vi.advanceTimersByTime(LAMPS_MS);
  expect([lamps.on, redrawn]).toEqual([true, 1]);
});

it("they stay off without a countdown, and a host that is gone is not redrawn", () => {
  expect(new Lamps(host, () => null, Date.now).on).toBe(false);
  const lamps = new Lamps(host, () => ENDS, Date.now);
  lamps.hostUpdated();
  lamps.hostDisconnected();
  vi.advanceTimersByTime(10_000);
  expect(redrawn).toBe(0);
});

it("before the race the racers stand in the gate until the countdown ends", () => {
  const phase = { type: "countdown", card: card([["ann", 1]]), commitment: "", names: { ann: "Ann" }, ends_at: ENDS } as const;
  const input = liveInput(phase, [[], [], [], [], []], "ann");
  expect([input.startsAt, input.mine, input.names[1]]).toEqual([ENDS, 1, ["Ann"]]);
});
