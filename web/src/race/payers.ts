/** Who pays: the players on the racers at the drawn rank, as `paddock.domain.payers`. */

import type { Card } from "../wire.gen.js";
import { lastResort } from "./draw.js";
import { MAX_RUNOFFS, picked } from "./race.js";
import { Malformed } from "./reading.js";

type Order = readonly (readonly number[])[];

/** The lanes that pay: the dead heat that covers the drawn rank, clamped to the number of picked racers. */
export function payingGroup(card: Card, order: Order): readonly number[] {
  const rank = Math.max(1, Math.min(card.draw.rank, picked(card).length));
  let covered = 0;
  for (const group of order) {
    covered += group.length;
    if (covered >= rank) return group;
  }
  throw new Malformed("the race is not the one of the card");
}

/** Everybody whose pick is in the paying group, sorted; several of them owe each other a run-off. */
export function payers(card: Card, order: Order): string[] {
  const group = payingGroup(card, order);
  return card.picks.filter(([, racer]) => group.includes(racer)).map(([player]) => player);
}

/** The payers as they stand in the record: after the last run-off the dice leave only one. */
export function settle(card: Card, order: Order, seed: Uint8Array): string[] {
  const found = payers(card, order);
  return card.runoff >= MAX_RUNOFFS && found.length > 1 ? [lastResort(card, seed, found)] : found;
}
