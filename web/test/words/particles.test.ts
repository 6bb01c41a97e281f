/** Korean particles follow how a name is said: Hangul, digits, Latin letters, pictures. */
import { describe, expect, it } from "vitest";
import { attach, ending, particle } from "../../src/words/particles.js";

describe("after Hangul", () => {
  it.each([
    ["민지", "민지는"],
    ["지훈", "지훈은"],
    ["하늘", "하늘은"],
    ["가나다라마바사아자차카타파하", "가나다라마바사아자차카타파하는"],
  ])("%s", (name, said) => expect(attach(name, "topic")).toBe(said));

  it("reads decomposed syllables like composed ones", () => {
    expect(attach("지훈".normalize("NFD"), "subject").normalize("NFC")).toBe("지훈이");
  });

  it("reads lone letters by their names", () => {
    expect(attach("ㅋㅋㅋ", "subject")).toBe("ㅋㅋㅋ이");
    expect(attach("ㅠㅠ", "subject")).toBe("ㅠㅠ가");
  });

  it("treats ㄹ like a vowel before 로 alone", () => {
    expect(particle("서울", "to")).toBe("로");
    expect(particle("서울", "object")).toBe("을");
    expect(particle("부산", "to")).toBe("으로");
  });
});

describe("after digits, read as Sino-Korean numbers", () => {
  it.each([
    ["0", "이"], ["1", "이"], ["2", "가"], ["3", "이"], ["4", "가"], ["5", "가"], ["6", "이"], ["7", "이"], ["8", "이"], ["9", "가"], ["10", "이"],
  ])("Tiger %s", (digit, said) => expect(particle(`Tiger ${digit}`, "subject")).toBe(said));
});

describe("after Latin letters, as Koreans write the name down", () => {
  it.each([
    ["Tiger", "vowel"], ["Kim", "consonant"], ["John", "consonant"], ["Paul", "rieul"], ["Jack", "consonant"], ["Mike", "vowel"], ["Park", "vowel"],
    ["Mark", "vowel"], ["Jane", "consonant"], ["Kyle", "rieul"], ["Steve", "vowel"], ["Alex", "vowel"], ["Sang", "consonant"], ["Bob", "consonant"],
    ["Mia", "vowel"], ["Fred", "vowel"], ["Cat", "consonant"], ["L", "rieul"], ["M", "consonant"], ["A", "vowel"], ["KBS", "vowel"], ["FM", "consonant"], ["URL", "rieul"],
  ] as const)("%s ends in a %s", (name, how) => expect(ending(name)).toBe(how));
});

describe("after something nobody can say", () => {
  it("shows both forms", () => {
    expect(attach("猫", "topic")).toBe("猫은(는)");
    expect(attach("🐯", "object")).toBe("🐯을(를)");
  });

  it("looks through marks and pictures at the last letter", () => {
    expect(attach("민지!!", "topic")).toBe("민지!!는");
    expect(attach("곰🐻", "subject")).toBe("곰🐻이");
    expect(attach("Tiger (2)", "subject")).toBe("Tiger (2)가");
  });

  it("says nothing twice for an empty name", () => expect(ending("")).toBe("unknown"));
});
