// @vitest-environment happy-dom
/** What is pressed on the podium when the server has been upgraded since and its parts no longer come. */
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { PaddockResult } from "../../src/pages/podium.js";
import { en } from "../../src/words/en.js";
import { speak } from "../../src/words/speech.js";
import type { PodiumView } from "../../src/wire.gen.js";
import { card, client, NOW, person, room } from "./rooms.js";
import { find, shown } from "./page.js";

beforeAll(() => speak("en"));
afterEach(() => document.body.replaceChildren());

const phase: PodiumView = {
  type: "podium",
  ends_at: NOW + 30_000,
  result: {
    card: card([["a", 0], ["b", 1]]), names: { a: "Ann", b: "Bo" }, starts_at: NOW - 30_000, finish: [29_000, 30_000, null, null, null],
    order: [[0], [1]], payers: ["b"], seed: "", commitment: "",
  },
};

it("a replay that cannot be loaded says so and lets the press be repeated", async () => {
  vi.doMock("../../src/pages/record-view.js", () => {
    throw new TypeError("Failed to fetch dynamically imported module");
  });
  const toasts: string[] = [];
  document.body.addEventListener("toast", (event) => toasts.push((event as CustomEvent<string>).detail));
  const people = room([person("a"), person("b")], { phase });
  const result = await shown(Object.assign(new PaddockResult(), { client: client().client, room: people, phase, me: "a" }));
  const expanded = (): string | null => find(result, "replay").getAttribute("aria-expanded");

  find(result, "replay").click();
  await vi.waitFor(() => expect(toasts).toEqual([en.common.notLoaded]));
  await result.updateComplete;
  expect([expanded(), result.shadowRoot?.querySelector("paddock-record")]).toEqual(["false", null]);

  vi.doMock("../../src/pages/record-view.js", () => ({}));
  find(result, "replay").click();
  await vi.dynamicImportSettled();
  await result.updateComplete;
  expect([expanded(), toasts.length]).toEqual(["true", 1]);
});
