/** The stable: every kind of racer by its name on the wire, and its figure. */

import { bear } from "./kinds/bear.js";
import { cat } from "./kinds/cat.js";
import { dog } from "./kinds/dog.js";
import { duck } from "./kinds/duck.js";
import type { Figure } from "./kinds/figure.js";
import { fox } from "./kinds/fox.js";
import { frog } from "./kinds/frog.js";
import { hedgehog } from "./kinds/hedgehog.js";
import { horse } from "./kinds/horse.js";
import { ostrich } from "./kinds/ostrich.js";
import { penguin } from "./kinds/penguin.js";
import { pig } from "./kinds/pig.js";
import { rabbit } from "./kinds/rabbit.js";
import { sheep } from "./kinds/sheep.js";
import { snail } from "./kinds/snail.js";
import { tiger } from "./kinds/tiger.js";
import { turtle } from "./kinds/turtle.js";

export const KINDS = ["tiger", "rabbit", "turtle", "horse", "pig", "duck", "fox", "penguin", "bear", "snail", "ostrich", "hedgehog", "frog", "cat", "dog", "sheep"] as const;
export type Kind = (typeof KINDS)[number];

export const STABLE: Readonly<Record<Kind, Figure>> = { tiger, rabbit, turtle, horse, pig, duck, fox, penguin, bear, snail, ostrich, hedgehog, frog, cat, dog, sheep };

/** Whether a name from the wire is a kind this client can draw. */
export function isKind(name: string): name is Kind {
  return (KINDS as readonly string[]).includes(name);
}

/** A kind to draw for any name: a stable with kinds newer than this client still gets a figure, always the same one. */
export function kindOf(name: string): Kind {
  if (isKind(name)) return name;
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return KINDS[sum % KINDS.length] as Kind;
}
