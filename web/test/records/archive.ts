/** An archive for the plays of the pages: it answers what it is told to, and writes down what it was asked. */

import type { Api, BoardRow, Profile, RaceLine, Runner } from "../../src/api.gen.js";
import type { AddressName, Answer, Records, Trouble } from "../../src/model/records.js";

export type Asked = readonly [name: AddressName, question: Readonly<Record<string, unknown>>, body: unknown];

type Says = { readonly [N in AddressName]?: Api[N]["answer"] | Trouble | ((question: Api[N]["question"]) => Api[N]["answer"] | Trouble) };

export function archive(says: Says): { readonly records: Records; readonly asked: Asked[]; says: Says } {
  const asked: Asked[] = [];
  const made = {
    asked,
    says,
    records: {
      ask: async <N extends AddressName>(name: N, question: Api[N]["question"], along: object): Promise<Answer<Api[N]["answer"]>> => {
        asked.push([name, { ...question }, "body" in along ? along.body : null]);
        const said: unknown = made.says[name];
        const value: unknown = typeof said === "function" ? (said as (question: unknown) => unknown)(question) : said;
        if (value === undefined) return { ok: false, code: "unreachable", after: null };
        return typeof value === "string" ? { ok: false, code: value as Trouble, after: null } : { ok: true, value: value as Api[N]["answer"] };
      },
    },
  };
  return made;
}

export const SOME_DAY = Date.UTC(2026, 10, 25, 5, 0);

export function runner(name: string, racer: number, rank: number, change: Partial<Runner> = {}): Runner {
  return { profile: name.padEnd(12, "0"), player: name.padEnd(10, "0"), name, racer, kind: ["tiger", "fox", "snail"][racer] ?? "", rank, time_ms: 30_000 + rank, paid: false, ...change };
}

export function race(at: number, change: Partial<RaceLine> = {}): RaceLine {
  return {
    race: String(at).padStart(16, "r"), room: "K7AB2", starts_at: SOME_DAY - at * 60_000, track: 500, rule: "last", runoff: 0,
    runners: [runner("mina", 0, 1), runner("jun", 1, 2, { paid: true })], ...change,
  };
}

export const MINA: Profile = {
  profile: "mina00000000", name: "Mina", since: SOME_DAY, races: 8, wins: 2, paid: 1, win_rate: 0.25, pay_rate: 0.125, win_streak: 0, best_win_streak: 2, paid_streak: 0, worst_paid_streak: 1, favourite: "fox", last_raced_at: SOME_DAY,
};

export function row(name: string, rank: number, change: Partial<BoardRow> = {}): BoardRow {
  return { rank, profile: name.padEnd(12, "0"), name, races: 10, wins: 3, paid: 2, win_rate: 0.3, bound: 0.1, ...change };
}

/** Waits until everything asked so far is answered and drawn. */
export async function settled(element: { readonly updateComplete: Promise<boolean> }): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve));
    await element.updateComplete;
  }
}
