// @vitest-environment happy-dom
/** A gathering room as people use it: picking, voting, ready or not, start and why not yet. */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { PaddockGate } from "../../src/pages/gate.js";
import { PaddockSeats } from "../../src/pages/seats.js";
import { PaddockStartBar } from "../../src/pages/start-bar.js";
import { PaddockVote } from "../../src/pages/vote.js";
import { speak } from "../../src/words/speech.js";
import type { OwnView } from "../../src/wire.gen.js";
import { client, gathering, NOW, person, room, SETTINGS } from "./rooms.js";
import { all, find, shown, text } from "./page.js";

beforeAll(() => speak("en"));
afterEach(() => document.body.replaceChildren());

describe("the racers at the gate", () => {
  const own: OwnView = { player: "a", pick: null, blind: false, vote: null };

  it("are picked by a press and taken back by another: the server is asked both times", async () => {
    const { client: one, calls } = client();
    const gate = await shown(Object.assign(new PaddockGate(), { client: one, phase: gathering(), own, open: true }));
    find(gate, "racer-0").click();
    expect(calls).toEqual([["pick", 0]]);
    expect(find(gate, "racer-0").getAttribute("aria-pressed")).toBe("false");
    gate.own = { ...own, pick: 0 };
    await gate.updateComplete;
    expect(find(gate, "racer-0").getAttribute("aria-pressed")).toBe("true");
    expect(text(find(gate, "my-pick"))).toContain("Tiger");
  });

  it("show no racer as picked when the pick is blind", async () => {
    const gate = await shown(Object.assign(new PaddockGate(), { client: client().client, phase: gathering({ picked: ["a"] }), own: { ...own, blind: true }, open: true }));
    expect([0, 1, 2, 3, 4].map((at) => find(gate, `racer-${at}`).getAttribute("aria-pressed"))).toEqual(["false", "false", "false", "false", "false"]);
    expect(find(gate, "pick-for-me").getAttribute("aria-pressed")).toBe("true");
  });

  it("cannot be pressed by those who watch, and are not offered the dice", async () => {
    const gate = await shown(Object.assign(new PaddockGate(), { client: client().client, phase: gathering(), own, open: false }));
    expect(find<HTMLButtonElement>(gate, "racer-0").disabled).toBe(true);
    expect(all(gate, "pick-for-me")).toEqual([]);
  });
});

describe("the vote", () => {
  it("is cast by a press and taken back by another", async () => {
    const { client: one, calls } = client();
    const vote = await shown(Object.assign(new PaddockVote(), { client: one, votes: [1, 0, 2], mine: 3, open: true }));
    find(vote, "vote-1").click();
    find(vote, "vote-3").click();
    expect(calls).toEqual([["vote", 1], ["vote", null]]);
    expect(find(vote, "vote-3").dataset["votes"]).toBe("2");
  });
});

describe("the start", () => {
  const bar = (people: Parameters<typeof room>[0], me: string, change: Parameters<typeof gathering>[0] = {}) => {
    const phase = gathering(change);
    return Object.assign(new PaddockStartBar(), { client: client().client, room: room(people, { phase }), phase, me });
  };

  it("is closed for a host alone, and says why", async () => {
    const one = await shown(bar([person("a")], "a"));
    expect(find<HTMLButtonElement>(one, "start").disabled).toBe(true);
    expect(text(find(one, "start-reason"))).toBe("It takes two to race");
  });

  it("is closed while the others sit out", async () => {
    const one = await shown(bar([person("a"), person("b", { ready: false })], "a"));
    expect(find<HTMLButtonElement>(one, "start").disabled).toBe(true);
    expect(text(find(one, "start-reason"))).toBe("At least two players must be in");
  });

  it("is open with two, and says that those without a pick get one by lot", async () => {
    const one = await shown(bar([person("a"), person("b")], "a", { picked: ["a"] }));
    expect(find<HTMLButtonElement>(one, "start").disabled).toBe(false);
    expect(text(find(one, "start-reason"))).toContain("by lot");
    expect(text(find(one, "waiting"))).toBe("Waiting for B");
  });

  it("is the host's alone; the others read whom it waits for", async () => {
    const one = await shown(bar([person("a"), person("b")], "b", { picked: ["a", "b"] }));
    expect(all(one, "start")).toEqual([]);
    expect(text(find(one, "waiting"))).toContain("A starts the race");
  });

  it("counts those it waits for when they are many", async () => {
    const one = await shown(bar(["a", "b", "c", "d", "e"].map((id) => person(id)), "a"));
    expect(text(find(one, "waiting"))).toBe("5 still to pick");
  });

  it("shows a deadline by the server's clock", async () => {
    const one = await shown(bar([person("a"), person("b")], "a", { deadline: NOW + 24_000 }));
    const left = find(one, "pick-deadline").querySelector("paddock-countdown");
    expect(left?.shadowRoot?.textContent).toContain("24 s");
  });

  it("offers a spectator a seat while there is one", async () => {
    const people = [person("a"), person("b"), person("w", { seated: false })];
    const free = await shown(bar(people, "w"));
    expect(all(free, "take-seat").length).toBe(1);
    const full = Object.assign(bar(people, "w"), { room: room(people, { settings: { ...SETTINGS, capacity: 2 } }) });
    await shown(full);
    expect(all(full, "take-seat")).toEqual([]);
    expect(text(full)).toContain("Every seat is taken");
  });
});

describe("the seats", () => {
  it("say of everybody whether they picked and whether they are away, never what they picked", async () => {
    const people = [person("a"), person("b", { away_since: NOW }), person("c", { ready: false }), person("w", { seated: false })];
    const seats = await shown(Object.assign(new PaddockSeats(), { room: room(people, { phase: gathering({ picked: ["b"] }) }), me: "c" }));
    const chips = all(seats, "seat").map(({ dataset }) => [dataset["player"], dataset["picked"], dataset["away"]]);
    expect(chips).toEqual([["c", "false", "false"], ["a", "false", "false"], ["b", "true", "true"]]);
    expect(text(find(seats, "watchers"))).toContain("W");
  });

  it("fold away when there are many, and unfold", async () => {
    const people = Array.from({ length: 50 }, (_, at) => person(`p${at}`));
    const seats = await shown(Object.assign(new PaddockSeats(), { room: room(people), me: "p0" }));
    expect(all(seats, "seat").length).toBeLessThan(50);
    find(seats, "more-seats").click();
    await seats.updateComplete;
    expect(all(seats, "seat").length).toBe(50);
  });

  it("show a name as text, whatever it holds", async () => {
    const people = [person("a", { name: "<img src=x onerror=alert(1)>" })];
    const seats = await shown(Object.assign(new PaddockSeats(), { room: room(people), me: "b" }));
    expect(seats.shadowRoot?.querySelector("img")).toBeNull();
    expect(text(find(seats, "seat"))).toContain("<img src=x");
  });
});
