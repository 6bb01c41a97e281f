// @vitest-environment happy-dom
/** The room list of the first page: what is typed goes to the server, and more of the list is one tap away. */
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { FIRST_PAGE, type Lobby } from "../../src/model/state.js";
import { PaddockHomeRooms } from "../../src/pages/home-rooms.js";
import { speak } from "../../src/words/speech.js";
import type { RoomSummary } from "../../src/wire.gen.js";
import { client, type Call } from "./rooms.js";
import { all, find, shown, text, type } from "./page.js";

const CODES = Array.from({ length: 60 }, (_, at) => `AAA${"ABCDEFGH"[at >> 3] ?? "A"}${"ABCDEFGH"[at & 7] ?? "A"}`);

function summary(at: number): RoomSummary {
  return {
    room: CODES[at] ?? "", title: `Room ${at}`, host: "Ann", seated: 1, capacity: 50, watching: 0, phase: "gathering", rule: "last", private: false, locked: false, opened_at: 99 - at,
  };
}

function lobby(count: number, change: Partial<Lobby> = {}): Lobby {
  return { asked: FIRST_PAGE, look: 1, version: 0, rooms: Array.from({ length: count }, (_, at) => summary(at)), total: count, next: null, ...change };
}

let calls: readonly Call[];
const list = async (one: Lobby | null): Promise<PaddockHomeRooms> => {
  const made = client();
  calls = made.calls;
  return shown(Object.assign(new PaddockHomeRooms(), { client: made.client, lobby: one }));
};
const becomes = async (element: PaddockHomeRooms, one: Lobby): Promise<void> => {
  element.lobby = one;
  await element.updateComplete;
};
const focused = (element: PaddockHomeRooms): string | undefined => (element.shadowRoot?.activeElement as HTMLElement | null)?.dataset["room"];

beforeAll(() => speak("en"));
beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

it("counts all rooms that match, not only those on the page, and offers no search for a handful", async () => {
  const few = await list(lobby(3));
  expect([text(find(few, "rooms-count")), all(few, "room-line").length]).toEqual(["3", 3]);
  expect([all(few, "room-search"), all(few, "rooms-more")]).toEqual([[], []]);
  await becomes(few, lobby(20, { total: 312, next: "80-AAAAA" }));
  expect(text(find(few, "rooms-count"))).toBe("312");
  expect(text(few)).toContain("20 of 312 rooms");
});

it("asks the server once for what is typed in a row, at once on Enter, and not while a syllable is composed", async () => {
  const rooms = await list(lobby(20));
  const field = find<HTMLInputElement>(rooms, "room-search");
  for (const typed of ["t", "te", "tea"]) {
    type(field, typed);
    vi.advanceTimersByTime(100);
  }
  expect(calls).toEqual([]);
  vi.advanceTimersByTime(250);
  expect(calls).toEqual([["searchRooms", "tea"]]);
  type(field, "커피");
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true }));
  vi.advanceTimersByTime(100);
  expect(calls).toHaveLength(1);
  await rooms.updateComplete;
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
  vi.advanceTimersByTime(0);
  expect(calls.at(-1)).toEqual(["searchRooms", "커피"]);
});

it("keeps the field when nothing matches, and says so", async () => {
  const rooms = await list(lobby(20));
  type(find<HTMLInputElement>(rooms, "room-search"), "zebra");
  await becomes(rooms, lobby(0, { asked: { ...FIRST_PAGE, query: "zebra" } }));
  expect(text(rooms)).toContain("No room matches “zebra”.");
  expect(find<HTMLInputElement>(rooms, "room-search").value).toBe("zebra");
});

it("goes on reading where the page grew, at the top of the next page, and back to the newest", async () => {
  const first = lobby(20, { total: 60, next: "80-AAAAA" });
  const rooms = await list(first);
  find(rooms, "rooms-more").click();
  expect(calls).toEqual([["moreRooms"]]);
  // What happens in the rooms meanwhile moves no focus.
  await becomes(rooms, { ...first, version: 1 });
  expect(focused(rooms)).toBeUndefined();
  await becomes(rooms, lobby(50, { asked: { ...FIRST_PAGE, limit: 50 }, total: 60, next: "50-AAAAA" }));
  expect(focused(rooms)).toBe(CODES[20]);
  expect(all(rooms, "rooms-newest")).toEqual([]);

  find(rooms, "rooms-more").click();
  await becomes(rooms, lobby(10, { asked: { query: "", after: "50-AAAAA", limit: 50 }, total: 60 }));
  expect([focused(rooms), all(rooms, "rooms-more")]).toEqual([CODES[0], []]);
  find(rooms, "rooms-newest").click();
  expect(calls.at(-1)).toEqual(["searchRooms", ""]);
});
