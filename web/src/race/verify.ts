/**
 * Verification: the whole race computed again from the public record, here, in the reader's browser.
 * It shows that the result follows from a seed fixed before the picks. Names, room and starting time are told, not proved.
 */

import { hexToBytes } from "@noble/hashes/utils.js";

import { commitment } from "./dice.js";
import { deal, drawRank } from "./draw.js";
import { settle } from "./payers.js";
import { picked, type Race, run } from "./race.js";
import { Malformed } from "./reading.js";
import type { RaceRecord } from "./record.js";

/** What can be wrong in a record. */
export type Field = "commitment" | "rule" | "card" | "rank" | "deal" | "finish" | "order" | "payers";

/** A field of the record and, as JSON texts, what it says and what it should say. */
export interface Difference {
  readonly field: Field;
  readonly recorded: string;
  readonly expected: string;
}

/** What differs from a recomputation; an empty list means verified. */
export function verify(record: RaceRecord): Difference[] {
  const { card } = record;
  const seed = hexToBytes(record.seed);
  const found: Difference[] = [];
  const compare = (field: Field, recorded: unknown, expected: unknown): void => {
    const [said, computed] = [JSON.stringify(recorded), JSON.stringify(expected)];
    if (said !== computed) found.push({ field, recorded: said, expected: computed });
  };
  compare("commitment", record.commitment, commitment(seed));
  compare("rule", card.draw.rule, record.rule);
  let race: Race;
  let rank: number;
  try {
    race = run(card, record.book, seed);
    rank = drawRank(card.draw.rule, card.draw.votes, card.draw.distinct, seed, card.race);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return [...found, { field: "card", recorded: error.message, expected: "" }];
  }
  compare("rank", [card.draw.distinct, card.draw.rank], [picked(card).length, rank]);
  if (card.runoff > 0) {
    const players = card.picks.map(([player]) => player);
    compare("deal", card.picks, deal(players, card.lineup.length, seed, card.race));
  }
  compare("finish", record.finish, race.finish);
  compare("order", record.order, race.order);
  compare("payers", record.payers, settle(card, race.order, seed));
  return found;
}
