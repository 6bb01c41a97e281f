/** Records to look at: `some`, `none`, `many` (50 people, long names), `one`, `away` (the database is), `slow` (nothing comes). */

import type { Api, BoardRow, DayRow, KindRow, Profile, RaceLine, Runner } from "./api.gen.js";
import { KINDS } from "./art/stable.js";
import type { AddressName, Answer, Records } from "./model/records.js";

const NAMES = ["민지", "철수", "Tiger 2", "박서연", "Alexander the Very Long", "가나다라마바사아자차카타파하거너더러", "지훈", "Mia", "은우", "하늘이", "현", "Otto"];
const LINEUP = ["tiger", "rabbit", "turtle", "penguin", "ostrich"];
const DAY = 86_400_000;
const ME = "mmmmmmmmmmmm";

type Kind = "some" | "none" | "many" | "one" | "away" | "slow";

const id = (at: number, long: number): string => at.toString(36).padStart(long, "a");
const name = (at: number): string => (NAMES[at % NAMES.length] ?? "") + (at >= NAMES.length ? ` ${Math.floor(at / NAMES.length) + 1}` : "");

function runners(people: readonly number[], paying: readonly number[]): readonly Runner[] {
  return people.map((one, at): Runner => {
    const rank = paying.includes(one) ? 4 : (at % 3) + 1;
    const racer = rank - 1;
    return { profile: one === 7 ? null : one === 0 ? ME : id(one, 12), player: id(one, 10), name: one === 7 ? "" : name(one), racer, kind: LINEUP[racer] ?? "", rank, time_ms: 28_000 + rank * 731, paid: paying.includes(one) };
  });
}

function races(kind: Kind, now: number): readonly RaceLine[] {
  const lines: RaceLine[] = [];
  const people = Array.from({ length: kind === "many" ? 50 : kind === "one" ? 1 : 5 }, (_, at) => at);
  for (let round = 0; round < (kind === "one" ? 1 : 14); round += 1) {
    const at = now - round * 3_100_000 - (round > 4 ? DAY : 0) - (round > 8 ? 40 * DAY : 0);
    const room = round % 4 === 3 ? "Q7XY2" : "K7AB2";
    const base = { room, track: [500, 700, 1000][round % 3] ?? 500, rule: "last" } as const;
    const payer = (round * 3) % people.length;
    if (round % 3 === 1) lines.push({ ...base, race: id(round * 10 + 1, 16), starts_at: at + 60_000, runoff: 1, runners: runners([payer, (payer + 1) % people.length], [payer]) });
    lines.push({ ...base, race: id(round * 10, 16), starts_at: at, runoff: 0, runners: runners(people, round % 3 === 1 ? [payer, (payer + 1) % people.length] : [payer]) });
  }
  return lines;
}

function profile(kind: Kind, now: number, own: boolean): Profile {
  const one = kind === "one";
  return {
    profile: own ? ME : id(3, 12), name: kind === "many" ? (NAMES[5] ?? "") : own ? "민지" : "박서연", since: now - 70 * DAY, races: one ? 1 : 142, wins: one ? 0 : 37, paid: one ? 1 : 29,
    win_rate: one ? 0 : 37 / 142, pay_rate: one ? 1 : 29 / 142, win_streak: one ? 0 : 3, best_win_streak: one ? 0 : 5, paid_streak: one ? 1 : 0, worst_paid_streak: one ? 1 : 3, favourite: one ? "snail" : "ostrich", last_raced_at: now - 300_000,
  };
}

function boardRows(kind: Kind): readonly BoardRow[] {
  const count = kind === "one" ? 1 : kind === "many" ? 50 : 12;
  return Array.from({ length: count }, (_, at): BoardRow => {
    const races = 1400 - at * 21;
    const wins = Math.round(races / (4 + (at % 3)));
    const rank = at === 3 ? 3 : at + 1;
    return { rank, profile: at === 8 ? ME : id(at, 12), name: name(at), races, wins, paid: 80 - rank * 1, win_rate: wins / races, bound: wins / races - 0.02 };
  });
}

function days(count: number, now: number): readonly DayRow[] {
  return Array.from({ length: count }, (_, at): DayRow => {
    const races = at % 7 > 4 ? 0 : Math.round(6 + 9 * Math.abs(Math.sin(at * 1.7)) + at * 0.6);
    return { day: new Date(now - (count - 1 - at) * DAY).toISOString().slice(0, 10), races, players: races * 2, rooms: Math.ceil(races / 3) };
  });
}

const kinds = (): readonly KindRow[] => KINDS.map((kind, at): KindRow => ({ kind, lined_up: 500 - at * 3, picked: 320 - ((at * 53) % 120), wins: 90 - ((at * 31) % 40), lasts: 80 - ((at * 17) % 35) }));

/** The answers of an archive in this condition. */
export function recordsIn(condition: string, now: number): Records {
  const kind = condition as Kind;
  const answers: { readonly [N in AddressName]?: (question: Api[N]["question"]) => Api[N]["answer"] } = {
    room_races: () => ({ races: kind === "none" ? [] : races(kind, now), next: kind === "many" ? "more" : null, zone: "Asia/Seoul" }),
    profile_races: () => ({ races: races(kind, now), next: "more", zone: "Asia/Seoul" }),
    me: () => profile(kind, now, true),
    profile: () => profile(kind, now, false),
    rename: () => profile(kind, now, true),
    take_move: () => profile(kind, now, true),
    offer_move: () => ({ code: "K7AB-2QXY", lasts_ms: 900_000 }),
    export: () => ({ profile: profile(kind, now, true), devices: 2, races: [] }),
    erase: () => null,
    board: (asked) => {
      const rows = kind === "none" ? [] : boardRows(kind);
      const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
      const [on, long] = [asked.on ?? day(now), asked.period === "day" ? DAY : asked.period === "month" ? 30 * DAY : 7 * DAY];
      const later = Date.parse(on) + long;
      const beside = { on, earlier: day(Date.parse(on) - long), later: later > now ? null : day(later) };
      return { board: asked.board, period: asked.period ?? "all", ...beside, room: asked.room ?? null, rows, next: kind === "many" ? "more" : null, own: rows.find((row) => row.profile === ME) ?? null };
    },
    totals: () => (kind === "none" ? { races: 0, players: 0, rooms: 0, first_at: null } : { races: 12_402, players: 1_380, rooms: 211, first_at: now - 200 * DAY }),
    days: ({ days: count }) => ({ days: days(count ?? 30, now), zone: "Asia/Seoul" }),
    kinds: () => ({ kinds: kinds() }),
  };
  return {
    ask: async <N extends AddressName>(name: N, question: Api[N]["question"]): Promise<Answer<Api[N]["answer"]>> => {
      if (kind === "slow") return new Promise(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 30));
      if (kind === "away") return { ok: false, code: "unavailable", after: 2 };
      const answer = answers[name];
      if (answer === undefined || (kind === "none" && (name === "me" || name === "profile"))) return { ok: false, code: "no_profile", after: null };
      return { ok: true, value: (answer as (question: Api[N]["question"]) => Api[N]["answer"])(question) };
    },
  };
}
