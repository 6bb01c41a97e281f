/**
 * What is recorded for ever, as the pages ask for it: one question, one answer, never a rejection. What is asked and
 * answered is in `api.gen.ts`.
 */
import type { Api, ProblemCode } from "../api.gen.js";

/** An address of the API by its name. */
export type AddressName = keyof Api;

/** Why there is no answer: what the server says, or that none came, in time or at all, or none that can be read. */
export type Trouble = ProblemCode | "unreachable" | "late" | "unreadable";

/** `after` is in how many seconds the same question may be answered, null when nobody said so. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: Trouble; readonly after: number | null };

/** What goes with a question: its body, and what gives it up. */
export type Along<N extends AddressName> = (Api[N]["body"] extends null ? unknown : { readonly body: Api[N]["body"] }) & { readonly signal: AbortSignal };

export interface Records {
  /** Asks; a question that was given up is never answered in words, so whoever gave it up must not wait for it. */
  ask<N extends AddressName>(name: N, question: Api[N]["question"], along: Along<N>): Promise<Answer<Api[N]["answer"]>>;
}
