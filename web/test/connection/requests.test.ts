import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Gate } from "../../src/connection/gate.js";
import { GIVE_UP_AFTER, Requests, TRIES } from "../../src/connection/requests.js";
import type { RequestName } from "../../src/model/state.js";

/** A line that answers from a list; null is no answer, and the last one stays. */
class Answers {
  generation = 1;
  readonly ids: unknown[] = [];
  constructor(
    private readonly answers: unknown[],
    private readonly takes = 0,
  ) {}
  ask = async (_: RequestName, message: object): Promise<never> => {
    this.ids.push((message as { id?: unknown }).id);
    if (this.takes > 0) await new Promise((resolve) => setTimeout(resolve, this.takes));
    return (this.answers.length > 1 ? this.answers.shift() : this.answers[0]) as never;
  };
}

const open = new Gate();
open.open();
const done = { ok: true };
const busy = { ok: false, code: "busy", retry: true, detail: "" };
const notHost = { ok: false, code: "not_host", retry: false, detail: "" };

async function outcome(line: Answers, gate = open): Promise<unknown> {
  const result = new Requests(line).send("start_race", {}, gate);
  await vi.advanceTimersByTimeAsync(60_000);
  return result;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe("a request", () => {
  it("is sent once when it is answered", async () => {
    const line = new Answers([done]);
    expect([await outcome(line), line.ids.length]).toEqual([done, 1]);
  });
  it("is sent again under the same id when no answer comes", async () => {
    const line = new Answers([null, null, done]);
    expect(await outcome(line)).toEqual(done);
    expect(line.ids).toHaveLength(3);
    expect(new Set(line.ids).size).toBe(1);
    expect(line.ids[0]).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });
  it("is sent again when the refusal says that it may help", async () => {
    const line = new Answers([busy, done]);
    expect([await outcome(line), line.ids[0] === line.ids[1]]).toEqual([done, true]);
  });
  it("ends in the refusal when it does not, after a number of tries", async () => {
    const stubborn = new Answers([busy]);
    expect([await outcome(stubborn), stubborn.ids.length]).toEqual([{ ok: false, code: "busy" }, TRIES]);
    const silent = new Answers([null]);
    expect([await outcome(silent), silent.ids.length]).toEqual([{ ok: false, code: "unreachable" }, TRIES]);
  });
  it("is not sent again when the answer is no", async () => {
    const line = new Answers([notHost]);
    expect([await outcome(line), line.ids.length]).toEqual([{ ok: false, code: "not_host" }, 1]);
  });
  it("begins no try after its time", async () => {
    const slow = new Answers([null], GIVE_UP_AFTER);
    expect([await outcome(slow), slow.ids.length]).toEqual([{ ok: false, code: "unreachable" }, 1]);
  });
  it("waits before a gate, and no longer than its time", async () => {
    const gate = new Gate();
    const line = new Answers([done]);
    const waiting = new Requests(line).send("start_race", {}, gate);
    await vi.advanceTimersByTimeAsync(GIVE_UP_AFTER - 1);
    expect(line.ids).toEqual([]);
    gate.open();
    expect(await waiting).toEqual(done);
    gate.shut();
    expect(await outcome(line, gate)).toEqual({ ok: false, code: "unreachable" });
  });
  it("is sent away when the gate is barred, with the reason", async () => {
    const gate = new Gate();
    const waiting = new Requests(new Answers([done])).send("start_race", {}, gate);
    gate.bar("moved");
    expect(await waiting).toEqual({ ok: false, code: "moved" });
  });
  it("is sent again when a new connection refused it because nobody had greeted yet", async () => {
    const notIn = { ok: false, code: "not_in_room", retry: false, detail: "" };
    const line = new Answers([notIn, done], 10);
    const waiting = new Requests(line).send("start_race", {}, open);
    await vi.advanceTimersByTimeAsync(5);
    line.generation += 1;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await waiting).toEqual(done);
    expect(await outcome(new Answers([notIn]))).toEqual({ ok: false, code: "not_in_room" });
  });
  it("is told when it starts and when it ends", async () => {
    const told: unknown[] = [];
    const requests = new Requests(new Answers([notHost]), (name, on) => told.push([name, on]));
    await requests.send("kick", { player: "bob" }, open);
    expect(told).toEqual([["kick", true], ["kick", false]]);
  });
});
