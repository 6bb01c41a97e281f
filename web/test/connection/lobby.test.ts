import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LobbyWatch } from "../../src/session/lobby.js";
import type { Lobby } from "../../src/model/state.js";
import type { LobbyChangedMessage } from "../../src/wire.gen.js";

interface Asked {
  readonly query: string;
  readonly after: string | null;
  readonly limit: number;
}

let asked: Asked[] = [];
let shown: (Lobby | null)[] = [];
/** What the server answers, in order; pages when there is nothing left. */
let refusals: object[] = [];

function watch(): LobbyWatch {
  const ask = async (_name: string, body: Asked): Promise<never> => {
    asked.push(body);
    return (refusals.shift() ?? { ok: true, look: asked.length, version: 9, rooms: [], total: 70, next: "5-BBBBB" }) as never;
  };
  const made = new LobbyWatch({ ask } as never, (lobby) => shown.push(lobby));
  made.wanted = true;
  return made;
}

const change = (look: number, version: number): LobbyChangedMessage => ({ look, version, changed: [], gone: [], total: 1, next: null });

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  shown = [];
  refusals = [];
});
afterEach(() => vi.useRealTimers());

it("asks again, once, when a change was missed, and shows nothing when nobody looks", async () => {
  const rooms = watch();
  rooms.wanted = false;
  expect(await rooms.greet()).toBe(false);
  rooms.wanted = true;
  expect(await rooms.greet()).toBe(true);
  rooms.heard(change(1, 11));
  rooms.heard(change(1, 12));
  await rooms.greet();
  expect([asked.length, shown.map((lobby) => lobby?.look)]).toEqual([2, [1, 2]]);
  rooms.heard(change(1, 13));
  rooms.heard(change(2, 10));
  expect(shown.map((lobby) => lobby?.version)).toEqual([9, 9, 10]);
  rooms.stop();
  rooms.heard(change(2, 11));
  expect(shown).toHaveLength(4);
});

it("asks for what was typed last when several were typed while an answer was on its way", async () => {
  const rooms = watch();
  const first = rooms.look({ query: "t", after: null, limit: 20 });
  void rooms.look({ query: "te", after: null, limit: 20 });
  void rooms.look({ query: "tea", after: null, limit: 20 });
  expect(await first).toBe(true);
  expect(asked.map((one) => one.query)).toEqual(["t", "tea"]);
  expect(shown.at(-1)?.asked.query).toBe("tea");
});

it("looks at more, and begins anew for whoever comes back", async () => {
  const rooms = watch();
  expect(await rooms.more()).toBe(false);
  await rooms.greet();
  await rooms.more();
  await rooms.more();
  await rooms.more();
  expect(asked.map((one) => [one.after, one.limit])).toEqual([[null, 20], [null, 40], [null, 50], ["5-BBBBB", 50]]);
  rooms.stop();
  rooms.wanted = true;
  await rooms.greet();
  expect(asked.at(-1)).toMatchObject({ query: "", after: null, limit: 20 });
});

it("asks again a little later what is refused for now, and not what is refused for good", async () => {
  const rooms = watch();
  refusals = [{ ok: false, code: "too_many", retry: true, detail: "" }];
  const answer = rooms.greet();
  await vi.advanceTimersByTimeAsync(2_000);
  expect([await answer, asked.length]).toEqual([true, 2]);
  refusals = [{ ok: false, code: "malformed", retry: false, detail: "" }];
  expect(await rooms.greet()).toBe(false);
});
