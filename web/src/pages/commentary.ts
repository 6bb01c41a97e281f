/**
 * Tells a race in sentences for those who hear it: who leads, who fell back, how mine is doing, who is in. It speaks at
 * most once in a few seconds and says the most important thing that happened meanwhile. Pure: standings in, sentence out.
 */

import type { Standing } from "../race/position.js";
import type { Words } from "../words/speech.js";

/** A sentence takes about three seconds to hear; ms. */
export const SENTENCE_MS = 3_500;

export interface Told {
  /** Race time of the last sentence, ms. */
  readonly at: number;
  readonly leader: number | null;
  /** Rank by lane as last told. */
  readonly ranks: ReadonlyMap<number, number>;
  readonly home: ReadonlySet<number>;
}

export const NOTHING_TOLD: Told = { at: -SENTENCE_MS, leader: null, ranks: new Map(), home: new Set() };

export interface Telling {
  readonly told: Told;
  /** What to say now; null for silence. */
  readonly sentence: string | null;
}

/** The next thing to say about the order at a race time. `kinds` are the racers by lane, `mine` is my lane. */
export function tellRace(told: Told, order: readonly Standing[], time: number, kinds: readonly string[], mine: number | null, w: Words): Telling {
  if (time - told.at < SENTENCE_MS || order.length === 0) return { told, sentence: null };
  const name = (lane: number): string => w.racer(kinds[lane] ?? "");
  const sentences: string[] = [];
  const arrived = order.filter((one) => one.finish !== null && !told.home.has(one.lane));
  for (const one of arrived) sentences.push(w.race.finished(name(one.lane), one.rank));
  const running = order.filter((one) => one.finish === null);
  const leader = order[0] as Standing;
  if (arrived.length === 0 && running.length === order.length) {
    if (told.leader === null) sentences.push(w.race.leads(name(leader.lane)));
    else if (told.leader !== leader.lane) sentences.push(w.race.takesLead(name(leader.lane), name(told.leader)));
    else {
      const fallen = running.find((one) => one.rank - (told.ranks.get(one.lane) ?? one.rank) >= 2);
      if (fallen !== undefined) sentences.push(w.race.fellBack(name(fallen.lane), fallen.rank));
    }
  }
  const own = running.find((one) => one.lane === mine);
  if (own !== undefined && own.rank !== (told.ranks.get(own.lane) ?? 0)) sentences.push(w.race.yours(name(own.lane), own.rank));
  if (sentences.length === 0) return { told, sentence: null };
  return {
    told: {
      at: time,
      leader: leader.lane,
      ranks: new Map(order.map((one) => [one.lane, one.rank])),
      home: new Set(order.filter((one) => one.finish !== null).map((one) => one.lane)),
    },
    sentence: sentences.join(" "),
  };
}
