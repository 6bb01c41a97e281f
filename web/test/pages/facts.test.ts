/** What a room's view means: who waits for whom, who is on what, who came in where. */
import { describe, expect, it } from "vitest";
import { pickers, placings, racerOf, startProblem, tally, undecided } from "../../src/pages/facts.js";
import { card, gathering, person, room } from "./rooms.js";

describe("starting", () => {
  it("takes two seated players", () => {
    expect(startProblem(room([person("a")]))).toBe("alone");
    expect(startProblem(room([person("a"), person("b", { seated: false })]))).toBe("alone");
  });

  it("takes two of them ready", () => {
    expect(startProblem(room([person("a"), person("b", { ready: false })]))).toBe("too_few");
    expect(startProblem(room([person("a"), person("b")]))).toBeNull();
  });

  it("waits for those who take part and have not picked", () => {
    const phase = gathering({ picked: ["a"] });
    const people = [person("a"), person("b"), person("c", { ready: false }), person("d", { seated: false })];
    expect(undecided(room(people, { phase }), phase).map((one) => one.player)).toEqual(["b"]);
  });
});

describe("picks", () => {
  const one = card([["a", 0], ["b", 2], ["c", 0]]);

  it("stand by lane under the names of the race", () => {
    expect(pickers(one, { a: "Ann", b: "Ben", c: "Cid" })).toEqual([["Ann", "Cid"], [], ["Ben"], [], []]);
  });

  it("count racer 0 as a pick", () => {
    expect(racerOf(one, "a")).toBe(0);
    expect(racerOf(one, "nobody")).toBeNull();
  });
});

describe("placings", () => {
  it("share a rank in a dead heat and skip the next", () => {
    const result = { card: card([["a", 0], ["b", 1], ["c", 2]]), order: [[1, 2], [0]], finish: [9, 7, 7, null, null], payers: ["a"] };
    expect(placings(result)).toEqual([
      { racer: 1, rank: 1, tied: true, finish: 7, pays: false },
      { racer: 2, rank: 1, tied: true, finish: 7, pays: false },
      { racer: 0, rank: 3, tied: false, finish: 9, pays: true },
    ]);
  });
});

it("counts who paid, but no race that went to a run-off", () => {
  const history = [
    { payers: ["Ann"], final: true },
    { payers: ["Ann", "Ben"], final: false },
    { payers: ["Ben"], final: true },
    { payers: ["Ann"], final: true },
  ];
  expect(tally(history)).toEqual([["Ann", 2], ["Ben", 1]]);
});
