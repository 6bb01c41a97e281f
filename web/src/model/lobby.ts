/** The room list as this page holds it: led on by changes, and what to ask for to see more. Pure. */
import type { LobbyChangedMessage, RoomSummary } from "../wire.gen.js";
import type { Lobby, LobbyQuestion } from "./state.js";

/** A page does not grow beyond this; the rest are on other pages. */
const MOST_ON_A_PAGE = 50;
/** By how many rooms a page grows. */
const STEP = 20;

/** The page as a change leaves it; null when changes in between are missing. */
export function changed(lobby: Lobby, change: LobbyChangedMessage): Lobby | null {
  if (change.look !== lobby.look || change.version <= lobby.version) return lobby;
  if (change.version !== lobby.version + 1) return null;
  const off = new Set([...change.gone, ...change.changed.map((room) => room.room)]);
  const rooms = [...lobby.rooms.filter((room) => !off.has(room.room)), ...change.changed].sort(newestFirst);
  return { ...lobby, version: change.version, rooms, total: change.total, next: change.next };
}

/** What to ask for to see more than this: a larger page, or the one after it; null when there is no more. */
export function beyond(lobby: Lobby): LobbyQuestion | null {
  if (lobby.next === null) return null;
  const { query, after, limit } = lobby.asked;
  if (limit < MOST_ON_A_PAGE) return { query, after, limit: Math.min(MOST_ON_A_PAGE, limit + STEP) };
  return { query, after: lobby.next, limit };
}

function newestFirst(a: RoomSummary, b: RoomSummary): number {
  return b.opened_at - a.opened_at || (a.room < b.room ? -1 : 1);
}
