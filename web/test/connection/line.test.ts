import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ANSWER_WITHIN, LAST_DELAY, Line } from "../../src/connection/line.js";
import type { Push } from "../../src/connection/wire.js";
import { CONNECTING, FakeNet } from "./net.js";

let net: FakeNet;
let line: Line;
let told: string[];
let heard: Push[];

beforeEach(() => {
  vi.useFakeTimers();
  net = new FakeNet();
  told = [];
  heard = [];
  line = new Line(net.dial, {
    up: () => told.push("up"),
    down: () => told.push("down"),
    refused: (code) => told.push(`refused ${code}`),
    paced: () => undefined,
    heard: (push) => heard.push(push),
  });
});
afterEach(() => {
  line.stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

async function started(room: string | null = "K7AB2"): Promise<void> {
  line.start(room);
  await vi.advanceTimersByTimeAsync(CONNECTING);
}

describe("a line", () => {
  it("names the room to balancers, from the next connection on also one it did not know", async () => {
    await started(null);
    expect(net.socket.io.opts.query).toBeUndefined();
    line.name("K7AB2");
    expect(net.socket.io.opts.query).toEqual({ room: "K7AB2" });
  });

  it("comes back by itself, and the page can count down to the try", async () => {
    await started();
    net.socket.drop();
    expect(told).toEqual(["up", "down"]);
    const wait = (line.nextTry ?? 0) - performance.now();
    expect(wait).toBeGreaterThan(0);
    await vi.advanceTimersByTimeAsync(wait - 1);
    expect(net.tries).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect([net.tries, line.nextTry]).toEqual([2, null]);
    await vi.advanceTimersByTimeAsync(CONNECTING);
    expect([told, line.generation]).toEqual([["up", "down", "up"], 2]);
  });

  it("waits longer from try to try, but never longer than one and a half times the last delay", async () => {
    net.reachable = false;
    line.start(null);
    const waits: number[] = [];
    for (let tries = 0; tries < 8; tries += 1) {
      await vi.advanceTimersByTimeAsync(CONNECTING);
      const wait = (line.nextTry ?? 0) - performance.now();
      waits.push(wait);
      await vi.advanceTimersByTimeAsync(wait);
    }
    expect(Math.max(...waits)).toBeLessThanOrEqual(LAST_DELAY * 1.5);
    expect(waits[0]).toBeLessThanOrEqual(1_500);
    expect(Math.min(...waits.slice(4))).toBeGreaterThanOrEqual(LAST_DELAY / 2);
    expect(told).toEqual([]);
  });

  it("comes back after the server ended the connection, which socket.io does not do", async () => {
    await started();
    net.socket.end();
    await vi.advanceTimersByTimeAsync(1_500 + CONNECTING);
    expect(told).toEqual(["up", "down", "up"]);
  });

  it("tries again when a connection is refused for now, and not when it is refused for good", async () => {
    net.refusal = { message: "busy", data: { code: "busy", retry: true } };
    line.start(null);
    await vi.advanceTimersByTimeAsync(20_000);
    expect([net.tries > 2, told]).toEqual([true, []]);
    net.refusal = { message: "too old", data: { code: "too_old", retry: false } };
    await vi.advanceTimersByTimeAsync(10_000);
    const tries = net.tries;
    await vi.advanceTimersByTimeAsync(60_000);
    expect([told, net.tries, line.wanted]).toEqual([["refused too_old"], tries, false]);
  });

  it("tries at once when told to, but does not give up a try just begun", async () => {
    await started();
    net.reachable = false;
    net.socket.drop();
    await vi.advanceTimersByTimeAsync(20_000);
    while (line.nextTry === null) await vi.advanceTimersByTimeAsync(1);
    net.reachable = true;
    const tries = net.tries;
    line.tryNow();
    line.tryNow();
    expect(net.tries).toBe(tries + 1);
    await vi.advanceTimersByTimeAsync(CONNECTING);
    expect(line.up).toBe(true);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(net.tries).toBe(tries + 1);
  });

  it("gives up a connection that only seems to stand", async () => {
    await started();
    line.tryNow();
    expect(net.tries).toBe(1);
    line.tryNow(true);
    await vi.advanceTimersByTimeAsync(CONNECTING);
    expect([told, net.tries]).toEqual([["up", "down", "up"], 2]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(net.tries).toBe(2);
  });

  it.each(["drop", "end", "nothing"] as const)("comes back when the server said, whatever it does then: %s", async (then) => {
    await started();
    const dice = vi.spyOn(Math, "random").mockReturnValue(0.5);
    line.returnIn(560);
    dice.mockRestore();
    if (then === "drop") net.socket.drop();
    if (then === "end") net.socket.end();
    await vi.advanceTimersByTimeAsync(699);
    expect(net.tries).toBe(1);
    await vi.advanceTimersByTimeAsync(1 + CONNECTING);
    expect([net.tries, told]).toEqual([2, ["up", "down", "up"]]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(net.tries).toBe(2);
  });

  it("is soon back only once: if nobody is there, it does not come every moment", async () => {
    await started();
    line.returnIn(100);
    net.reachable = false;
    net.socket.drop();
    await vi.advanceTimersByTimeAsync(150 + CONNECTING);
    expect(net.tries).toBe(2);
    await vi.advanceTimersByTimeAsync(600);
    expect(net.tries).toBe(2);
    net.reachable = true;
    await vi.advanceTimersByTimeAsync(1_500 + CONNECTING);
    expect(told).toEqual(["up", "down", "up"]);
  });

  it("is silent once stopped, and an earlier socket is never heard again", async () => {
    await started("K7AB2");
    const earlier = net.socket;
    await started("ZZZZZ");
    expect(earlier.connected).toBe(false);
    earlier.push("moved", {});
    net.socket.push("moved", {});
    expect(heard).toEqual([{ name: "moved", message: {} }]);
    line.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([told, net.tries]).toEqual([["up", "up"], 2]);
  });
});

describe("a question", () => {
  it("is answered, and what is no answer counts as none", async () => {
    await started();
    expect(await line.ask("leave_room", { id: "1" })).toEqual({ ok: true });
    net.answering = () => "nonsense";
    expect(await line.ask("leave_room", { id: "1" })).toBeNull();
  });
  it("has no answer after a while, after a loss, and without a connection", async () => {
    await started();
    net.answering = () => undefined;
    const late = line.ask("leave_room", { id: "1" });
    await vi.advanceTimersByTimeAsync(ANSWER_WITHIN);
    expect(await late).toBeNull();
    const broken = line.ask("leave_room", { id: "2" });
    net.socket.drop();
    expect(await broken).toBeNull();
    expect(await line.ask("leave_room", { id: "3" })).toBeNull();
  });
});
