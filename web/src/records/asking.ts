/** Questions of a page to the records: asked again when they change, given up when the page goes, shown in every state. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Answer, Trouble } from "../model/records.js";

/** How a question stands; `value` is the last answer and stays while another one is on its way. */
export interface Asked<T> {
  readonly value: T | null;
  readonly waits: boolean;
  readonly trouble: Trouble | null;
}

/** Bounds of the time until a question is asked again by itself, in seconds. */
const AGAIN_LEAST = 2;
const AGAIN_MOST = 30;

/** One question at a time; a newer one gives up the one before. */
export class Asking<T> implements ReactiveController {
  #asked: Asked<T> = { value: null, waits: false, trouble: null };
  #giveUp: AbortController | null = null;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  get now(): Asked<T> {
    return this.#asked;
  }

  /**
   * Ask; null when the question was given up meanwhile. When the server says in how long it can answer, it is asked again
   * then, less often each time, with the trouble on screen until it is over.
   */
  async ask(question: (signal: AbortSignal) => Promise<Answer<T>>): Promise<Answer<T> | null> {
    this.#giveUp?.abort();
    const { signal } = (this.#giveUp = new AbortController());
    this.#set({ ...this.#asked, waits: true });
    for (let turn = 0; ; turn += 1) {
      const answer = await question(signal);
      if (signal.aborted) return null;
      this.#set(answer.ok ? { value: answer.value, waits: false, trouble: null } : { ...this.#asked, waits: false, trouble: answer.code });
      if (answer.ok || answer.after === null) return answer;
      await passed(Math.min(AGAIN_MOST, Math.max(AGAIN_LEAST, answer.after) * 2 ** turn), signal);
      if (signal.aborted) return null;
    }
  }

  /** Show this as the answer. */
  put(value: T | null): void {
    this.#giveUp?.abort();
    this.#set({ value, waits: false, trouble: null });
  }

  hostDisconnected(): void {
    this.#giveUp?.abort();
  }

  #set(asked: Asked<T>): void {
    this.#asked = asked;
    this.host.requestUpdate();
  }
}

/** Part of a list, as every list of the API gives it. */
export interface Part<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** A list as it stands: what has come (null before anything has), and how the questions for it and for more stand. */
export interface Listed<T> {
  readonly items: readonly T[] | null;
  readonly waits: boolean;
  readonly trouble: Trouble | null;
  /** Null when this is all of it. */
  readonly more: Asked<unknown> | null;
  /** Asks for the next page; how many came with it. */
  readonly grow: () => Promise<number>;
}

/** A list that is asked for page by page. */
export class Paging<T> {
  readonly #first: Asking<Part<T>>;
  readonly #more: Asking<Part<T>>;
  #question: (cursor: string | null, signal: AbortSignal) => Promise<Answer<Part<T>>> = () => Promise.resolve({ ok: true, value: { items: [], next: null } });
  #later: readonly T[] = [];
  #next: string | null = null;

  constructor(private readonly host: ReactiveControllerHost) {
    this.#first = new Asking(host);
    this.#more = new Asking(host);
  }

  get now(): Listed<T> {
    const { value, waits, trouble } = this.#first.now;
    const items = value === null ? null : [...value.items, ...this.#later];
    return { items, waits, trouble, more: this.#next === null || waits ? null : this.#more.now, grow: () => this.grow() };
  }

  /** Ask for a list from its beginning; what is on screen stays until the answer is there. */
  async begin(question: (cursor: string | null, signal: AbortSignal) => Promise<Answer<Part<T>>>): Promise<void> {
    this.#question = question;
    this.#more.put(null);
    const answer = await this.#first.ask((signal) => question(null, signal));
    if (answer?.ok !== true) return;
    this.#later = [];
    this.#next = answer.value.next;
    this.host.requestUpdate();
  }

  /** Forget what has come, for a list of something else. */
  clear(): void {
    this.#later = [];
    this.#next = null;
    this.#more.put(null);
    this.#first.put(null);
  }

  /** Ask for the next page; how many came with it. */
  async grow(): Promise<number> {
    const cursor = this.#next;
    if (cursor === null || this.#more.now.waits) return 0;
    const answer = await this.#more.ask((signal) => this.#question(cursor, signal));
    if (answer?.ok !== true) return 0;
    this.#later = [...this.#later, ...answer.value.items];
    this.#next = answer.value.next;
    this.host.requestUpdate();
    return answer.value.items.length;
  }
}

/** Ends after so many seconds, or when the signal says so. */
function passed(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, seconds * 1000);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}
