import { expect, it } from "vitest";
import { beyond, changed } from "../../src/model/lobby.js";
import { FIRST_PAGE, type Lobby } from "../../src/model/state.js";
import type { LobbyChangedMessage, RoomSummary } from "../../src/wire.gen.js";

function summary(room: string, opened_at = 0, seated = 1): RoomSummary {
  return { room, title: "", host: "Ann", seated, capacity: 50, watching: 0, phase: "gathering", rule: "last", private: false, locked: false, opened_at };
}

const list: Lobby = { asked: FIRST_PAGE, look: 3, version: 4, rooms: [summary("AAAAA", 9), summary("BBBBB", 5)], total: 2, next: null };
const change = (over: Partial<LobbyChangedMessage>): LobbyChangedMessage => ({ look: 3, version: 5, changed: [], gone: [], total: 2, next: null, ...over });

it("changes rooms where they stand, puts new ones where they belong and takes off those that are gone", () => {
  const next = changed(list, change({ changed: [summary("DDDDD", 5), summary("BBBBB", 5, 7), summary("CCCCC", 7)], gone: ["AAAAA"], total: 40, next: "5-DDDDD" }));
  expect(next).toEqual({ ...list, version: 5, rooms: [summary("CCCCC", 7), summary("BBBBB", 5, 7), summary("DDDDD", 5)], total: 40, next: "5-DDDDD" });
});

it("ignores what it knows and what is of another look, and cannot go on after a change it has missed", () => {
  expect(changed(list, change({ version: 4, gone: ["AAAAA"] }))).toBe(list);
  expect(changed(list, change({ look: 2, gone: ["AAAAA"] }))).toBe(list);
  expect(changed(list, change({ version: 6 }))).toBeNull();
});

it("grows until it is large, then goes on to the next page, and ends with the last one", () => {
  const more = { ...list, next: "5-BBBBB" };
  expect(beyond(list)).toBeNull();
  expect(beyond(more)).toEqual({ query: "", after: null, limit: 40 });
  expect(beyond({ ...more, asked: { query: "tea", after: null, limit: 40 } })).toEqual({ query: "tea", after: null, limit: 50 });
  expect(beyond({ ...more, asked: { query: "tea", after: null, limit: 50 } })).toEqual({ query: "tea", after: "5-BBBBB", limit: 50 });
});
