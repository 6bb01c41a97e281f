/** Races listed newest first become rounds: a first heat with the run-offs it led to. */
import { describe, expect, it } from "vitest";
import type { RaceLine, Runner } from "../../src/api.gen.js";
import { lanes, lastHeat, ownRun, paidBy, payers, rounds } from "../../src/model/rounds.js";

function runner(player: string, racer: number, rank: number, paid = false): Runner {
  return { profile: player, player, name: player, racer, kind: `kind${racer}`, rank, time_ms: rank * 1000, paid };
}

function heat(race: string, runoff: number, runners: readonly Runner[] = [], room = "K7AB2"): RaceLine {
  return { race, room, starts_at: 0, track: 500, rule: "last", runoff, runners };
}

const shape = (lines: readonly RaceLine[]): readonly string[] => rounds(lines).map(({ heats }) => heats.map(({ race }) => race).join(" "));

describe("rounds", () => {
  it("hold their heats in the order they were run", () => {
    expect(shape([heat("c2", 2), heat("c1", 1), heat("c0", 0), heat("b0", 0), heat("a1", 1), heat("a0", 0)])).toEqual(["c0 c1 c2", "b0", "a0 a1"]);
  });
  it("of two rooms may lie in between each other", () => {
    expect(shape([heat("b1", 1, [], "QQQQQ"), heat("a1", 1), heat("b0", 0, [], "QQQQQ"), heat("a0", 0)])).toEqual(["b0 b1", "a0 a1"]);
  });
  it("stay apart when a first heat is not known", () => {
    expect(shape([heat("b1", 1), heat("a2", 2), heat("a1", 1), heat("a0", 0)])).toEqual(["b1", "a0 a1 a2"]);
  });
  it("keep their name when their first heat comes with the next page", () => {
    const [known] = rounds([heat("a1", 1)]);
    const [whole] = rounds([heat("a1", 1), heat("a0", 0)]);
    expect(whole?.key).toBe(known?.key);
  });
  it("end with whoever pays in the last heat", () => {
    const [round] = rounds([heat("a1", 1, [runner("jun", 0, 1), runner("mina", 1, 2, true)]), heat("a0", 0, [runner("jun", 2, 2, true), runner("mina", 2, 2, true), runner("sora", 0, 1)])]);
    if (round === undefined) throw new Error("no round");
    expect(lastHeat(round).race).toBe("a1");
    expect(payers(round).map(({ name }) => name)).toEqual(["mina"]);
    expect([paidBy(round, "mina"), paidBy(round, "jun")]).toEqual([true, false]);
    expect(ownRun(round, "mina")?.racer).toBe(2);
    expect(ownRun(round, "nobody")).toBeNull();
  });
  it("that several still owe are nobody's yet", () => {
    const [round] = rounds([heat("a0", 0, [runner("jun", 2, 2, true), runner("mina", 2, 2, true)])]);
    if (round === undefined) throw new Error("no round");
    expect(paidBy(round, "mina")).toBe(false);
  });
});

it("racers of a heat stand best first, with everybody who was on them", () => {
  const found = lanes(heat("a0", 0, [runner("jun", 3, 2), runner("mina", 0, 1), runner("sora", 3, 2), runner("doha", 1, 2, true)]));
  expect(found.map(({ racer, runners, paid }) => [racer, runners.map(({ name }) => name), paid])).toEqual([
    [0, ["mina"], false],
    [1, ["doha"], true],
    [3, ["jun", "sora"], false],
  ]);
});
