/** Fetches the public record of a race and reads it strictly; it says why when there is none, and keeps nothing. */

import { Malformed } from "../race/reading.js";
import { readRecord, type RaceRecord } from "../race/record.js";

export type Fetched =
  | { readonly ok: true; readonly record: RaceRecord }
  | { readonly ok: false; readonly why: "missing" | "unreachable" | "unreadable" };

/** An answer must be whole within this, in ms. */
const WITHIN = 10_000;

export async function fetchRecord(race: string, leaving: AbortSignal): Promise<Fetched> {
  const limit = new AbortController();
  const giveUp = (): void => limit.abort();
  const timer = setTimeout(giveUp, WITHIN);
  leaving.addEventListener("abort", giveUp);
  try {
    const answer = await fetch(`/api/races/${encodeURIComponent(race)}`, { headers: { accept: "application/json" }, signal: limit.signal });
    if (answer.status === 404) return { ok: false, why: "missing" };
    if (!answer.ok) return { ok: false, why: "unreachable" };
    return { ok: true, record: readRecord(await answer.json()) };
  } catch (error) {
    return { ok: false, why: error instanceof Malformed || error instanceof SyntaxError ? "unreadable" : "unreachable" };
  } finally {
    clearTimeout(timer);
    leaving.removeEventListener("abort", giveUp);
  }
}
