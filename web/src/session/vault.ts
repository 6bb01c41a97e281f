/**
 * What this browser keeps between visits: seat tokens by room, the device token, the name and the choices of the
 * person. Tokens leave it for the connection only. Without a usable storage (private windows) all is kept until reload.
 */
import type { Language, SeatNote, Theme } from "../model/state.js";
import { newToken } from "../connection/random.js";

/** Seats kept, the newest. */
export const SEATS_KEPT = 20;

/** What the browser's storage must do. */
export type Drawer = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** A kept seat; `tab` is the tab that has it open, so that an older one does not take it back by itself. */
interface Seat {
  readonly token: string;
  readonly at: number;
  readonly founder: boolean;
  readonly title: string;
  readonly tab: string;
}

type Seats = Readonly<Record<string, Seat>>;

const SEATS = "paddock.seats";
const DEVICE = "paddock.device";
const NAME = "paddock.name";
const LANGUAGE = "paddock.language";
const THEME = "paddock.theme";
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export class Vault {
  readonly #memory = new Map<string, string>();

  constructor(private readonly drawer: Drawer | null) {}

  get name(): string {
    return this.#get(NAME) ?? "";
  }

  set name(name: string) {
    this.#set(NAME, name);
  }

  /** The chosen language, null before a choice. */
  get language(): Language | null {
    const chosen = this.#get(LANGUAGE);
    return chosen === "ko" || chosen === "en" ? chosen : null;
  }

  set language(language: Language) {
    this.#set(LANGUAGE, language);
  }

  get theme(): Theme {
    const chosen = this.#get(THEME);
    return chosen === "light" || chosen === "dark" ? chosen : "auto";
  }

  set theme(theme: Theme) {
    this.#set(THEME, theme);
  }

  /** The token of this browser, made at first use. */
  device(): string {
    const kept = this.#get(DEVICE);
    if (kept !== null && TOKEN.test(kept)) return kept;
    const made = newToken();
    this.#set(DEVICE, made);
    return made;
  }

  /** The rooms there is a seat for, newest first, without their tokens. */
  notes(): readonly SeatNote[] {
    return newestFirst(this.#seats()).map(([room, { title, founder, at }]) => ({ room, title, founder, at }));
  }

  token(room: string): string | null {
    return this.#seats()[room]?.token ?? null;
  }

  founded(room: string): boolean {
    return this.#seats()[room]?.founder === true;
  }

  /** The tab that opened this seat last, null when there is no such seat. */
  holder(room: string): string | null {
    return this.#seats()[room]?.tab ?? null;
  }

  /** Keep a seat, or change what is known of it. */
  keep(room: string, seat: Partial<Seat> & Pick<Seat, "token" | "tab">): void {
    const seats = this.#seats();
    const known: Partial<Seat> = seats[room] ?? {};
    const kept: Seat = { founder: false, title: "", ...known, at: Date.now(), ...seat };
    this.#putSeats({ ...seats, [room]: kept });
  }

  /** Say that this tab has the seat open now. */
  hold(room: string, tab: string): void {
    const token = this.token(room);
    if (token !== null) this.keep(room, { token, tab });
  }

  /** Note the title of a room there is a seat for. */
  entitle(room: string, title: string): void {
    const seats = this.#seats();
    const seat = seats[room];
    if (seat !== undefined && seat.title !== title) this.#putSeats({ ...seats, [room]: { ...seat, title } });
  }

  forget(room: string): void {
    this.#putSeats(Object.fromEntries(Object.entries(this.#seats()).filter(([kept]) => kept !== room)));
  }

  #putSeats(seats: Seats): void {
    this.#set(SEATS, JSON.stringify(Object.fromEntries(newestFirst(seats).slice(0, SEATS_KEPT))));
  }

  #seats(): Seats {
    try {
      const kept: unknown = JSON.parse(this.#get(SEATS) ?? "{}");
      if (typeof kept !== "object" || kept === null) return {};
      return Object.fromEntries(Object.entries(kept).filter((entry): entry is [string, Seat] => isSeat(entry[1])));
    } catch {
      // Somebody else wrote there; a seat can be taken again with the room's link.
      return {};
    }
  }

  #get(key: string): string | null {
    try {
      return this.#memory.get(key) ?? this.drawer?.getItem(key) ?? null;
    } catch {
      return null;
    }
  }

  #set(key: string, value: string): void {
    try {
      if (this.drawer === null) throw new Error("no storage");
      this.drawer.setItem(key, value);
      this.#memory.delete(key);
    } catch {
      this.#memory.set(key, value);
    }
  }
}

/** The browser's storage, or null where even asking for it is an error. */
export function browserDrawer(): Drawer | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

function newestFirst(seats: Seats): [string, Seat][] {
  return Object.entries(seats).sort(([, one], [, other]) => other.at - one.at);
}

function isSeat(value: unknown): value is Seat {
  if (typeof value !== "object" || value === null) return false;
  const { token, at, founder, title, tab } = value as Partial<Record<keyof Seat, unknown>>;
  return (
    typeof token === "string" &&
    TOKEN.test(token) &&
    typeof at === "number" &&
    typeof founder === "boolean" &&
    typeof title === "string" &&
    typeof tab === "string"
  );
}
