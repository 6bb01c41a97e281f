/**
 * What the pages show: one immutable value, replaced as a whole when something changes. It holds no token, no password
 * and no timer, and it never decides anything; `apply` and the session make the next one.
 */
import type { BoardChoice } from "./address.js";
import type {
  ChatMessage,
  OwnView,
  RaceSummary,
  Refusal,
  Requests,
  RoomSummary,
  RoomView,
} from "../wire.gen.js";

/** Which page is on screen. The address decides between home, invite and replay; the server does the rest. */
export type Screen =
  | { readonly at: "home" }
  /** No seat here (any more): the form with name and password. */
  | { readonly at: "invite"; readonly room: string }
  /** A seat is kept in this browser and the server is being asked for it; nothing of the room is known yet. */
  | { readonly at: "entering"; readonly room: string }
  /** In the room: `state.room` and `state.own` are set. */
  | { readonly at: "room"; readonly room: string }
  /** Out of the room, and why; `founder` may open an expired room again. */
  | { readonly at: "ended"; readonly room: string; readonly why: Ending; readonly founder: boolean }
  /** A recorded race with its replay and the check of its draw. */
  | { readonly at: "replay"; readonly race: string }
  /** What is recorded: of a room, of a person (null is the one at this browser), the boards, the statistics. */
  | { readonly at: "history"; readonly room: string }
  | { readonly at: "profile"; readonly profile: string | null }
  | ({ readonly at: "boards" } & BoardChoice)
  | { readonly at: "stats" }
  /** An address that names nothing. */
  | { readonly at: "nowhere" };

/** Why somebody is out: `away` for longer than the grace, `closed` by its age or because it was empty or is unknown. */
export type Ending = "kicked" | "blocked" | "away" | "closed";

/** How the connection stands; what to show of it is in `surface`. */
export type Link =
  /** Nothing on this page needs the server's voice. */
  | { readonly at: "idle" }
  | { readonly at: "online" }
  /** Being made, or lost: `seconds` to the next try, null while one is under way. Nothing is shown in the first 2 s. */
  | { readonly at: "lost"; readonly surface: Surface; readonly seconds: number | null }
  /** The seat was opened in another tab or on another device; only `intents.openHere()` takes it back. */
  | { readonly at: "moved" }
  /** The server will not have this page at all (too old, foreign origin); only a reload helps. */
  | { readonly at: "refused"; readonly code: string };

/** What to show of a lost connection. */
export type Surface = "nothing" | "bar" | "overlay";

/** The person at this browser. `seats` are the rooms they can go back to, newest first. */
export interface Me {
  readonly name: string;
  readonly language: Language;
  readonly theme: Theme;
  readonly seats: readonly SeatNote[];
}

export type Language = "ko" | "en";
export type Theme = "auto" | "light" | "dark";

/** A room this browser keeps a seat token for; the token itself stays in the storage. */
export interface SeatNote {
  readonly room: string;
  readonly title: string;
  readonly founder: boolean;
  /** When it was last used, ms since the epoch by this device's clock. */
  readonly at: number;
}

/** Which page of the room list is looked at: what was typed, the cursor it comes after, and how many rooms at most. */
export interface LobbyQuestion {
  readonly query: string;
  readonly after: string | null;
  readonly limit: number;
}

export const FIRST_PAGE: LobbyQuestion = { query: "", after: null, limit: 20 };

/** A page of the room list at a version of the server's look, with what was asked for it. */
export interface Lobby {
  readonly asked: LobbyQuestion;
  readonly look: number;
  readonly version: number;
  /** Newest first. */
  readonly rooms: readonly RoomSummary[];
  /** All rooms that match, on whatever page. */
  readonly total: number;
  /** The cursor of the page after this one; null on the last one. */
  readonly next: string | null;
}

/** A piece of a lane: `[t ms, position mm, speed mm/s, mood]`, valid until the next one starts. */
export type Piece = readonly [number, number, number, number];

/**
 * What has been released of the race under way or on the podium: `lanes[i]` are racer i's pieces in order of time.
 * Positions are known for race times up to `until` ms; the race time now is `client.now() - startsAt`.
 */
export interface Track {
  readonly race: string;
  readonly metres: number;
  readonly lineup: readonly string[];
  readonly startsAt: number;
  readonly until: number;
  readonly lanes: readonly (readonly Piece[])[];
}

/** Something to tell the person once, in words of the pages; `key` differs each time. */
export interface Notice {
  readonly key: string;
  readonly code: Failure | "called_off";
  /** The request that failed; null for what happened by itself. */
  readonly request: RequestName | null;
}

/** Every request that may be sent. */
export type RequestName = keyof Requests;

/** Why something did not happen: the server's refusal, or `unreachable` when no answer came within 20 s. */
export type Failure = Refusal | "unreachable" | "moved";

/** What an intent ends in; it never rejects. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly code: Failure };

/** Everything the pages show. `room` and `own` are null together. */
export interface State {
  readonly screen: Screen;
  readonly link: Link;
  /** The server goes on by itself, out of touch with the others; said while the connection stands. */
  readonly degraded: boolean;
  /** Finished races wait to be recorded, longer than usual; said while the connection stands. */
  readonly delayed: boolean;
  readonly me: Me;
  readonly room: RoomView | null;
  readonly own: OwnView | null;
  /** Oldest first, the newest 100. */
  readonly chat: readonly ChatMessage[];
  /** Newest first. */
  readonly history: readonly RaceSummary[];
  readonly lobby: Lobby | null;
  readonly track: Track | null;
  /** Requests on their way, for buttons that wait. */
  readonly pending: readonly RequestName[];
  readonly notice: Notice | null;
}

/** The state before anything is known. */
export function blank(screen: Screen, me: Me): State {
  return {
    screen,
    link: { at: "idle" },
    degraded: false,
    delayed: false,
    me,
    room: null,
    own: null,
    chat: [],
    history: [],
    lobby: null,
    track: null,
    pending: [],
    notice: null,
  };
}
