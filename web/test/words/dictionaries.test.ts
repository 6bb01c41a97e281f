/** Both dictionaries say everything, in their own language; what the compiler cannot see of that. */
import { describe, expect, it } from "vitest";
import { KINDS } from "../../src/art/stable.js";
import { en } from "../../src/words/en.js";
import { ko } from "../../src/words/ko.js";
import { racersEn, racersKo } from "../../src/words/racers.js";

/** Every plain text of a dictionary with its path. */
function texts(value: unknown, path: string): readonly (readonly [string, string])[] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => texts(inner, `${path}.${key}`));
}

/** Said the same in every language. */
const SHARED = new Set(["ko.code", "ko.brand.name", "ko.tools.english"]);

describe("the Korean dictionary", () => {
  it("is written in Hangul throughout", () => {
    const latin = texts(ko, "ko").filter(([path, text]) => !SHARED.has(path) && !/[가-힣]/.test(text));
    expect(latin).toEqual([]);
  });

  it("calls every racer of the stable by a name and a temper", () => {
    expect(Object.keys(racersKo).sort()).toEqual([...KINDS].sort());
  });

  it("puts the right particle after any name", () => {
    expect(ko.start.forHost("민지")).toContain("민지가");
    expect(ko.start.forHost("지훈")).toContain("지훈이");
    expect(ko.race.takesLead("곰", "타조")).toBe("곰이 타조를 제치고 선두로 나섰어요.");
    expect(ko.podium.several(["민지", "Tiger 2"])).toContain("Tiger 2는");
  });
});

describe("the English dictionary", () => {
  it("has no Hangul but the name of the other language", () => {
    const hangul = texts(en, "en").filter(([path, text]) => path !== "en.tools.korean" && /[가-힣]/.test(text));
    expect(hangul).toEqual([]);
  });

  it("leaves nothing empty but what follows the payer's name", () => {
    const empty = texts(en, "en").filter(([path, text]) => text === "" && path !== "en.podium.onAfter");
    expect(empty).toEqual([]);
  });

  it("calls every racer of the stable by a name and a temper", () => {
    expect(Object.keys(racersEn).sort()).toEqual([...KINDS].sort());
  });

  it("counts one as one", () => {
    expect(en.common.people(1)).toBe("1 person");
    expect(en.start.byLot(1)).not.toContain("1 without");
    expect(en.vote.count(1)).toBe("1 vote");
  });
});

describe("every refusal", () => {
  it.each(Object.entries(ko.refusals))("%s says in Korean what happened and what to do or what is kept", (_, sentence) => {
    expect(sentence.match(/[.!]/g)?.length ?? 0).toBeGreaterThanOrEqual(2);
  });

  it.each(Object.entries(en.refusals))("%s says so in English", (_, sentence) => {
    expect(sentence.length).toBeGreaterThan(30);
    expect(sentence).toMatch(/[.:,].*\.$/);
  });
});
