// @vitest-environment happy-dom
/** The draw as people see it: the wheel turns as long as the server says, and once more when it is drawn again. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { PaddockDraw } from "../../src/pages/draw.js";
import type { DrawingView } from "../../src/wire.gen.js";
import { speak } from "../../src/words/speech.js";
import { find, shown, text } from "./page.js";
import { NOW } from "./rooms.js";

const drawing: DrawingView = {
  type: "drawing", race: "r".repeat(16), commitment: "", lineup: ["tiger", "rabbit", "turtle", "fox"], picked: ["ann", "bob"],
  draw: { rule: "vote", votes: [1, 2, 0, 0], distinct: 2, rank: 2 }, starts_at: NOW, rests_at: NOW + 1_200, ends_at: NOW + 2_000,
};
const DRAWING = "Drawing by vote…";
const DONE = "2nd place buys the coffee";

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  vi.stubGlobal("matchMedia", () => ({ matches: true }));
  speak("en");
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function told(page: PaddockDraw): Promise<string> {
  await page.updateComplete;
  return text(find(page, "draw-result"));
}

it("the result is told when the wheel rests, not before, whatever pace the operator has set", async () => {
  const page = await shown(Object.assign(new PaddockDraw(), { phase: drawing }));
  vi.advanceTimersByTime(1_199);
  expect(await told(page)).toBe(DRAWING);
  vi.advanceTimersByTime(1);
  expect(await told(page)).toBe(DONE);
});

it("somebody leaves while the result stands: it is drawn once more from the start", async () => {
  const page = await shown(Object.assign(new PaddockDraw(), { phase: drawing }));
  vi.advanceTimersByTime(1_500);
  const later = NOW + 1_500;
  page.phase = { ...drawing, starts_at: later, rests_at: later + 1_200, ends_at: later + 2_000 };
  expect(await told(page)).toBe(DRAWING);
  vi.advanceTimersByTime(1_200);
  expect(await told(page)).toBe(DONE);
});
