/** Room codes as people type them. */
import { describe, expect, it } from "vitest";
import { readCode } from "../../src/pages/code.js";

describe("a code", () => {
  it("may be typed small, with blanks and dashes", () => expect(readCode("k7 a-b2").code).toBe("K7AB2"));

  it("may be pasted as the whole link", () => expect(readCode("https://race.example/r/K7AB2?from=chat").code).toBe("K7AB2"));

  it("may be typed with a Korean keyboard left on", () => {
    expect(readCode("ㅏ7ㅁㅠ2")).toMatchObject({ code: "K7AB2", hangul: true });
    // The keyboard joins ㅁ and ㅠ to one syllable, and a final consonant to the one before.
    expect(readCode("ㅏ7뮤2").code).toBe("K7AB2");
    expect(readCode("핵22").code).toBe(readCode("gor22").code);
    expect(readCode("값ㅎ").letters).toBe("RKQTG");
  });

  it("is not complete with four letters", () => expect(readCode("K7AB")).toMatchObject({ letters: "K7AB", code: null, missing: 1 }));

  it("of a room that is not listed has eight letters, with or without a dash", () => {
    for (const typed of ["k7ab2cde", "K7AB-2CDE", "k7ab 2cde", "https://race.example/r/K7AB2CDE"]) expect(readCode(typed).code).toBe("K7AB2CDE");
  });

  it("is not complete between five and eight letters", () => {
    expect(readCode("K7AB2Z")).toMatchObject({ letters: "K7AB2Z", code: null, missing: 2 });
    expect(readCode("K7AB-2ZZ")).toMatchObject({ letters: "K7AB2ZZ", code: null, missing: 1 });
  });

  it("keeps eight letters of more", () => expect(readCode("K7AB2CDEF").letters).toBe("K7AB2CDE"));

  it("has no O, I, 0 or 1, and says that somebody typed one", () => {
    expect(readCode("K7AB0")).toMatchObject({ letters: "K7AB", code: null, lookalikes: true });
    expect(readCode("1IoO0")).toMatchObject({ letters: "", lookalikes: true });
    expect(readCode("K7AB2").lookalikes).toBe(false);
  });
});
