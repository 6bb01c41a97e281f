/** A value that tells when it was replaced; it knows nothing of what it holds and never calls a listener twice at once. */

export type Unsubscribe = () => void;

/** What the pages read. */
export interface Readable<T> {
  readonly state: T;
  /** Calls `listener` after every change, at most once per microtask, until the returned function is called. */
  subscribe(listener: () => void): Unsubscribe;
}

/** The one place where the state lives; only the session sets it. */
export class Store<T> implements Readable<T> {
  #state: T;
  #told = true;
  readonly #listeners = new Set<() => void>();

  constructor(state: T) {
    this.#state = state;
  }

  get state(): T {
    return this.#state;
  }

  /** Replace the state; listeners hear of several changes in one turn once. */
  set(state: T): void {
    if (Object.is(state, this.#state)) return;
    this.#state = state;
    if (!this.#told) return;
    this.#told = false;
    queueMicrotask(() => {
      this.#told = true;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  /** Replace some fields. */
  patch(change: Partial<T>): void {
    this.set({ ...this.#state, ...change });
  }

  subscribe(listener: () => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
