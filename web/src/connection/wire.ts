/** The part of socket.io-client that this page uses, as narrow types, so that a test can stand in for a server. */
import type { Pushes, Refused, Requests } from "../wire.gen.js";
import type { RequestName } from "../model/state.js";

/** What comes back for a request: its reply, or why it was refused. */
export type Answer<N extends RequestName> = Requests[N]["reply"] | Refused;

/** A request's message without the id, which the connection gives it. */
export type Body<N extends RequestName> = Omit<Requests[N]["message"], "id">;

/** What the server sends by itself, name and message together. */
export type Push = { [N in keyof Pushes]: { readonly name: N; readonly message: Pushes[N] } }[keyof Pushes];

export const PUSHES = ["entry", "segments", "lobby_changed", "moved", "expelled", "closing", "degraded", "delayed"] as const satisfies readonly (keyof Pushes)[];

/** A `Socket` of socket.io-client. */
export interface Wire {
  readonly connected: boolean;
  /** False once the server has ended or refused the connection: then nothing reconnects by itself. */
  readonly active: boolean;
  readonly io: WireManager;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  connect(): unknown;
  disconnect(): unknown;
  timeout(ms: number): { emitWithAck(event: string, message: unknown): Promise<unknown> };
}

/** Its `Manager`, which reconnects; delays in ms. */
export interface WireManager {
  readonly opts: { query?: Record<string, unknown> };
  on(event: "open" | "error" | "close" | "reconnect_attempt", listener: () => void): unknown;
  reconnectionDelay(ms: number): unknown;
  reconnectionDelayMax(ms: number): unknown;
  randomizationFactor(factor: number): unknown;
}

/** Opens a connection at once; the room's code goes into the address for balancers. */
export type Dial = (room: string | null) => Wire;
