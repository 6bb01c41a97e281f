/** A round told by the pages: the shares of a draw, a race in sentences, mentions. */
import { describe, expect, it } from "vitest";
import { NOTHING_TOLD, SENTENCE_MS, tellRace, type Told } from "../../src/pages/commentary.js";
import { completed, matching, mentionAt, pieces } from "../../src/pages/mentions.js";
import { shares, voided } from "../../src/pages/shares.js";
import type { Standing } from "../../src/race/position.js";
import { en } from "../../src/words/en.js";
import { person } from "./rooms.js";

describe("the roulette", () => {
  const draw = { rule: "vote", votes: [3, 1, 0, 2, 4], distinct: 4, rank: 1 } as const;

  it("shows the real shares of the votes that count", () => {
    expect(shares(draw)).toEqual([
      { rank: 1, votes: 3, percent: 50 },
      { rank: 2, votes: 1, percent: 17 },
      { rank: 4, votes: 2, percent: 33 },
    ]);
  });

  it("names the ranks whose votes are void", () => expect(voided(draw)).toEqual([5]));

  it("has nothing to turn without a valid vote, or without a vote", () => {
    expect(shares({ ...draw, votes: [0, 0, 0, 0, 4] })).toEqual([]);
    expect(shares({ ...draw, rule: "last" })).toEqual([]);
  });
});

describe("the race in sentences", () => {
  const kinds = ["tiger", "rabbit", "turtle"];
  const order = (...lanes: readonly (readonly [lane: number, finish?: number])[]): readonly Standing[] =>
    lanes.map(([lane, finish], at) => ({ lane, rank: at + 1, mm: 1000 - at, finish: finish ?? null }));
  const tell = (told: Told, standing: readonly Standing[], time: number, mine: number | null = null) => tellRace(told, standing, time, kinds, mine, en);

  it("says who leads, then who takes the lead from whom", () => {
    const first = tell(NOTHING_TOLD, order([0], [1], [2]), 0);
    expect(first.sentence).toBe("Tiger leads.");
    const second = tell(first.told, order([1], [0], [2]), SENTENCE_MS);
    expect(second.sentence).toBe("Rabbit passes Tiger and takes the lead.");
  });

  it("keeps silent until the sentence before has been heard, and when nothing happened", () => {
    const { told } = tell(NOTHING_TOLD, order([0], [1], [2]), 0);
    expect(tell(told, order([1], [0], [2]), SENTENCE_MS - 1).sentence).toBeNull();
    expect(tell(told, order([0], [1], [2]), SENTENCE_MS).sentence).toBeNull();
  });

  it("says who fell back by two places", () => {
    const { told } = tell(NOTHING_TOLD, order([0], [1], [2]), 0);
    const later: Told = { ...told, leader: 0, ranks: new Map([[1, 1], [0, 1], [2, 3]]) };
    expect(tell(later, order([0], [2], [1]), SENTENCE_MS).sentence).toBe("Rabbit falls back to 3rd.");
  });

  it("adds how mine is doing when that has changed", () => {
    const { told, sentence } = tell(NOTHING_TOLD, order([0], [1], [2]), 0, 2);
    expect(sentence).toBe("Tiger leads. Your Turtle is 3rd now.");
    expect(tell(told, order([1], [0], [2]), SENTENCE_MS, 2).sentence).toBe("Rabbit passes Tiger and takes the lead.");
  });

  it("tells each finish once", () => {
    const { told, sentence } = tell(NOTHING_TOLD, order([0, 900], [1], [2]), 0);
    expect(sentence).toBe("Tiger finishes 1st.");
    expect(tell(told, order([0, 900], [1, 950], [2]), SENTENCE_MS).sentence).toBe("Rabbit finishes 2nd.");
  });
});

describe("mentions", () => {
  it("begin after an @ at the start or after a blank, up to the caret", () => {
    expect(mentionAt("@ti", 3)).toBe("ti");
    expect(mentionAt("hey @민", 6)).toBe("민");
    expect(mentionAt("mail me a@b", 11)).toBeNull();
    expect(mentionAt("@tiger hi", 3)).toBe("ti");
  });

  it("offer the others whose name begins like that", () => {
    const people = [person("tina"), person("tom"), person("otto")];
    expect(matching(people, "t", "tom").map((one) => one.player)).toEqual(["tina"]);
  });

  it("complete to the whole name and a blank", () => {
    expect(completed("hey @ti!", 7, "Tiger 2")).toEqual({ text: "hey @Tiger 2 !", caret: 13 });
  });

  it("are set apart in the text, the longest name first, whatever it holds", () => {
    expect(pieces("hi @Tiger 2, @Tiger", ["Tiger", "Tiger 2"])).toEqual([
      { text: "hi ", mention: false },
      { text: "@Tiger 2", mention: true },
      { text: ", ", mention: false },
      { text: "@Tiger", mention: true },
    ]);
    expect(pieces("@a.*b c", ["a.*b"])[0]).toEqual({ text: "@a.*b", mention: true });
    expect(pieces("@axb", ["a.*b"])).toEqual([{ text: "@axb", mention: false }]);
  });
});
