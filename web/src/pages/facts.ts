/** What a room's view means for the pages: who waits for whom, why it cannot start yet, who picked what. Pure, no words. */

import type { Card, GatheringView, MemberView, ResultView, RoomView } from "../wire.gen.js";

/** Fewer ready players than this make no race. */
export const LEAST_PLAYERS = 2;

export type PhaseView = RoomView["phase"];

export function member(room: RoomView, player: string | null): MemberView | null {
  return room.members.find((one) => one.player === player) ?? null;
}

export function nameOf(room: RoomView, player: string | null): string {
  return member(room, player)?.name ?? "";
}

export function seated(room: RoomView): readonly MemberView[] {
  return room.members.filter((one) => one.seated);
}

export function watching(room: RoomView): readonly MemberView[] {
  return room.members.filter((one) => !one.seated);
}

/** Seated players who take part in the next race. */
export function playing(room: RoomView): readonly MemberView[] {
  return room.members.filter((one) => one.seated && one.ready);
}

/** Those who take part and have no pick yet. */
export function undecided(room: RoomView, phase: GatheringView): readonly MemberView[] {
  return playing(room).filter((one) => !phase.picked.includes(one.player));
}

/** Why the race cannot start: nobody else is seated, or too few of them are ready; null when it can. */
export type StartProblem = "alone" | "too_few";

export function startProblem(room: RoomView): StartProblem | null {
  if (seated(room).length < LEAST_PLAYERS) return "alone";
  return playing(room).length < LEAST_PLAYERS ? "too_few" : null;
}

/** The card of the heat on screen; null while picking, drawing and when closed. */
export function cardOf(phase: PhaseView): Card | null {
  switch (phase.type) {
    case "countdown":
    case "runoff":
    case "racing":
      return phase.card;
    case "podium":
      return phase.result.card;
    default:
      return null;
  }
}

/** The names a heat was called with; later renames do not change them. */
export function namesOf(phase: PhaseView): Readonly<Record<string, string>> {
  switch (phase.type) {
    case "countdown":
    case "runoff":
    case "racing":
      return phase.names;
    case "podium":
      return phase.result.names;
    default:
      return {};
  }
}

/** Names by lane of those who picked each racer, in the order of the card. */
export function pickers(card: Card, names: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  return card.lineup.map((_, lane) => card.picks.filter(([, racer]) => racer === lane).map(([player]) => names[player] ?? player));
}

/** The racer a player is on in this heat; null for those who watch it. */
export function racerOf(card: Card, player: string | null): number | null {
  return card.picks.find(([one]) => one === player)?.[1] ?? null;
}

/** Whether anybody picked each racer; the others stay at the gate. */
export function pickedLanes(card: Card): readonly boolean[] {
  return card.lineup.map((_, lane) => card.picks.some(([, racer]) => racer === lane));
}

/** One line of a result: a racer with its rank (ties share one) and its time. */
export interface Placing {
  readonly racer: number;
  readonly rank: number;
  readonly tied: boolean;
  readonly finish: number | null;
  readonly pays: boolean;
}

/** The finishers in order, best first. */
export function placings(result: Pick<ResultView, "card" | "order" | "finish" | "payers">): readonly Placing[] {
  const paying = new Set(result.payers.map((player) => racerOf(result.card, player)));
  const lines: Placing[] = [];
  let rank = 1;
  for (const group of result.order) {
    for (const racer of group) {
      lines.push({ racer, rank, tied: group.length > 1, finish: result.finish[racer] ?? null, pays: paying.has(racer) });
    }
    rank += group.length;
  }
  return lines;
}

/** How often each name paid in a room's final races, most first; names are as they were then. */
export function tally(history: readonly { readonly payers: readonly string[]; readonly final: boolean }[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const race of history) {
    if (!race.final) continue;
    for (const name of race.payers) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]);
}
