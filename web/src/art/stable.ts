/** The stable: every kind of racer by its name on the wire, and its figure. */

import { bear } from "./kinds/bear.js";
import { cat } from "./kinds/cat.js";
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
import { snail } from "./kinds/snail.js";
import { tiger } from "./kinds/tiger.js";
import { turtle } from "./kinds/turtle.js";

export const KINDS = ["tiger", "rabbit", "turtle", "horse", "pig", "duck", "fox", "penguin", "bear", "snail", "ostrich", "hedgehog", "frog", "cat"] as const;
export type Kind = (typeof KINDS)[number];

export const STABLE: Readonly<Record<Kind, Figure>> = { tiger, rabbit, turtle, horse, pig, duck, fox, penguin, bear, snail, ostrich, hedgehog, frog, cat };

/** Whether a name from the wire is a kind this client can draw. */
export function isKind(name: string): name is Kind {
  return (KINDS as readonly string[]).includes(name);
}
