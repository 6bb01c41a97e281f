/** Questions to the API: where they go, what goes with them, and what they end in. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { recordsOver, WITHIN } from "../../src/connection/api.js";

type Asked = { readonly path: string; readonly init: RequestInit };

const open = new AbortController().signal;

function over(answer: (asked: Asked) => Promise<Response> | Response): { readonly asked: Asked[]; readonly records: ReturnType<typeof recordsOver> } {
  const asked: Asked[] = [];
  const records = recordsOver(
    () => "the-token",
    async (path, init) => {
      const one = { path, init };
      asked.push(one);
      return answer(one);
    },
  );
  return { asked, records };
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response => new Response(JSON.stringify(body), { status, headers });
const header = ({ init }: Asked, name: string): string | undefined => (init.headers as Record<string, string>)[name];

describe("a question", () => {
  it("fills the braces of its address, and the rest is the query without what is not said", async () => {
    const { asked, records } = over(() => json({}));
    await records.ask("room_races", { room: "K7AB2", cursor: "a+b/=" }, { signal: open });
    await records.ask("board", { board: "paid", period: "week", room: null, cursor: null }, { signal: open });
    expect(asked.map(({ path }) => path)).toEqual(["/api/rooms/K7AB2/races?cursor=a%2Bb%2F%3D", "/api/leaderboards/paid?period=week"]);
  });
  it("stays on this server and shows the token only where it is asked for, never in the address", async () => {
    const { asked, records } = over(() => json({}));
    await records.ask("me", {}, { signal: open });
    await records.ask("profile", { profile: "abcdefgh1234" }, { signal: open });
    await records.ask("totals", {}, { signal: open });
    expect(asked.map((one) => header(one, "authorization"))).toEqual(["Bearer the-token", undefined, undefined]);
    expect(asked.every(({ path }) => path.startsWith("/api/") && !path.includes("the-token"))).toBe(true);
    expect(asked.every(({ init }) => init.redirect === "error")).toBe(true);
  });
  it("carries its body as JSON", async () => {
    const { asked, records } = over(() => json({}));
    await records.ask("rename", {}, { body: { name: "민아" }, signal: open });
    const [one] = asked;
    expect([one?.init.method, one?.init.body, one && header(one, "content-type")]).toEqual(["PATCH", '{"name":"민아"}', "application/json"]);
  });
});

describe("an answer", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is its body, or nothing at all", async () => {
    const { records } = over(({ init }) => (init.method === "DELETE" ? new Response(null, { status: 204 }) : json({ races: 3 })));
    expect(await records.ask("totals", {}, { signal: open })).toEqual({ ok: true, value: { races: 3 } });
    expect(await records.ask("erase", {}, { signal: open })).toEqual({ ok: true, value: null });
  });
  it("that is a refusal is its code, with when to ask again", async () => {
    const { records } = over(() => json({ title: "", status: 503, code: "unavailable", retry: true }, 503, { "retry-after": "2" }));
    expect(await records.ask("totals", {}, { signal: open })).toEqual({ ok: false, code: "unavailable", after: 2 });
  });
  it("from something else than our server cannot be read", async () => {
    const { records } = over(() => new Response("<h1>Bad gateway</h1>", { status: 502 }));
    expect(await records.ask("totals", {}, { signal: open })).toEqual({ ok: false, code: "unreadable", after: null });
    const page = over(() => new Response("<h1>Log in to the wifi</h1>"));
    expect(await page.records.ask("totals", {}, { signal: open })).toEqual({ ok: false, code: "unreadable", after: null });
  });
  it("that never comes is waited for ten seconds", async () => {
    const { records } = over(({ init }) => new Promise((_, reject) => init.signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError")))));
    const answer = records.ask("totals", {}, { signal: open });
    await vi.advanceTimersByTimeAsync(WITHIN);
    expect(await answer).toEqual({ ok: false, code: "late", after: null });
  });
  it("is not waited for once the page has gone", async () => {
    let given = false;
    const { records } = over(({ init }) => new Promise((_, reject) => init.signal?.addEventListener("abort", () => {
      given = true;
      reject(new DOMException("", "AbortError"));
    })));
    const page = new AbortController();
    const answer = records.ask("totals", {}, { signal: page.signal });
    page.abort();
    await answer;
    expect(given).toBe(true);
  });
  it("of a server that is gone is told as such", async () => {
    const { records } = over(() => Promise.reject(new TypeError("Failed to fetch")));
    expect(await records.ask("totals", {}, { signal: open })).toEqual({ ok: false, code: "unreachable", after: null });
  });
});
