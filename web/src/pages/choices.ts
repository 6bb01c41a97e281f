/** What a room may be set to, as the pages offer it; the server has the last word. */

import type { Rule } from "../wire.gen.js";

export const TRACKS = [500, 700, 1000] as const;
export const RULES: readonly Rule[] = ["last", "first", "vote"];
