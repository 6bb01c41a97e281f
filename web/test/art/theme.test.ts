import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RADII, SPACES, TEXT_PAIRS, TEXT_SIZES, THEMES, cssName, type Colours } from "../../src/art/theme.js";
// Read from disk: the test runner replaces imported style sheets by nothing.
const sheet = readFileSync("src/art/tokens.css", "utf8");

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Custom properties of the rule that starts with `selector`, first match. */
function properties(selector: string): Map<string, string> {
  const start = sheet.indexOf(`${selector} {`);
  const body = sheet.slice(sheet.indexOf("{", start) + 1, sheet.indexOf("}", start));
  return new Map([...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map((m) => [m[1] as string, m[2] as string]));
}

describe("contrast", () => {
  it("knows black on white", () => expect(contrast("#000000", "#ffffff")).toBeCloseTo(21));

  for (const [name, theme] of Object.entries(THEMES)) {
    for (const [text, ground] of TEXT_PAIRS) {
      it(`${name}: ${text} on ${ground} is at least 4.5:1`, () => {
        expect(contrast(theme[text], theme[ground])).toBeGreaterThanOrEqual(4.5);
      });
    }
  }
});

describe("tokens.css says what theme.ts says", () => {
  const rules = [
    ["day", ":root"],
    ["night", ':root[data-theme="night"]'],
    ["night", ":root:not([data-theme])"],
  ] as const;
  for (const [name, selector] of rules) {
    it(`${name} in ${selector}`, () => {
      const found = properties(selector);
      for (const colour of Object.keys(THEMES[name]) as (keyof Colours)[]) {
        expect([colour, found.get(cssName(colour))]).toEqual([colour, THEMES[name][colour]]);
      }
    });
  }

  it("sizes, spaces and radii", () => {
    const found = properties(":root");
    for (const size of TEXT_SIZES) expect(found.get(`--text-${size}`)).toBe(`${size}px`);
    SPACES.forEach((space, i) => expect(found.get(`--space-${i + 1}`)).toBe(`${space}px`));
    for (const [name, radius] of Object.entries(RADII)) expect(found.get(`--radius-${name}`)).toBe(`${radius}px`);
  });
});
