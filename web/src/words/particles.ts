/**
 * Korean particles after any name, chosen by how the name ends when it is said aloud; this module knows no sentences.
 *
 * Hangul tells its final sound in its code point; digits are read as Sino-Korean numbers, Latin letters by how Koreans
 * usually write such names down in Hangul. Where nobody can tell (other scripts, pictures), both forms are shown.
 */

/** A pair of particles: after a final consonant, after a vowel. */
const PAIRS = {
  topic: ["은", "는"],
  subject: ["이", "가"],
  object: ["을", "를"],
  with: ["과", "와"],
  call: ["이", ""],
  copula: ["이에", "예"],
  to: ["으로", "로"],
} as const;

export type Particle = keyof typeof PAIRS;

/** How a word ends: in a vowel, in ㄹ (which `to` treats like a vowel), in another consonant, or nobody knows. */
export type Ending = "vowel" | "rieul" | "consonant" | "unknown";

const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;
const FINALS = 28;
const FINAL_RIEUL = 8;
/** 영 일 이 삼 사 오 육 칠 팔 구. */
const DIGITS: readonly Ending[] = ["consonant", "rieul", "vowel", "consonant", "vowel", "vowel", "consonant", "rieul", "rieul", "vowel"];

/** Returns how `word` ends when it is said in Korean; marks and pictures after the last letter or digit are ignored. */
export function ending(word: string): Ending {
  const said = word.normalize("NFC").replace(/[^\p{L}\p{N}]+$/u, "");
  const last = said.at(-1);
  if (last === undefined) return "unknown";
  const code = last.codePointAt(0) ?? 0;
  if (code >= FIRST_SYLLABLE && code <= LAST_SYLLABLE) return syllableEnding((code - FIRST_SYLLABLE) % FINALS);
  if (/[0-9]/.test(last)) return DIGITS[Number(last)] ?? "unknown";
  if (/[A-Za-z]/.test(last)) return latinEnding(said);
  if (/[ㄱ-ㅎ]/.test(last)) return last === "ㄹ" ? "rieul" : "consonant";
  if (/[ㅏ-ㅣ]/.test(last)) return "vowel";
  return "unknown";
}

function syllableEnding(final: number): Ending {
  if (final === 0) return "vowel";
  return final === FINAL_RIEUL ? "rieul" : "consonant";
}

/**
 * Latin endings as loanword spelling (외래어 표기법) treats them: l, m, n, ng close a syllable; p, t, k, b, ck do so after
 * one short vowel; everything else gets a helping vowel (Mark -> 마크, Alex -> 알렉스).
 */
function latinEnding(said: string): Ending {
  const word = /[A-Za-z]+$/.exec(said)?.[0] ?? "";
  if (/^[A-Z]+$/.test(word) && !/[AEIOU]/.test(word.slice(0, -1))) return letterEnding(word.at(-1) ?? "");
  const low = word.toLowerCase();
  if (low.length === 1) return letterEnding(low.toUpperCase());
  if (/(?:[aeiouy]ll?|[^aeiou]l|[aeiouy]le|[^aeiouy]le|al|el|il|ol|ul)$/.test(low)) return "rieul";
  if (/(?:[mn]|ng|[aeiouy][mn]e)$/.test(low)) return "consonant";
  if (/(?:^|[^aeiouy])[aeiouy](?:ck|[ptkbc])$/.test(low)) return "consonant";
  if (/ook$/.test(low)) return "consonant";
  return "vowel";
}

/** Letters said by their names: 엘, 알 end in ㄹ, 엠, 엔 in another consonant, all others in a vowel. */
function letterEnding(letter: string): Ending {
  if (letter === "L" || letter === "R") return "rieul";
  return letter === "M" || letter === "N" ? "consonant" : "vowel";
}

/** Returns the particle alone, for sentences that set the name apart. */
export function particle(word: string, kind: Particle): string {
  const [closed, open] = PAIRS[kind];
  switch (ending(word)) {
    case "vowel":
      return open;
    case "rieul":
      return kind === "to" ? open : closed;
    case "consonant":
      return closed;
    case "unknown":
      return open === "" ? `(${closed})` : `${closed}(${open})`;
  }
}

/** Returns the name with its particle: `attach("호랑이", "subject")` is 호랑이가. */
export function attach(word: string, kind: Particle): string {
  return word + particle(word, kind);
}
