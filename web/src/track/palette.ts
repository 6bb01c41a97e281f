/** Colours of the track beyond the tokens: sky, hills, mown turf, rails, by day and by night. */

import { THEMES, type Colours, type ThemeName } from "../art/theme.js";

export interface Palette extends Colours {
  readonly name: ThemeName;
  readonly sky: string;
  readonly skyLow: string;
  readonly lamp: string;
  readonly hillFar: string;
  readonly hillNear: string;
  readonly tree: string;
  readonly stand: string;
  readonly standRoof: string;
  readonly crowd: readonly string[];
  readonly mown: string;
  /** Four mown stripes that repeat; at night every fourth lies in the light. */
  readonly stripes: readonly [string, string, string, string];
  readonly rail: string;
  readonly railShade: string;
  readonly dust: string;
  readonly bunting: readonly string[];
}

export const PALETTES: Readonly<Record<ThemeName, Palette>> = {
  day: {
    ...THEMES.day,
    name: "day",
    sky: "#f9e2b6",
    skyLow: "#fcefd2",
    lamp: "#fff6d8",
    hillFar: "#b9c79a",
    hillNear: "#8fae7b",
    tree: "#5d8a5a",
    stand: "#d9b98a",
    standRoof: "#b5524a",
    crowd: ["#8a5a44", "#3f5d7d", "#c9a25a", "#7d4a5c", "#5d7a4e", "#e9dcc2"],
    mown: "#468450",
    stripes: ["#3d7846", "#468450", "#3d7846", "#468450"],
    rail: "#fdfbf3",
    railShade: "#cdbf9f",
    dust: "#e6d5ac",
    bunting: ["#c43a3a", "#f3e6cf", "#3f6d8f", "#e3b23c"],
  },
  night: {
    ...THEMES.night,
    name: "night",
    sky: "#131b2c",
    skyLow: "#1d2940",
    lamp: "#fff3c9",
    hillFar: "#1c2b35",
    hillNear: "#172720",
    tree: "#10201a",
    stand: "#4a4034",
    standRoof: "#6e3531",
    crowd: ["#7a5a48", "#4a6078", "#a58a58", "#74505c", "#5a7050", "#c9bda4"],
    mown: "#347043",
    stripes: ["#2c6239", "#37744a", "#427f52", "#37744a"],
    rail: "#ece6d4",
    railShade: "#8f8a78",
    dust: "#b9ab86",
    bunting: ["#a83a38", "#d8cdb6", "#3f6480", "#b8913a"],
  },
};
