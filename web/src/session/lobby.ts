/** Watching the room list: asked for once per connection, kept by its changes, asked for again when one is missing. */
import type { Line } from "../connection/line.js";
import { newId } from "../connection/random.js";
import type { Lobby } from "../model/state.js";
import type { LobbyChangedMessage } from "../wire.gen.js";

/** The list as a change leaves it; null when changes in between are missing. */
export function changed(lobby: Lobby, change: LobbyChangedMessage): Lobby | null {
  if (change.version <= lobby.version) return lobby;
  if (change.version !== lobby.version + 1) return null;
  const news = new Map(change.changed.map((room) => [room.room, room]));
  const kept = lobby.rooms.filter((room) => !change.gone.includes(room.room));
  const rooms = kept.map((room) => news.get(room.room) ?? room);
  const known = new Set(kept.map((room) => room.room));
  return { version: change.version, rooms: [...rooms, ...change.changed.filter((room) => !known.has(room.room))] };
}

export class LobbyWatch {
  /** Whether a page shows the list. */
  wanted = false;
  #lobby: Lobby | null = null;
  #asking: Promise<boolean> | null = null;

  constructor(
    private readonly line: Pick<Line, "ask">,
    private readonly show: (lobby: Lobby | null) => void,
  ) {}

  /** Ask for the list, once at a time; whether it came. */
  greet(): Promise<boolean> {
    if (!this.wanted) return Promise.resolve(false);
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    return this.#asking;
  }

  heard(change: LobbyChangedMessage): void {
    if (!this.wanted || this.#lobby === null) return;
    const next = changed(this.#lobby, change);
    if (next === null) void this.greet();
    else this.#put(next);
  }

  /** No page shows the list any more. */
  stop(): void {
    this.wanted = false;
    this.#put(null);
  }

  async #ask(): Promise<boolean> {
    const answer = await this.line.ask("watch_lobby", { id: newId() });
    if (!this.wanted || answer === null || !answer.ok) return false;
    this.#put({ version: answer.version, rooms: answer.rooms });
    return true;
  }

  #put(lobby: Lobby | null): void {
    this.#lobby = lobby;
    this.show(lobby);
  }
}
