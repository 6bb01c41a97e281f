/**
 * Looking at the room list: a page of it is asked for, kept by its changes, and asked for again when one is missing or
 * another page is wanted. What is shown is always what the server answered last.
 */
import type { Line } from "../connection/line.js";
import { newId } from "../connection/random.js";
import { beyond, changed } from "../model/lobby.js";
import { FIRST_PAGE, type Lobby, type LobbyQuestion } from "../model/state.js";
import type { LobbyChangedMessage } from "../wire.gen.js";

/** How long to wait before asking again what was refused for now, in ms, and how often. */
const AGAIN_AFTER = 1_500;
const TRIES = 4;

export class LobbyWatch {
  /** Whether a page shows the list. */
  wanted = false;
  #question: LobbyQuestion = FIRST_PAGE;
  #lobby: Lobby | null = null;
  #asking: Promise<boolean> | null = null;

  constructor(
    private readonly line: Pick<Line, "ask">,
    private readonly show: (lobby: Lobby | null) => void,
  ) {}

  /** Ask for the page that is wanted, once at a time; whether it came. */
  greet(): Promise<boolean> {
    if (!this.wanted) return Promise.resolve(false);
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    return this.#asking;
  }

  /** Look at another page from now on. */
  look(question: LobbyQuestion): Promise<boolean> {
    this.#question = question;
    return this.greet();
  }

  /** Look at a larger page, or at the next one. */
  more(): Promise<boolean> {
    const question = this.#lobby === null ? null : beyond(this.#lobby);
    return question === null ? Promise.resolve(false) : this.look(question);
  }

  heard(change: LobbyChangedMessage): void {
    if (!this.wanted || this.#lobby === null) return;
    const next = changed(this.#lobby, change);
    if (next === null) void this.greet();
    else if (next !== this.#lobby) this.#put(next);
  }

  /** No page shows the list any more; whoever comes back begins anew. */
  stop(): void {
    this.wanted = false;
    this.#question = FIRST_PAGE;
    this.#put(null);
  }

  async #ask(): Promise<boolean> {
    for (let tries = 0; tries < TRIES; ) {
      const asked = this.#question;
      const answer = await this.line.ask("watch_lobby", { id: newId(), ...asked });
      if (!this.wanted || answer === null) return false;
      if (answer.ok) {
        const { look, version, rooms, total, next } = answer;
        this.#put({ asked, look, version, rooms, total, next });
        if (asked === this.#question) return true;
        continue;
      }
      if (!answer.retry) return false;
      tries += 1;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER));
    }
    return false;
  }

  #put(lobby: Lobby | null): void {
    this.#lobby = lobby;
    this.show(lobby);
  }
}
