/** What the address bar says: paths to pages and back, and room codes as people type them. Pure text, no browser. */
import type { Board, Period } from "../api.gen.js";
import { CODE_ALPHABET } from "../wire.gen.js";

/** A page by its address. */
export type Address =
  | { readonly to: "home" }
  | { readonly to: "room"; readonly room: string }
  | { readonly to: "replay"; readonly race: string }
  | { readonly to: "history"; readonly room: string }
  /** The records of one person; null is the person at this browser. */
  | { readonly to: "profile"; readonly profile: string | null }
  | ({ readonly to: "boards" } & BoardChoice)
  | { readonly to: "stats" }
  | { readonly to: "nowhere" };

/** An address that names something. */
export type Somewhere = Exclude<Address, { to: "nowhere" }>;

/** Which board is meant: of one room, or of all (null); of the time that a day lies in (ISO date), or of now (null). */
export interface BoardChoice {
  readonly board: Board;
  readonly period: Period;
  readonly room: string | null;
  readonly on: string | null;
}

export const BOARDS = ["races", "wins", "win_rate", "paid"] as const satisfies readonly Board[];
export const PERIODS = ["day", "week", "month", "all"] as const satisfies readonly Period[];
/** What is shown to somebody who has not chosen: who pays is what this is about. */
export const FIRST_BOARD: BoardChoice = { board: "paid", period: "week", room: null, on: null };

/** Five letters, or the eight of a room that is not listed or has a password. */
export const CODE_LENGTHS = [5, 8] as const;
const CODE = new RegExp(`^[${CODE_ALPHABET}]{5}(?:[${CODE_ALPHABET}]{3})?$`);
const RACE = /^[a-z0-9]{16}$/;
const PROFILE = /^[a-z0-9]{12}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The code in what somebody typed or pasted, an invitation's link included; null when there is none. */
export function codeIn(text: string): string | null {
  const pasted = /\/r\/([^/?#]+)/i.exec(text)?.[1] ?? text;
  const code = pasted.replace(/[\s-]/g, "").toUpperCase();
  return CODE.test(code) ? code : null;
}

/** A code as people read it: a long one in two groups, which may be typed with or without the dash. */
export function shownCode(code: string): string {
  return code.length > CODE_LENGTHS[0] ? `${code.slice(0, 4)}-${code.slice(4)}` : code;
}

/** The page of a path, with its query where the page has one. */
export function readPath(whole: string): Address {
  const [path = "", query = ""] = whole.split("?");
  const [place, name = "", ...rest] = path.replace(/^\/+|\/+$/g, "").split("/");
  if (place === "r" && rest.join("/") === "history") {
    const room = codeIn(name);
    if (room !== null) return { to: "history", room };
  }
  if (rest.length > 0) return { to: "nowhere" };
  if (name === "") return readPlace(place, query);
  if (place === "r") {
    const room = codeIn(name);
    if (room !== null) return { to: "room", room };
  }
  if (place === "race" && RACE.test(name)) return { to: "replay", race: name };
  if (place === "p" && PROFILE.test(name)) return { to: "profile", profile: name };
  return { to: "nowhere" };
}

function readPlace(place: string | undefined, query: string): Address {
  switch (place) {
    case "":
      return { to: "home" };
    case "me":
      return { to: "profile", profile: null };
    case "boards":
      return { to: "boards", ...readChoice(new URLSearchParams(query)) };
    case "stats":
      return { to: "stats" };
    default:
      return { to: "nowhere" };
  }
}

/** The board of a query; whatever is not understood there is as if it were not there. */
function readChoice(query: URLSearchParams): BoardChoice {
  const board = BOARDS.find((one) => one === query.get("board"));
  const period = PERIODS.find((one) => one === query.get("period"));
  const on = query.get("on") ?? "";
  return {
    board: board ?? FIRST_BOARD.board,
    period: period ?? FIRST_BOARD.period,
    room: codeIn(query.get("room") ?? ""),
    on: isDay(on) && period !== "all" ? on : null,
  };
}

/** Whether a text is a day there is; browsers know a 31st of every month, and a year 0, which servers do not. */
function isDay(text: string): boolean {
  const at = DAY.test(text) && !text.startsWith("0000") ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

export function pathOf(address: Somewhere): string {
  switch (address.to) {
    case "home":
      return "/";
    case "room":
      return `/r/${address.room}`;
    case "replay":
      return `/race/${address.race}`;
    case "history":
      return `/r/${address.room}/history`;
    case "profile":
      return address.profile === null ? "/me" : `/p/${address.profile}`;
    case "boards": {
      const { board, period, room, on } = address;
      return `/boards?board=${board}&period=${period}${room === null ? "" : `&room=${room}`}${on === null ? "" : `&on=${on}`}`;
    }
    case "stats":
      return "/stats";
  }
}
