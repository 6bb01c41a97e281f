/**
 * The design tokens: colours by day and by night, sizes of type, spacing, radii.
 *
 * `tokens.css` says the same for pages; a test keeps the two equal and computes the contrast of every pair of
 * `TEXT_PAIRS`. This module never touches a document: who asks for a theme passes it on.
 */

export type ThemeName = "day" | "night";

/** Colours of one theme, named as the custom properties without their dashes. */
export interface Colours {
  /** The page itself: warm paper by day, the lot behind the stand by night. */
  readonly paper: string;
  /** Cards, sheets and fields that lie on the page. */
  readonly paperRaised: string;
  readonly ink: string;
  /** Second-rank text; still readable at 14 px. */
  readonly inkSoft: string;
  readonly turf: string;
  readonly turfDeep: string;
  readonly chalk: string;
  /** Saddle orange, a fill: it always means "do this now" or "this one is you". */
  readonly signal: string;
  /** Text on `signal`. */
  readonly signalInk: string;
  /** The signal as text on paper; `signal` itself is too light for that by day. */
  readonly signalText: string;
  readonly danger: string;
  readonly dangerInk: string;
  readonly line: string;
  readonly shadow: string;
}

export const THEMES: Readonly<Record<ThemeName, Colours>> = {
  day: {
    paper: "#f5ecd9",
    paperRaised: "#fffaee",
    ink: "#2b2520",
    inkSoft: "#665a4a",
    turf: "#3d7846",
    turfDeep: "#22502f",
    chalk: "#fdfbf3",
    signal: "#e8752a",
    signalInk: "#2a1404",
    signalText: "#a1440b",
    danger: "#ae2a1d",
    dangerInk: "#fffaee",
    line: "#d8c9ab",
    shadow: "rgb(73 52 20 / 0.18)",
  },
  night: {
    paper: "#151c1a",
    paperRaised: "#202a27",
    ink: "#f4ecd9",
    inkSoft: "#bcb4a0",
    turf: "#2c6239",
    turfDeep: "#15351f",
    chalk: "#f8f4e6",
    signal: "#f28c3f",
    signalInk: "#241203",
    signalText: "#f7a261",
    danger: "#ff9280",
    dangerInk: "#2b0a05",
    line: "#3b4742",
    shadow: "rgb(0 0 0 / 0.5)",
  },
};

/** Pairs of (text, ground) that pages may set; each has a contrast of at least 4.5:1 in both themes. */
export const TEXT_PAIRS: readonly (readonly [keyof Colours, keyof Colours])[] = [
  ["ink", "paper"],
  ["ink", "paperRaised"],
  ["inkSoft", "paper"],
  ["inkSoft", "paperRaised"],
  ["signalInk", "signal"],
  ["signalText", "paper"],
  ["signalText", "paperRaised"],
  ["danger", "paper"],
  ["danger", "paperRaised"],
  ["dangerInk", "danger"],
  ["chalk", "turf"],
  ["chalk", "turfDeep"],
];

/** Sizes of type in CSS pixels. */
export const TEXT_SIZES = [14, 16, 20, 28, 40] as const;

/** Spacing steps 1 to 6 in CSS pixels. */
export const SPACES = [4, 8, 12, 16, 24, 40] as const;

/** Corner radii in CSS pixels. */
export const RADII = { s: 8, m: 14, l: 24 } as const;

/** How long a change of state takes, in milliseconds. */
export const MOTION_MS = 200;

/** The name of the custom property that carries a colour, for example `paperRaised` -> `--paper-raised`. */
export function cssName(colour: keyof Colours): string {
  return `--${colour.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
