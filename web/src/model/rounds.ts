/** Recorded races as people remember them: a round is its first heat with the run-offs it led to. Pure, no words. */

import type { RaceLine, Runner } from "../api.gen.js";

/** One round; `heats` in the order they were run. Without its first heat it is not whole: that is on the next page. */
export interface Round {
  readonly key: string;
  readonly heats: readonly RaceLine[];
}

/** One racer of a heat with everybody who was on it. */
export interface Lane {
  readonly racer: number;
  readonly kind: string;
  readonly rank: number;
  readonly time: number | null;
  readonly paid: boolean;
  readonly runners: readonly Runner[];
}

/** The rounds in races listed newest first, newest first; rounds of several rooms may lie in between each other. */
export function rounds(lines: readonly RaceLine[]): readonly Round[] {
  const found: { key: string; heats: RaceLine[] }[] = [];
  const open = new Map<string, { key: string; heats: RaceLine[] }>();
  for (const line of lines) {
    const known = open.get(line.room);
    // A heat of a later round, or the same one again, does not lead to the one that is open.
    const round = known !== undefined && line.runoff < (known.heats[0]?.runoff ?? 0) ? known : { key: line.race, heats: [] };
    if (round !== known) found.push(round);
    round.heats.unshift(line);
    if (line.runoff > 0) open.set(line.room, round);
    else open.delete(line.room);
  }
  return found;
}

/** The heat that is known to be the last one. */
export function lastHeat(round: Round): RaceLine {
  return round.heats[round.heats.length - 1] as RaceLine;
}

/** Who pays after the last known heat; several of them race, or raced, once more. */
export function payers(round: Round): readonly Runner[] {
  return lastHeat(round).runners.filter(({ paid }) => paid);
}

/** The racers of a heat, best first, lanes in order where ranks are shared. */
export function lanes(line: RaceLine): readonly Lane[] {
  const byRacer = new Map<number, Runner[]>();
  for (const runner of line.runners) byRacer.set(runner.racer, [...(byRacer.get(runner.racer) ?? []), runner]);
  const made = [...byRacer].map(([racer, runners]): Lane => {
    const { kind, rank, time_ms: time } = runners[0] as Runner;
    return { racer, kind, rank, time, paid: runners.some((one) => one.paid), runners };
  });
  return made.sort((one, other) => one.rank - other.rank || one.racer - other.racer);
}

/** How a person's own race ended, in the first heat of a round that they were in. */
export function ownRun(round: Round, profile: string): Runner | null {
  for (const heat of round.heats) {
    const own = heat.runners.find((one) => one.profile === profile);
    if (own !== undefined) return own;
  }
  return null;
}

/** Whether a person paid at the end of a round. */
export function paidBy(round: Round, profile: string): boolean {
  const paying = payers(round);
  return paying.length === 1 && paying[0]?.profile === profile;
}
