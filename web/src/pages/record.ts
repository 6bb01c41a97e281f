/** Fetches the public record of a race and reads it strictly; it says why when there is none, and keeps nothing. */

import { Malformed } from "../race/reading.js";
import { readRecord, type RaceRecord } from "../race/record.js";

export type Fetched =
  | { readonly ok: true; readonly record: RaceRecord }
  | { readonly ok: false; readonly why: "missing" | "unreachable" | "unreadable" };

export async function fetchRecord(race: string): Promise<Fetched> {
  let answer: Response;
  try {
    answer = await fetch(`/api/races/${encodeURIComponent(race)}`, { headers: { accept: "application/json" } });
  } catch {
    return { ok: false, why: "unreachable" };
  }
  if (answer.status === 404) return { ok: false, why: "missing" };
  if (!answer.ok) return { ok: false, why: "unreachable" };
  try {
    return { ok: true, record: readRecord(await answer.json()) };
  } catch (error) {
    if (error instanceof Malformed || error instanceof SyntaxError) return { ok: false, why: "unreadable" };
    throw error;
  }
}
