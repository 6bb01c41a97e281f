// @vitest-environment happy-dom
/** How long messages stand: time to read what went wrong, a moment for what only confirms a press. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { NOTE_MS, PaddockToasts } from "../../src/parts/toasts.js";
import { all, shown, text } from "./page.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

async function standing(toasts: PaddockToasts): Promise<readonly string[]> {
  await toasts.updateComplete;
  return all(toasts, "toast").map(text);
}

it("a note is gone after two seconds, a message is not", async () => {
  const toasts = await shown(new PaddockToasts());
  toasts.show("It failed.");
  toasts.note("Changed.");
  expect(await standing(toasts)).toEqual(["It failed.", "Changed."]);
  vi.advanceTimersByTime(NOTE_MS);
  expect(await standing(toasts)).toEqual(["It failed."]);
});

it("notes end when the page moves on, messages stay", async () => {
  const toasts = await shown(new PaddockToasts());
  toasts.note("Changed.");
  toasts.show("It failed.");
  toasts.endNotes();
  expect(await standing(toasts)).toEqual(["It failed."]);
});
