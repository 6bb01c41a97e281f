/** Room codes as people type them: small letters, blanks, a pasted link, a Korean keyboard left on. Pure text. */

import { CODE_LENGTHS, codeIn } from "../model/address.js";
import { CODE_ALPHABET } from "../wire.gen.js";

const [SHORT, LONG] = CODE_LENGTHS;

export interface ReadCode {
  /** What can be part of a code, at most eight characters. */
  readonly letters: string;
  /** The whole code; null while it is not complete. */
  readonly code: string | null;
  /** How many characters are missing to the next whole code. */
  readonly missing: number;
  /** It was typed with a Korean keyboard. */
  readonly hangul: boolean;
  /** It holds characters that no code has: O, 0, I, 1. */
  readonly lookalikes: boolean;
}

/** The keys of the standard Korean layout, by the letter they make. */
const KEYS: Readonly<Record<string, string>> = {
  ㅂ: "Q", ㅃ: "Q", ㅈ: "W", ㅉ: "W", ㄷ: "E", ㄸ: "E", ㄱ: "R", ㄲ: "R", ㅅ: "T", ㅆ: "T", ㅛ: "Y", ㅕ: "U", ㅑ: "I", ㅐ: "O", ㅒ: "O", ㅔ: "P", ㅖ: "P",
  ㅁ: "A", ㄴ: "S", ㅇ: "D", ㄹ: "F", ㅎ: "G", ㅗ: "H", ㅓ: "J", ㅏ: "K", ㅣ: "L",
  ㅋ: "Z", ㅌ: "X", ㅊ: "C", ㅍ: "V", ㅠ: "B", ㅜ: "N", ㅡ: "M",
  ㅘ: "HK", ㅙ: "HO", ㅚ: "HL", ㅝ: "NJ", ㅞ: "NP", ㅟ: "NL", ㅢ: "ML",
  ㄳ: "RT", ㄵ: "SW", ㄶ: "SG", ㄺ: "FR", ㄻ: "FA", ㄼ: "FQ", ㄽ: "FT", ㄾ: "FX", ㄿ: "FV", ㅀ: "FG", ㅄ: "QT",
};
const LEADS = [..."ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"];
const VOWELS = [..."ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"];
const TAILS = ["", ..."ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"];
const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;

/** The keys pressed for one Hangul character; the character itself when it is none. */
function keysOf(character: string): string {
  const at = character.charCodeAt(0);
  if (at < FIRST_SYLLABLE || at > LAST_SYLLABLE) return KEYS[character] ?? character;
  const index = at - FIRST_SYLLABLE;
  const parts = [LEADS[Math.floor(index / 588)], VOWELS[Math.floor((index % 588) / 28)], TAILS[index % 28]];
  return parts.map((part) => KEYS[part ?? ""] ?? "").join("");
}

export function readCode(typed: string): ReadCode {
  const hangul = /[ㄱ-ㅣ가-힣]/.test(typed);
  const latin = [...typed.normalize("NFC")].map(keysOf).join("");
  const whole = codeIn(latin);
  const upper = latin.replace(/[\s-]/g, "").toUpperCase();
  const letters = whole ?? [...upper].filter((letter) => CODE_ALPHABET.includes(letter)).slice(0, LONG).join("");
  const missing = letters.length <= SHORT ? SHORT - letters.length : LONG - letters.length;
  return { letters, code: missing === 0 ? letters : null, missing, hangul, lookalikes: whole === null && /[O0I1]/.test(upper) };
}
