/** What is drawn besides the race: the rank that pays, a run-off's picks, the last resort, the lineup; as `paddock.domain.draw`. */

import type { Card, Rule } from "../wire.gen.js";
import { Dice } from "./dice.js";
import { encode } from "./encoding.js";
import { cardValue } from "./race.js";
import { Malformed } from "./reading.js";

/** The rank that pays, counted from 1 among the `distinct` picked racers; without a valid vote the last one. */
export function drawRank(rule: Rule, votes: readonly number[], distinct: number, seed: Uint8Array, race: string): number {
  if (distinct < 1 || votes.some((count) => count < 0)) throw new Malformed("ranks are drawn among at least one picked racer");
  if (rule === "first") return 1;
  const valid = votes.slice(0, distinct);
  const total = valid.reduce((sum, count) => sum + count, 0);
  if (rule === "last" || total === 0) return distinct;
  let roll = new Dice(seed, race, encode([votes, distinct])).stream("draw").below(total);
  return 1 + valid.findIndex((count) => (roll -= count) < 0);
}

/** The picks of a run-off, sorted by player: each contestant is dealt one of `size` racers, as evenly as can be. */
export function deal(contestants: readonly string[], size: number, seed: Uint8Array, race: string): [string, number][] {
  const players = distinctSorted(contestants);
  if (players.length === 0 || size < 2) throw new Malformed("a run-off needs contestants and at least two racers");
  const stream = new Dice(seed, race, encode([players, size])).stream("deal");
  const lanes = stream.shuffled(Array.from({ length: size }, (_, lane) => lane));
  const seats = stream.shuffled(players);
  const picks = seats.map((player, seat): [string, number] => [player, lanes[seat % size] as number]);
  return picks.sort(([one], [other]) => (one < other ? -1 : 1));
}

/** The one of `payers` who pays after the last run-off; each is equally likely. */
export function lastResort(card: Card, seed: Uint8Array, payers: readonly string[]): string {
  const players = distinctSorted(payers);
  const dice = new Dice(seed, card.race, encode([cardValue(card), players]));
  return players[dice.stream("last-resort").below(players.length)] as string;
}

/** `size` different kinds of the stable in lane order, from 32 random bytes that need not be secret. */
export function drawLineup(stable: readonly string[], size: number, show: Uint8Array): string[] {
  if (size < 2 || size > stable.length) throw new Malformed(`a stable of ${stable.length} kinds has no lineup of ${size}`);
  return new Dice(show, "", encode([stable, size])).stream("lineup").shuffled(stable).slice(0, size);
}

function distinctSorted(players: readonly string[]): string[] {
  return [...new Set(players)].sort();
}
