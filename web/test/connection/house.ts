/** A server with one room for tests: knows who holds which seat, keeps a log, and gives a seat to its newest socket. */
import type { EntryView, OwnView, RoomView } from "../../src/wire.gen.js";
import { Session } from "../../src/session/session.js";
import { intentsOf } from "../../src/session/intents.js";
import { Vault, type Drawer } from "../../src/session/vault.js";
import type { Intents } from "../../src/model/intents.js";
import type { Place } from "../../src/session/place.js";
import type { State } from "../../src/model/state.js";
import { apply } from "../../src/model/apply.js";
import { member, room } from "../model/room.js";
import { FakeNet, type FakeSocket, type Sent } from "./net.js";

export const ROOM = "K7AB2";

/** The server's clock is this much ahead of the tests'. */
export const AHEAD = 500_000;

export class House {
  readonly net = new FakeNet();
  readonly seats = new Map<string, { player: string; socket: FakeSocket | null }>();
  room: RoomView = room({ members: [], host: null });
  log: EntryView[] = [];
  /** Refuses everything with this, while set. */
  refusing: string | null = null;
  /** Answers nothing, while set. */
  deaf = false;
  /** Ids of commands that were carried out. */
  readonly applied: string[] = [];

  #set = 0;

  constructor() {
    this.net.answering = (sent) => (this.deaf ? undefined : this.#answer(sent));
  }

  /** Something happens and everybody in the room hears of it. */
  happen(events: EntryView["events"], heard = true, at = AHEAD): EntryView {
    const entry: EntryView = { version: this.room.version + 1, at, events };
    this.room = apply({ room: this.room, own: this.#own("nobody"), chat: [], history: [] }, entry).room;
    this.log.push(entry);
    if (heard) for (const { socket } of this.seats.values()) if (socket?.connected === true) socket.push("entry", entry);
    return entry;
  }

  /** The clock of the server is set, and everybody in the room hears of it. */
  setClock(by: number): void {
    const at = this.now;
    this.#set += by;
    this.happen([{ type: "clock_stepped", by_ms: by }], true, at);
  }

  view(player: string): unknown {
    return { room: this.room, own: this.#own(player), chat: [], history: [], now: this.now };
  }

  get now(): number {
    return performance.now() + AHEAD + this.#set;
  }

  #own(player: string): OwnView {
    return { player, pick: null, blind: false, vote: null };
  }

  #sit(sent: Sent, token: string): { player: string } {
    const seat = this.seats.get(token);
    if (seat?.socket != null && seat.socket !== sent.socket && seat.socket.connected) {
      const { socket } = seat;
      socket.push("moved", {});
      if (socket.connected) socket.end();
    }
    const player = seat?.player ?? `player${this.seats.size}`;
    this.seats.set(token, { player, socket: sent.socket });
    return { player };
  }

  #answer(sent: Sent): unknown {
    const refuse = (code: string): unknown => ({ ok: false, code, retry: false, detail: "" });
    if (sent.name === "sync_clock") return { ok: true, now: this.now };
    if (this.refusing !== null) return refuse(this.refusing);
    const token = sent.message["token"] as string;
    switch (sent.name) {
      case "create_room":
      case "reopen_room":
      case "join_room": {
        const fresh = !this.seats.has(token);
        const { player } = this.#sit(sent, token);
        if (fresh) this.happen([{ type: "member_joined", member: member(player) }], false);
        return { ok: true, view: this.view(player) };
      }
      case "resume_room": {
        if (!this.seats.has(token)) return refuse("not_in_room");
        const { player } = this.#sit(sent, token);
        return { ok: true, now: this.now, ...this.#since(sent.message["version"] as number | null, player) };
      }
      case "catch_up":
        return { ok: true, ...this.#since(sent.message["version"] as number, "player0") };
      case "watch_lobby":
        return { ok: true, look: 1, version: 1, rooms: [], total: 0, next: null };
      default:
        if (![...this.seats.values()].some((seat) => seat.socket === sent.socket)) return refuse("not_in_room");
        if (!this.applied.includes(sent.message.id)) this.applied.push(sent.message.id);
        return { ok: true };
    }
  }

  #since(version: number | null, player: string): { entries: unknown; view: unknown } {
    const first = this.log[0]?.version ?? this.room.version + 1;
    if (version === null || version < first - 1) return { entries: null, view: this.view(player) };
    return { entries: this.log.filter((entry) => entry.version > version), view: null };
  }
}

/** One tab of a browser: its session, its address bar. */
export interface Tab {
  readonly session: Session;
  readonly intents: Intents;
  readonly state: State;
  readonly paths: string[];
  /** The back button led to this path. */
  back(path: string): void;
}

export function tab(house: House, drawer: Drawer, path: string): Tab {
  const paths = [path];
  let moved: () => void = () => undefined;
  const place: Place = {
    path: () => paths[paths.length - 1] ?? "/",
    push: (to) => {
      if (to !== paths[paths.length - 1]) paths.push(to);
    },
    replace: (to) => paths.splice(-1, 1, to),
    onMove: (listener) => (moved = listener),
  };
  const session = new Session({ dial: house.net.dial, vault: new Vault(drawer), place, language: "en" });
  return {
    session,
    intents: intentsOf(session),
    get state() {
      return session.store.state;
    },
    paths,
    back: (to) => {
      paths.push(to);
      moved();
    },
  };
}
