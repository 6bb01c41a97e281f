/**
 * Questions to the REST API of the server this page came from, and to no other: each has a time limit, and ends in a
 * value or a code. The device token is shown only where an address asks for it, and never stands in an address.
 */
import { ADDRESSES, type Api, type ProblemCode } from "../api.gen.js";
import type { AddressName, Along, Answer, Records, Trouble } from "../model/records.js";

/** An answer must be whole within this, in ms. */
export const WITHIN = 10_000;

type Fetch = (path: string, init: RequestInit) => Promise<Response>;

/** `device` is called only for addresses that take a token. */
export function recordsOver(device: () => string, fetches: Fetch = (path, init) => fetch(path, init)): Records {
  return {
    async ask<N extends AddressName>(name: N, question: Api[N]["question"], along: Along<N>): Promise<Answer<Api[N]["answer"]>> {
      const { method, path, bearer } = ADDRESSES[name];
      const body = "body" in along ? JSON.stringify(along.body) : undefined;
      const headers: Record<string, string> = { accept: "application/json" };
      if (bearer !== "never") headers["authorization"] = `Bearer ${device()}`;
      if (body !== undefined) headers["content-type"] = "application/json";
      const limit = new AbortController();
      const giveUp = (): void => limit.abort();
      along.signal.addEventListener("abort", giveUp);
      const timer = setTimeout(giveUp, WITHIN);
      try {
        const answer = await fetches(addressed(path, { ...question }), { method, headers, signal: limit.signal, credentials: "omit", redirect: "error", ...(body === undefined ? {} : { body }) });
        if (!answer.ok) return await refused(answer);
        return { ok: true, value: (answer.status === 204 ? null : await answer.json()) as Api[N]["answer"] };
      } catch (error) {
        return failed(limit.signal.aborted ? "late" : error instanceof SyntaxError ? "unreadable" : "unreachable");
      } finally {
        clearTimeout(timer);
        along.signal.removeEventListener("abort", giveUp);
      }
    },
  };
}

/** The path with the fields its braces name, and the other fields as its query. */
function addressed(path: string, question: Readonly<Record<string, string | number | null | undefined>>): string {
  const query = new URLSearchParams();
  let whole = path;
  for (const [field, value] of Object.entries(question)) {
    if (value === null || value === undefined) continue;
    const place = `{${field}}`;
    if (whole.includes(place)) whole = whole.replace(place, encodeURIComponent(value));
    else query.set(field, String(value));
  }
  const asked = query.toString();
  return asked === "" ? whole : `${whole}?${asked}`;
}

async function refused(answer: Response): Promise<Answer<never>> {
  const after = Number(answer.headers.get("retry-after") ?? Number.NaN);
  const told: unknown = await answer.json().catch(() => null);
  const code = typeof told === "object" && told !== null && "code" in told && typeof told.code === "string" ? told.code : "unreadable";
  // A code newer than this page is worded as a fault by the dictionaries.
  return { ok: false, code: code as ProblemCode, after: Number.isFinite(after) ? after : null };
}

function failed(code: Trouble): Answer<never> {
  return { ok: false, code, after: null };
}
