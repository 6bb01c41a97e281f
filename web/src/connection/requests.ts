/**
 * Carries a request through to an answer: under one id for all its tries, so that the server applies it once, with
 * bounds on tries and time. It decides nothing about rooms; the gate says when it may be sent.
 */
import { REFUSALS_WORTH_RETRYING, type Requests as Names } from "../wire.gen.js";
import type { Failure, RequestName } from "../model/state.js";
import type { Gate } from "./gate.js";
import type { Line } from "./line.js";
import { jittered, newId } from "./random.js";
import type { Body } from "./wire.js";

/** Tries of one request. */
export const TRIES = 3;
/** No try begins later than this after the request was made, in ms. */
export const GIVE_UP_AFTER = 20_000;
/** The wait after a first try that did not succeed, in ms; it doubles. */
const SOON = 400;

/** A reply, or why there is none. */
export type Result<N extends RequestName> = Names[N]["reply"] | { readonly ok: false; readonly code: Failure };

export class Requests {
  constructor(
    private readonly line: Pick<Line, "ask" | "generation">,
    /** Told when a request starts and when it has ended. */
    private readonly busy: (name: RequestName, on: boolean) => void = () => undefined,
  ) {}

  /** Send a request as soon as the gate is open, again while that may help; never rejects. */
  async send<N extends RequestName>(name: N, body: Body<N>, gate: Gate): Promise<Result<N>> {
    this.busy(name, true);
    try {
      return await this.#carry(name, { ...body, id: newId() }, gate);
    } finally {
      this.busy(name, false);
    }
  }

  async #carry<N extends RequestName>(name: N, message: object, gate: Gate): Promise<Result<N>> {
    const giveUpAt = performance.now() + GIVE_UP_AFTER;
    let last: Failure = "unreachable";
    for (let tries = 0; tries < TRIES; ) {
      const barred = await gate.pass(giveUpAt - performance.now());
      if (barred !== null) return { ok: false, code: barred };
      const generation = this.line.generation;
      const answer = await this.line.ask(name, message);
      tries += 1;
      if (answer === null) last = "unreachable";
      else if (answer.ok) return answer;
      else if (!this.#again(answer.code, generation)) return { ok: false, code: answer.code };
      else last = answer.code;
      if (performance.now() >= giveUpAt) break;
      if (tries < TRIES) await pause(jittered(SOON * 2 ** (tries - 1)));
    }
    return { ok: false, code: last };
  }

  /** Whether a refusal may turn out otherwise: it says so, or it was given to a new connection not yet greeted. */
  #again(code: Failure, generation: number): boolean {
    if (code === "not_in_room") return generation !== this.line.generation;
    return (REFUSALS_WORTH_RETRYING as readonly string[]).includes(code);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
