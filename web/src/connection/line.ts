/**
 * One connection to the server, made again for as long as it is wanted. Reconnecting is socket.io's own work; this only
 * chooses the delay of each try (so that the page can count down to it) and takes over where socket.io stops: when the
 * server itself has ended the connection. It knows no rooms and no state.
 */
import type { RequestName } from "../model/state.js";
import { jittered } from "./random.js";
import { PUSHES, type Answer, type Dial, type Push, type Wire } from "./wire.js";

/** How long to wait for an acknowledgement, in ms. */
export const ANSWER_WITHIN = 8_000;
/** Delays between tries double from the first to the last, in ms; with their jitter nobody is away 5 s longer than the server. */
export const FIRST_DELAY = 1_000;
export const LAST_DELAY = 3_000;
/** A connection that stood this long, in ms, was a good one: after it delays begin anew. */
const GOOD_AFTER = 5_000;
/** A try younger than this, in ms, is not given up for a new one. */
const TRY_LASTS = 3_000;

/** Who hears of what happens on the line; called in order, never while it is being told something. */
export interface LineListener {
  /** A connection stands; nothing is known to the server yet but the address. */
  up(): void;
  /** There is no connection; tries go on by themselves. */
  down(): void;
  /** The server refuses connections from this page for good; no more tries. */
  refused(code: string): void;
  /** The next try was planned or begun: `line.nextTry` is new. */
  paced(): void;
  heard(push: Push): void;
}

export class Line {
  /** When the next try begins, by `performance.now()`; null while one is under way or none is needed. */
  nextTry: number | null = null;
  /** Counts connections, so that an answer can be told from one of an earlier connection. */
  generation = 0;
  #wire: Wire | null = null;
  #attempts = 0;
  #upSince = 0;
  #tryingSince = 0;
  /** How long the server asked to stay away, in ms, until the next connection; null if it did not. */
  #asked: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly dial: Dial,
    private readonly listener: LineListener,
  ) {}

  get up(): boolean {
    return this.#wire?.connected === true;
  }

  /** Whether a connection is wanted. */
  get wanted(): boolean {
    return this.#wire !== null;
  }

  /** Connect, letting go of an earlier connection. */
  start(room: string | null): void {
    this.stop();
    this.#attempts = 0;
    this.#asked = null;
    this.#trying();
    const wire = this.dial(room);
    this.#wire = wire;
    this.#hear(wire);
  }

  /** Disconnect for good. */
  stop(): void {
    clearTimeout(this.#timer);
    const wire = this.#wire;
    this.#wire = null;
    this.nextTry = null;
    wire?.disconnect();
  }

  /** From the next connection on, name this room to balancers. */
  name(room: string): void {
    if (this.#wire !== null) this.#wire.io.opts.query = { ...this.#wire.io.opts.query, room };
  }

  /** Try at once; `force` also gives up a connection that seems to stand. */
  tryNow(force = false): void {
    const wire = this.#wire;
    if (wire === null || (wire.connected && !force)) return;
    const young = this.nextTry === null && performance.now() - this.#tryingSince < TRY_LASTS;
    if (young && !wire.connected) return;
    wire.disconnect();
    this.#connect(wire);
  }

  /** End this connection when the server does or when it is time, and come back in `least` ms or half as much more. */
  returnIn(least: number): void {
    const wire = this.#wire;
    if (wire === null) return;
    // Everybody was told the same moment, and should not come back in the same one.
    const ms = Math.round(least * (1 + Math.random() / 2));
    this.#asked = ms;
    this.#later(wire, ms, () => {
      wire.disconnect();
      this.#connect(wire);
    });
  }

  /** Send a request once; null when no answer came, in which case it may or may not have been carried out. */
  async ask<N extends RequestName>(name: N, message: object, within = ANSWER_WITHIN): Promise<Answer<N> | null> {
    const wire = this.#wire;
    if (wire === null || !wire.connected) return null;
    try {
      const answer = await wire.timeout(within).emitWithAck(name, message);
      return isAnswer(answer) ? (answer as Answer<N>) : null;
    } catch {
      // Not acknowledged in time, or the connection broke.
      return null;
    }
  }

  #hear(wire: Wire): void {
    const current = (listener: (...args: unknown[]) => void) => (...args: unknown[]) => {
      if (this.#wire === wire) listener(...args);
    };
    wire.on("connect", current(() => this.#connected()));
    wire.on("disconnect", current(() => this.#disconnected(wire)));
    wire.on("connect_error", current((error) => this.#failed(wire, error)));
    // Both come right before socket.io plans its next try.
    wire.io.on("error", current(() => this.#pace(wire)));
    wire.io.on("close", current(() => this.#pace(wire)));
    wire.io.on("reconnect_attempt", current(() => this.#trying()));
    for (const name of PUSHES) {
      // Recovery may append an offset after the message; it is not ours.
      wire.on(name, current((message) => this.listener.heard({ name, message } as Push)));
    }
  }

  #connected(): void {
    clearTimeout(this.#timer);
    this.generation += 1;
    this.nextTry = null;
    this.#asked = null;
    this.#upSince = performance.now();
    this.listener.up();
  }

  #disconnected(wire: Wire): void {
    clearTimeout(this.#timer);
    if (performance.now() - this.#upSince >= GOOD_AFTER) this.#attempts = 0;
    if (!wire.active) this.#retry(wire);
    this.listener.down();
  }

  #failed(wire: Wire, error: unknown): void {
    if (wire.active) return;
    const { code, retry } = refusalIn(error);
    if (retry) return this.#retry(wire);
    this.stop();
    this.listener.refused(code);
  }

  /** Plan a try that socket.io does not make by itself. */
  #retry(wire: Wire): void {
    const planned = this.nextTry === null ? 0 : this.nextTry - performance.now();
    const delay = planned > 0 ? planned : this.#delay();
    this.#later(wire, delay, () => this.#connect(wire));
  }

  #later(wire: Wire, ms: number, what: () => void): void {
    clearTimeout(this.#timer);
    this.nextTry = wire.connected ? null : performance.now() + ms;
    this.#timer = setTimeout(() => {
      if (this.#wire === wire) what();
    }, ms);
    this.listener.paced();
  }

  #connect(wire: Wire): void {
    clearTimeout(this.#timer);
    this.#trying();
    wire.connect();
  }

  #trying(): void {
    this.#attempts += 1;
    // Being asked back soon is good for one try: if nobody is there, the next ones come as they always do.
    if (this.#asked !== null) this.#asked = Math.max(this.#asked, FIRST_DELAY);
    this.#tryingSince = performance.now();
    this.nextTry = null;
    this.listener.paced();
  }

  #pace(wire: Wire): void {
    const ms = this.#delay();
    wire.io.randomizationFactor(0);
    wire.io.reconnectionDelay(ms);
    wire.io.reconnectionDelayMax(ms);
    this.nextTry = performance.now() + ms;
    this.listener.paced();
  }

  #delay(): number {
    return this.#asked ?? jittered(Math.min(LAST_DELAY, FIRST_DELAY * 2 ** Math.max(0, this.#attempts - 1)));
  }
}

function isAnswer(answer: unknown): boolean {
  return typeof answer === "object" && answer !== null && typeof (answer as { ok?: unknown }).ok === "boolean";
}

/** What a refused connection says: a code, and whether to try again, which is so unless it says otherwise. */
function refusalIn(error: unknown): { code: string; retry: boolean } {
  const { message, data } = error as { message?: unknown; data?: { code?: unknown; retry?: unknown } | null };
  const code = typeof data?.code === "string" ? data.code : typeof message === "string" ? message : "refused";
  return { code, retry: data?.retry !== false };
}
