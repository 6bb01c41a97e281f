/**
 * Being in a room: greets the server after every connection, keeps the entries in order, asks for what is missing and
 * knows when it is over. It is the only one that puts a room into the state.
 */
import type { Gate } from "../connection/gate.js";
import type { Line } from "../connection/line.js";
import { jittered, newId } from "../connection/random.js";
import { hasHole, renew, stepped, take, type Feed } from "../model/feed.js";
import { join, lost, trackOf, type Released } from "../model/racing.js";
import type { Ending, Outcome, State } from "../model/state.js";
import type { Store } from "../model/store.js";
import type { EntryMessage, EntryView, Refusal, SegmentsMessage, View } from "../wire.gen.js";
import type { Timekeeper } from "./timekeeper.js";
import type { Vault } from "./vault.js";

/** Entries remembered while a question is out; past that a hole is found and asked for. */
const MEANWHILE_KEPT = 200;
/** The wait after a greeting without an answer, in ms; it doubles up to the last. */
const GREET_AGAIN = 1_000;
const GREET_AGAIN_AT_MOST = 8_000;

/** What a visit works with. */
export interface VisitParts {
  readonly store: Store<State>;
  readonly vault: Vault;
  readonly line: Line;
  /** Open while the server knows this connection as the player's. */
  readonly seat: Gate;
  readonly time: Timekeeper;
  readonly tab: string;
}

/** What a visit ends in, when it does not go on. */
export type Over = { readonly why: Ending | "moved" };

export class Visit {
  #feed: Feed | null = null;
  #released: Released | null = null;
  /** What came since the last question: the view that answers it may have been made before. */
  #meanwhile: EntryMessage[] = [];
  #filling = false;
  #settled = false;
  #over = false;
  #greeting = 0;
  #pause = GREET_AGAIN;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly room: string,
    private readonly token: string,
    private readonly parts: VisitParts,
    /** Told once when the connection is the player's again, and once when the visit is over. */
    private readonly told: { settled(): void; over(over: Over): void },
  ) {}

  /** Whether a race or its countdown is on screen, when the clock must not jump. */
  get racing(): boolean {
    const phase = this.#feed?.table.room.phase.type;
    return phase === "racing" || phase === "countdown" || phase === "runoff";
  }

  /** Come in with the view that joining was answered with. */
  enter(view: View): void {
    this.#settle();
    this.#renew(view);
  }

  /** Tell a new connection whose it is; without the seat again this ends in `told.over`, later or sooner. */
  async greet(): Promise<Outcome> {
    const { line, seat, vault, tab } = this.parts;
    clearTimeout(this.#timer);
    seat.shut();
    this.#settled = false;
    this.#meanwhile = [];
    // Another tab of this browser has opened the seat since: the newest one keeps it.
    const holder = vault.holder(this.room);
    if (holder !== null && holder !== tab) return this.#end("moved", "moved");
    const greeting = (this.#greeting += 1);
    const sent = performance.now();
    const version = this.#feed?.table.room.version ?? null;
    const answer = await line.ask("resume_room", { id: newId(), room: this.room, token: this.token, version });
    if (this.#over || greeting !== this.#greeting) return { ok: false, code: "unreachable" };
    if (answer === null) return this.#greetLater("unreachable");
    if (!answer.ok) return this.#turnedAway(answer.code);
    this.parts.time.glimpse({ sent, received: performance.now(), now: answer.now });
    if (answer.view === null && this.#feed === null) return this.#greetLater("unreachable");
    this.#settle();
    if (answer.view !== null) this.#renew(answer.view);
    else this.#take(answer.entries ?? []);
    return { ok: true };
  }

  heardEntry(entry: EntryMessage): void {
    if (this.#over) return;
    this.#meanwhile = [...this.#meanwhile, entry].slice(-MEANWHILE_KEPT);
    this.#take([entry]);
  }

  heardSegments(message: SegmentsMessage): void {
    if (this.#over) return;
    if (!lost(this.#released, message)) {
      this.#released = join(this.#released, message);
      this.#publish();
    } else if (this.#settled) {
      // Before that the pieces so far are on their way, and these may have overtaken them.
      void this.#fill(true);
    }
  }

  /** The server says that this player is out. */
  expelled(why: Ending): void {
    this.#end(why, "not_in_room");
  }

  /** The server says that another tab or device has the seat. */
  moved(): void {
    this.#end("moved", "moved");
  }

  /** Stop without telling anybody. */
  stop(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.parts.time.stop();
    this.parts.seat.bar("unreachable");
  }

  #settle(): void {
    // Lost again while the answer was read: the next connection is greeted anyway.
    if (this.#over || !this.parts.line.up) return;
    this.#settled = true;
    this.#pause = GREET_AGAIN;
    this.parts.seat.open();
    this.parts.time.start();
    this.told.settled();
  }

  #turnedAway(code: Refusal): Outcome {
    switch (code) {
      case "not_in_room":
        // Released after its grace, while nobody could be told.
        return this.#end("away", code);
      case "no_room":
      case "closed":
        return this.#end("closed", code);
      case "kicked":
      case "blocked":
        return this.#end(code, code);
      default:
        return this.#greetLater(code);
    }
  }

  /** The connection may stand and still not answer: ask again, until it breaks or does. */
  #greetLater(code: Refusal | "unreachable"): Outcome {
    clearTimeout(this.#timer);
    if (this.parts.line.up) {
      this.#timer = setTimeout(() => void this.greet(), jittered(this.#pause));
      this.#pause = Math.min(GREET_AGAIN_AT_MOST, this.#pause * 2);
    }
    return { ok: false, code };
  }

  #end(why: Over["why"], code: Refusal | "moved"): Outcome {
    if (!this.#over) {
      this.parts.seat.bar(code);
      this.stop();
      this.told.over({ why });
    }
    return { ok: false, code };
  }

  #renew(view: View): void {
    this.#feed = renew(view, this.#meanwhile);
    this.#publish();
    this.#look();
  }

  #take(entries: readonly EntryView[]): void {
    if (this.#feed === null) return;
    const before = this.#feed;
    this.#feed = this.#taken(before, entries);
    if (this.#feed.table !== before.table) this.#publish();
    this.#look();
  }

  #taken(before: Feed, entries: readonly EntryView[]): Feed {
    const after = take(before, entries);
    const shown = stepped(before, after, entries);
    if (shown !== null) this.parts.time.stepped(shown);
    return after;
  }

  /** See what follows from a change: something is missing, or the room has closed. */
  #look(): void {
    if (this.#feed !== null && hasHole(this.#feed)) void this.#fill(false);
    this.#leaveIfClosed();
  }

  #leaveIfClosed(): void {
    if (this.#feed?.table.room.phase.type === "closed") this.#end("closed", "closed");
  }

  /**
   * Ask for what is missing: the entries of a hole, or everything (`afresh`) when pieces of a race were lost or the
   * entries did not close the hole. While it is asked for, what comes waits in the feed.
   */
  async #fill(afresh: boolean): Promise<void> {
    if (this.#filling) return;
    this.#filling = true;
    try {
      if (!afresh && (await this.#catchUp())) return;
      await this.#askAfresh();
    } finally {
      this.#filling = false;
    }
  }

  /** Ask for the entries of a hole; true when nothing is missing any more, or when the connection is gone anyway. */
  async #catchUp(): Promise<boolean> {
    const { line } = this.parts;
    const generation = line.generation;
    const version = this.#feed?.table.room.version ?? 0;
    this.#meanwhile = [];
    const answer = await line.ask("catch_up", { id: newId(), version });
    // A new connection has been greeted with the same version meanwhile.
    if (this.#over || this.#feed === null || generation !== line.generation || !line.up) return true;
    if (answer === null || !answer.ok) return false;
    if (answer.view !== null) this.#feed = renew(answer.view, this.#meanwhile);
    else this.#feed = this.#taken(this.#feed, answer.entries ?? []);
    if (answer.view !== null) this.parts.time.start();
    this.#publish();
    this.#leaveIfClosed();
    return !hasHole(this.#feed);
  }

  /** Ask for a fresh view, which the pieces of a running race follow from its start. */
  async #askAfresh(): Promise<void> {
    const { line } = this.parts;
    const generation = line.generation;
    this.#meanwhile = [];
    const answer = await line.ask("resume_room", { id: newId(), room: this.room, token: this.token, version: null });
    if (this.#over || generation !== line.generation) return;
    if (answer?.ok === false) {
      this.#turnedAway(answer.code);
      return;
    }
    if (answer === null || answer.view === null) {
      this.#greetLater("unreachable");
      return;
    }
    this.#feed = renew(answer.view, this.#meanwhile);
    // What was missed may be that the server's clock was set.
    this.parts.time.start();
    this.#publish();
    if (hasHole(this.#feed)) this.#greetLater("unreachable");
    this.#leaveIfClosed();
  }

  #publish(): void {
    if (this.#over || this.#feed === null) return;
    const { room, own, chat, history } = this.#feed.table;
    const { store, vault } = this.parts;
    vault.entitle(this.room, room.settings.title);
    const track = trackOf(this.#released, room.phase);
    store.patch({ screen: { at: "room", room: this.room }, room, own, chat, history, track });
  }
}
