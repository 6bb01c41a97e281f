/** Questions to the records over time: newer ones win, troubles are tried again by themselves, pages that go ask no more. */
import type { ReactiveControllerHost } from "lit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Answer } from "../../src/model/records.js";
import { Asking } from "../../src/records/asking.js";

const host: ReactiveControllerHost = { addController: () => undefined, removeController: () => undefined, requestUpdate: () => undefined, updateComplete: Promise.resolve(true) };
const away: Answer<string> = { ok: false, code: "unavailable", after: 2 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a question", () => {
  it("is answered by the newest of its kind, however late the older answer comes", async () => {
    const asking = new Asking<string>(host);
    let late: (answer: Answer<string>) => void = () => undefined;
    const first = asking.ask(() => new Promise((resolve) => (late = resolve)));
    await asking.ask(() => Promise.resolve({ ok: true, value: "new" }));
    late({ ok: true, value: "old" });
    expect(await first).toBeNull();
    expect(asking.now.value).toBe("new");
  });
  it("that cannot be answered now is asked again when the server said, less and less often, and then ends", async () => {
    const asking = new Asking<string>(host);
    const times: number[] = [];
    const began = Date.now();
    const answer = asking.ask(() => {
      times.push((Date.now() - began) / 1000);
      return Promise.resolve(times.length < 7 ? away : { ok: true, value: "there" });
    });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asking.now).toEqual({ value: null, waits: false, trouble: "unavailable" });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(times).toEqual([0, 2, 6, 14, 30, 60, 90]);
    expect(await answer).toEqual({ ok: true, value: "there" });
    expect(asking.now).toEqual({ value: "there", waits: false, trouble: null });
  });
  it("of a page that has gone is not asked again", async () => {
    const asking = new Asking<string>(host);
    let asked = 0;
    const answer = asking.ask(() => {
      asked += 1;
      return Promise.resolve(away);
    });
    await vi.advanceTimersByTimeAsync(0);
    asking.hostDisconnected();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([await answer, asked]).toEqual([null, 1]);
  });
  it("that is refused for good is asked once", async () => {
    const asking = new Asking<string>(host);
    let asked = 0;
    await asking.ask(() => {
      asked += 1;
      return Promise.resolve({ ok: false, code: "no_room", after: null });
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect([asking.now.trouble, asked]).toEqual(["no_room", 1]);
  });
});
