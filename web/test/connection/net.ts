/**
 * A server and a network for tests: hands out sockets that behave as socket.io-client's do (connecting takes a moment,
 * losses are made good after the manager's delay, acknowledgements of a broken connection are rejected).
 */
import type { RequestName } from "../../src/model/state.js";
import type { Wire, WireManager } from "../../src/connection/wire.js";
import type { Pushes } from "../../src/wire.gen.js";

export interface Sent {
  readonly name: RequestName;
  readonly message: { readonly id: string } & Record<string, unknown>;
  readonly socket: FakeSocket;
}

/** What is said to a request: an acknowledgement, or undefined for none at all. */
export type Answering = (sent: Sent) => unknown;

type Listener = (...args: unknown[]) => void;

/** How long connecting takes, in ms. */
export const CONNECTING = 20;

export class FakeNet {
  /** Whether connections can be made. */
  reachable = true;
  /** What a CONNECT is refused with; null lets it in. */
  refusal: { message: string; data?: unknown } | null = null;
  answering: Answering = () => ({ ok: true });
  readonly sent: Sent[] = [];
  readonly sockets: FakeSocket[] = [];
  /** Tries to connect, successful or not. */
  tries = 0;

  readonly dial = (room: string | null): FakeSocket => {
    const socket = new FakeSocket(this, room);
    this.sockets.push(socket);
    return socket;
  };

  /** The newest socket. */
  get socket(): FakeSocket {
    const socket = this.sockets[this.sockets.length - 1];
    if (socket === undefined) throw new Error("nobody has dialled yet");
    return socket;
  }

  /** What was sent under a name. */
  named(name: RequestName): Sent[] {
    return this.sent.filter((one) => one.name === name);
  }
}

export class FakeSocket implements Wire {
  connected = false;
  active = true;
  readonly io: FakeManager;
  readonly #listeners = new Map<string, Listener[]>();
  readonly #unanswered = new Set<(error: Error) => void>();

  constructor(
    readonly net: FakeNet,
    room: string | null,
  ) {
    this.io = new FakeManager(room);
    this.io.open = () => this.#try();
    this.io.open();
  }

  on(event: string, listener: Listener): this {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    return this;
  }

  connect(): this {
    if (this.connected) return this;
    this.active = true;
    if (!this.io.reconnecting) this.io.open();
    return this;
  }

  disconnect(): this {
    this.active = false;
    this.io.close();
    if (this.connected) this.#lose("io client disconnect");
    return this;
  }

  timeout(ms: number): { emitWithAck(event: string, message: unknown): Promise<unknown> } {
    return {
      emitWithAck: (event, message) =>
        new Promise((resolve, reject) => {
          const sent = { name: event, message, socket: this } as unknown as Sent;
          const fail = (error: Error): void => {
            clearTimeout(timer);
            this.#unanswered.delete(fail);
            reject(error);
          };
          const timer = setTimeout(() => fail(new Error("operation has timed out")), ms);
          this.#unanswered.add(fail);
          this.net.sent.push(sent);
          void Promise.resolve(this.net.answering(sent)).then((answer) => {
            if (answer === undefined || !this.#unanswered.delete(fail)) return;
            clearTimeout(timer);
            resolve(answer);
          });
        }),
    };
  }

  /** The server says something by itself, with the offset that recovery appends. */
  push<N extends keyof Pushes>(name: N, message: Pushes[N]): void {
    this.#tell(name, message, "offset");
  }

  /** The network breaks. */
  drop(): void {
    this.#lose("transport close");
    this.io.lost();
  }

  /** The server ends the connection with a DISCONNECT packet: socket.io does not come back by itself. */
  end(): void {
    this.active = false;
    this.io.close();
    this.#lose("io server disconnect");
  }

  #lose(reason: string): void {
    this.connected = false;
    this.#tell("disconnect", reason);
    for (const fail of [...this.#unanswered]) fail(new Error("socket has been disconnected"));
  }

  #try(): void {
    this.net.tries += 1;
    this.io.trying = setTimeout(() => {
      this.io.trying = undefined;
      if (!this.net.reachable) {
        this.io.tell("error");
        this.#tell("connect_error", new Error("xhr poll error"));
        this.io.again();
      } else if (this.net.refusal !== null) {
        const { message, data } = this.net.refusal;
        this.active = false;
        this.io.close();
        this.#tell("connect_error", Object.assign(new Error(message), { data }));
      } else {
        this.io.reconnecting = false;
        this.connected = true;
        this.#tell("connect");
      }
    }, CONNECTING);
  }

  #tell(event: string, ...args: unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(...args);
  }
}

class FakeManager implements WireManager {
  readonly opts: { query?: Record<string, unknown> };
  reconnecting = false;
  trying: ReturnType<typeof setTimeout> | undefined;
  open: () => void = () => undefined;
  readonly #listeners = new Map<string, Listener[]>();
  #delay = 1_000;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(room: string | null) {
    this.opts = room === null ? {} : { query: { room } };
  }

  on(event: string, listener: Listener): this {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    return this;
  }

  reconnectionDelay(ms: number): this {
    this.#delay = ms;
    return this;
  }

  reconnectionDelayMax(): this {
    return this;
  }

  randomizationFactor(): this {
    return this;
  }

  tell(event: string): void {
    for (const listener of this.#listeners.get(event) ?? []) listener();
  }

  close(): void {
    clearTimeout(this.trying);
    clearTimeout(this.#timer);
    this.trying = undefined;
    this.reconnecting = false;
    this.tell("close");
  }

  lost(): void {
    this.tell("close");
    this.again();
  }

  again(): void {
    this.reconnecting = true;
    this.#timer = setTimeout(() => {
      this.tell("reconnect_attempt");
      this.open();
    }, this.#delay);
  }
}
