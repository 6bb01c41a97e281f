/**
 * Keeps a room's entries in order: each one raises the version by one, what is known already is ignored, and what lies
 * beyond a hole waits until the missing ones have come. Pure: asking for them is the session's.
 */
import type { EntryView, View } from "../wire.gen.js";
import { apply } from "./apply.js";
import { tableOf, type Table } from "./table.js";

/** `waiting` are entries beyond a hole, by version; empty when nothing is missing. */
export interface Feed {
  readonly table: Table;
  readonly waiting: readonly EntryView[];
}

/** Entries kept beyond a hole; past that a fresh view is cheaper, and the newest are the ones that will be asked for. */
export const WAITING_KEPT = 200;

/** Say whether entries are missing. */
export function hasHole(feed: Feed): boolean {
  return feed.waiting.length > 0;
}

/** Take in entries in any order, known ones too. */
export function take(feed: Feed, entries: readonly EntryView[]): Feed {
  const news = new Map<number, EntryView>();
  for (const entry of [...feed.waiting, ...entries]) {
    const known = news.get(entry.version);
    // The same entry may come twice, as everybody sees it and as its own player does: the fuller one counts.
    if (known?.own === undefined) news.set(entry.version, entry);
  }
  let table = feed.table;
  for (let next = news.get(table.room.version + 1); next !== undefined; next = news.get(table.room.version + 1)) {
    table = apply(table, next);
  }
  const beyond = [...news.values()].filter((entry) => entry.version > table.room.version);
  beyond.sort((one, other) => one.version - other.version);
  return { table, waiting: beyond.slice(0, WAITING_KEPT) };
}

/** What the server's clock showed when it was set last, by entries that lead from one feed to the next; null: it was not. */
export function stepped(before: Feed, after: Feed, entries: readonly EntryView[]): number | null {
  let shown: number | null = null;
  for (const { version, at, events } of [...before.waiting, ...entries]) {
    if (version <= before.table.room.version || version > after.table.room.version) continue;
    for (const event of events) if (event.type === "clock_stepped") shown = at + event.by_ms;
  }
  return shown;
}

/** Begin again with a fresh view, and go on with what came while it was asked for, which may be newer. */
export function renew(view: View, meanwhile: readonly EntryView[]): Feed {
  return take({ table: tableOf(view), waiting: [] }, meanwhile);
}
