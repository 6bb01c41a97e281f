// Made by `make generate` from src/paddock/api: do not edit.

import type { Mood, RaceRecord, RoomSummary, Rule } from "./wire.gen.js";

/** Which part of the room list. */
export interface RoomsQuestion {
  readonly query?: string;
  readonly cursor?: string | null;
  readonly limit?: number;
}

/** Part of the room list, newest rooms first; `total` counts all rooms that match. */
export interface RoomsPage {
  readonly rooms: readonly RoomSummary[];
  readonly total: number;
  readonly next: string | null;
}

/** Which room. */
export interface RoomQuestion {
  readonly room: string;
}

/** A listed room as people outside of it see it. */
export interface PublicRoom {
  readonly room: RoomSummary;
  readonly track: number;
  readonly racers: number;
  readonly rounds: number;
  readonly race: string | null;
  readonly commitment: string | null;
}

/** Which part of a room's history. */
export interface RoomRacesQuestion {
  readonly room: string;
  readonly cursor?: string | null;
  readonly limit?: number;
}

/** Part of a history, newest races first; `zone` is the time zone that the server counts days in. */
export interface RacesPage {
  readonly races: readonly RaceLine[];
  readonly next: string | null;
  readonly zone: string;
}

/** A recorded race as a row of a history. */
export interface RaceLine {
  readonly race: string;
  readonly room: string;
  readonly starts_at: number;
  readonly track: number;
  readonly rule: Rule;
  readonly runoff: number;
  readonly runners: readonly Runner[];
}

/** One player of a recorded race; `rank` counts from 1, ties share it; None for a time is a racer at the gate. */
export interface Runner {
  readonly profile: string | null;
  readonly player: string;
  readonly name: string;
  readonly racer: number;
  readonly kind: string;
  readonly rank: number;
  readonly time_ms: number | null;
  readonly paid: boolean;
}

/** Which race. */
export interface RaceQuestion {
  readonly race: string;
}

/** A recorded race to be drawn: everything the segments of the live race told, and how it ended. */
export interface Replay {
  readonly race: string;
  readonly room: string;
  readonly rule: Rule;
  readonly track: number;
  readonly runoff: number;
  readonly starts_at: number;
  readonly end: number;
  readonly weather: string;
  readonly lanes: readonly Lane[];
  readonly order: readonly (readonly number[])[];
  readonly picks: readonly (readonly [string, number])[];
  readonly payers: readonly string[];
  readonly names: Readonly<Record<string, string>>;
}

/** One racer's whole way: segments `[t, mm, speed, mood]`; none, and no finish, for a racer at the gate. */
export interface Lane {
  readonly kind: string;
  readonly finish: number | null;
  readonly segments: readonly (readonly [number, number, number, Mood])[];
}

/** What became of computing a race again from its record; no differences means verified. */
export interface Verification {
  readonly race: string;
  readonly verified: boolean;
  readonly differences: readonly Difference[];
}

/** A field of the record and, as JSON texts, what it says and what it should say. */
export interface Difference {
  readonly field: Field;
  readonly recorded: string;
  readonly expected: string;
}

/** What can be wrong in a record. */
export type Field = "commitment" | "rule" | "card" | "rank" | "deal" | "finish" | "order" | "payers";

/** Nothing but the token in the header, which says whose device asks. */
export interface OwnQuestion {}

/** What is counted of one person; rates are from 0 to 1. */
export interface Profile {
  readonly profile: string;
  readonly name: string;
  readonly since: number;
  readonly races: number;
  readonly wins: number;
  readonly paid: number;
  readonly win_rate: number;
  readonly pay_rate: number;
  readonly win_streak: number;
  readonly best_win_streak: number;
  readonly paid_streak: number;
  readonly worst_paid_streak: number;
  readonly favourite: string | null;
  readonly last_raced_at: number | null;
}

/** Another name for boards and the profile; seats keep theirs. */
export interface Rename {
  readonly name: string;
}

/** Everything that is kept of one person. */
export interface Export {
  readonly profile: Profile;
  readonly devices: number;
  readonly races: readonly RaceLine[];
}

/** A one-time code by which another device becomes this person's, and how long it can be used, in ms. */
export interface MoveCode {
  readonly code: string;
  readonly lasts_ms: number;
}

/** The code from the other device. */
export interface TakeMove {
  readonly code: string;
}

/** Whose profile. */
export interface ProfileQuestion {
  readonly profile: string;
}

/** Which part of a person's races. */
export interface ProfileRacesQuestion {
  readonly profile: string;
  readonly cursor?: string | null;
  readonly limit?: number;
}

/** Which board, and which part of it. */
export interface BoardPageQuestion {
  readonly board: Board;
  readonly period?: Period;
  readonly on?: string | null;
  readonly room?: string | null;
  readonly cursor?: string | null;
  readonly limit?: number;
}

/** What a board ranks by, most first; `win_rate` by the Wilson lower bound, from `LEAST_RACES` on. */
export type Board = "races" | "wins" | "win_rate" | "paid";

/** Which time a board counts, in days of the archive's time zone; weeks begin on Monday. */
export type Period = "day" | "week" | "month" | "all";

/** Part of a board, best first, with what was asked. */
export interface BoardPage {
  readonly board: Board;
  readonly period: Period;
  readonly on: string;
  readonly earlier: string | null;
  readonly later: string | null;
  readonly room: string | null;
  readonly rows: readonly BoardRow[];
  readonly next: string | null;
  readonly own: BoardRow | null;
}

/** One person on a board; equal values share a rank. `bound` is the Wilson lower bound of the win rate (95 %). */
export interface BoardRow {
  readonly rank: number;
  readonly profile: string;
  readonly name: string;
  readonly races: number;
  readonly wins: number;
  readonly paid: number;
  readonly win_rate: number;
  readonly bound: number;
}

/** Nothing to say. */
export interface NoQuestion {}

/** The statistics of all racer kinds, most picked first. */
export interface Kinds {
  readonly kinds: readonly KindRow[];
}

/** How often a kind of racer was lined up and picked, and how its races ended; looks never influence them. */
export interface KindRow {
  readonly kind: string;
  readonly lined_up: number;
  readonly picked: number;
  readonly wins: number;
  readonly lasts: number;
}

/** Which days. */
export interface DaysQuestion {
  readonly until?: number | null;
  readonly days?: number;
}

/** The statistics of days, oldest first, those without a race too; `zone` is the time zone of the days. */
export interface Days {
  readonly days: readonly DayRow[];
  readonly zone: string;
}

/** One day (ISO date in the archive's time zone): races run, people in them, rooms they were in. */
export interface DayRow {
  readonly day: string;
  readonly races: number;
  readonly players: number;
  readonly rooms: number;
}

/** Everything that was ever recorded, as numbers. */
export interface Totals {
  readonly races: number;
  readonly players: number;
  readonly rooms: number;
  readonly first_at: number | null;
}

/** Why a request was not answered (RFC 9457); `retry` says whether the same request may work later. */
export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly retry: boolean;
  readonly detail: string;
}

/** Every expected "no" over HTTP; where the realtime protocol refuses for the same reason, the word is the same. */
export type ProblemCode = "malformed" | "refused" | "no_token" | "foreign_page" | "not_found" | "no_room" | "no_race" | "no_profile" | "no_code" | "method_not_allowed" | "too_large" | "unsupported_type" | "unknown_host" | "bad_cursor" | "bad_name" | "too_many" | "internal" | "busy" | "unavailable" | "timeout";

/** What each address is asked (path and query), its JSON body, and what it answers. */
export interface Api {
  rooms: { question: RoomsQuestion; body: null; answer: RoomsPage };
  room: { question: RoomQuestion; body: null; answer: PublicRoom };
  room_races: { question: RoomRacesQuestion; body: null; answer: RacesPage };
  race: { question: RaceQuestion; body: null; answer: RaceRecord };
  replay: { question: RaceQuestion; body: null; answer: Replay };
  verification: { question: RaceQuestion; body: null; answer: Verification };
  me: { question: OwnQuestion; body: null; answer: Profile };
  rename: { question: OwnQuestion; body: Rename; answer: Profile };
  erase: { question: OwnQuestion; body: null; answer: null };
  export: { question: OwnQuestion; body: null; answer: Export };
  offer_move: { question: OwnQuestion; body: null; answer: MoveCode };
  take_move: { question: OwnQuestion; body: TakeMove; answer: Profile };
  profile: { question: ProfileQuestion; body: null; answer: Profile };
  profile_races: { question: ProfileRacesQuestion; body: null; answer: RacesPage };
  board: { question: BoardPageQuestion; body: null; answer: BoardPage };
  kinds: { question: NoQuestion; body: null; answer: Kinds };
  days: { question: DaysQuestion; body: null; answer: Days };
  totals: { question: NoQuestion; body: null; answer: Totals };
}

/** How each address is asked; names in braces are fields of the question, the others make the query. */
export const ADDRESSES = {
  rooms: { method: "GET", path: "/api/rooms", bearer: "never" },
  room: { method: "GET", path: "/api/rooms/{room}", bearer: "never" },
  room_races: { method: "GET", path: "/api/rooms/{room}/races", bearer: "may" },
  race: { method: "GET", path: "/api/races/{race}", bearer: "never" },
  replay: { method: "GET", path: "/api/races/{race}/replay", bearer: "never" },
  verification: { method: "GET", path: "/api/races/{race}/verification", bearer: "never" },
  me: { method: "GET", path: "/api/profiles/me", bearer: "must" },
  rename: { method: "PATCH", path: "/api/profiles/me", bearer: "must" },
  erase: { method: "DELETE", path: "/api/profiles/me", bearer: "must" },
  export: { method: "GET", path: "/api/profiles/me/export", bearer: "must" },
  offer_move: { method: "POST", path: "/api/profiles/me/move-code", bearer: "must" },
  take_move: { method: "POST", path: "/api/profiles/me/move", bearer: "must" },
  profile: { method: "GET", path: "/api/profiles/{profile}", bearer: "never" },
  profile_races: { method: "GET", path: "/api/profiles/{profile}/races", bearer: "may" },
  board: { method: "GET", path: "/api/leaderboards/{board}", bearer: "may" },
  kinds: { method: "GET", path: "/api/statistics/kinds", bearer: "never" },
  days: { method: "GET", path: "/api/statistics/days", bearer: "never" },
  totals: { method: "GET", path: "/api/statistics/totals", bearer: "never" },
} as const;
