import { expect, it } from "vitest";
import { changed, LobbyWatch } from "../../src/session/lobby.js";
import type { Lobby } from "../../src/model/state.js";
import type { RoomSummary } from "../../src/wire.gen.js";

function summary(room: string, seated = 1): RoomSummary {
  return {
    room, title: "", host: "Ann", seated, capacity: 50, watching: 0, phase: "gathering", rule: "last", private: false, locked: false, opened_at: 0,
  };
}

const list: Lobby = { version: 4, rooms: [summary("AAAAA"), summary("BBBBB")] };

it("changes rooms where they stand, adds new ones and takes off those that are gone", () => {
  const next = changed(list, { version: 5, changed: [summary("CCCCC"), summary("BBBBB", 7)], gone: ["AAAAA"] });
  expect(next).toEqual({ version: 5, rooms: [summary("BBBBB", 7), summary("CCCCC")] });
});

it("ignores a change it knows, and cannot go on after one it has missed", () => {
  expect(changed(list, { version: 4, changed: [], gone: ["AAAAA"] })).toBe(list);
  expect(changed(list, { version: 6, changed: [], gone: [] })).toBeNull();
});

it("asks again, once, when a change was missed, and shows nothing when nobody looks", async () => {
  const shown: (Lobby | null)[] = [];
  let asked = 0;
  const ask = async (): Promise<never> => ({ ok: true, version: 9 + asked++, rooms: [] }) as never;
  const watch = new LobbyWatch({ ask }, (lobby) => shown.push(lobby));
  expect(await watch.greet()).toBe(false);
  watch.wanted = true;
  expect(await watch.greet()).toBe(true);
  watch.heard({ version: 11, changed: [], gone: [] });
  watch.heard({ version: 12, changed: [], gone: [] });
  await Promise.resolve();
  await watch.greet();
  expect([asked, shown.map((lobby) => lobby?.version)]).toEqual([2, [9, 10]]);
  watch.stop();
  watch.heard({ version: 11, changed: [], gone: [] });
  expect(shown).toHaveLength(3);
});
