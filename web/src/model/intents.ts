/**
 * What a person can want, as the pages call it. Every promise ends in an `Outcome` and never rejects: while the server
 * is away an intent waits for it, at most 20 s, and is carried out once however often it has to be sent.
 */
import type { ChangeSettings, CreateRoom, JoinRoom } from "../wire.gen.js";
import type { Somewhere } from "./address.js";
import type { Records } from "./records.js";
import type { Language, Outcome, State, Theme } from "./state.js";
import type { Readable } from "./store.js";

/** The form for a new room. */
export type RoomForm = Pick<CreateRoom, "name" | "title" | "listing" | "password" | "rule" | "track">;

/** The form on an invitation; `seated: false` watches. */
export type EntryForm = Pick<JoinRoom, "room" | "name" | "password" | "seated">;

/** What of the settings changes. */
export type SettingsForm = Omit<ChangeSettings, "id">;

export interface Intents {
  // Around the pages; each of these changes the address too.
  goHome(): void;
  /** Opens a room's page by its code in any case, with or without blanks; false when it can be no code. */
  openRoom(code: string): boolean;
  open(address: Somewhere): void;
  /** As `open`, but the back button does not lead here again. */
  turn(address: Somewhere): void;

  // The person.
  setName(name: string): void;
  setLanguage(language: Language): void;
  setTheme(theme: Theme): void;
  /** Forget a room this browser has a seat for, without telling the room. */
  forgetSeat(room: string): void;

  // Coming and going.
  createRoom(form: RoomForm): Promise<Outcome>;
  enter(form: EntryForm): Promise<Outcome>;
  /** Into the room on screen again (after `away` or `kicked`) under the kept name; to the form where one is needed. */
  resume(): Promise<Outcome>;
  reopen(): Promise<Outcome>;
  leave(): Promise<Outcome>;

  // Playing.
  pick(racer: number): Promise<Outcome>;
  pickForMe(): Promise<Outcome>;
  vote(rank: number | null): Promise<Outcome>;
  ready(ready: boolean): Promise<Outcome>;
  takeSeat(): Promise<Outcome>;
  giveUpSeat(): Promise<Outcome>;
  rename(name: string): Promise<Outcome>;
  say(text: string): Promise<Outcome>;

  // Hosting.
  start(): Promise<Outcome>;
  nextRound(): Promise<Outcome>;
  kick(player: string): Promise<Outcome>;
  block(player: string): Promise<Outcome>;
  unblock(place: number): Promise<Outcome>;
  handOver(player: string): Promise<Outcome>;
  changeSettings(form: SettingsForm): Promise<Outcome>;

  // The room list; the home page asks while it is on screen.
  watchLobby(): Promise<Outcome>;
  unwatchLobby(): Promise<Outcome>;
  /** Look at the newest rooms that match what was typed; an empty text matches all. */
  searchRooms(query: string): Promise<Outcome>;
  /** Show more of the rooms that match, or the next page of them. */
  moreRooms(): Promise<Outcome>;

  // The connection.
  /** Try to connect at once instead of waiting for the next try. */
  tryNow(): void;
  /** Take the seat back from the tab or device that has it now. */
  openHere(): void;
  dismissNotice(): void;
}

/** All that the pages hold on to. */
export interface Client {
  readonly store: Readable<State>;
  readonly intents: Intents;
  /** What is recorded for ever. */
  readonly records: Records;
  /** The server's time now, ms since the epoch; smooth, and right within some ms once synchronised. */
  now(): number;
}
