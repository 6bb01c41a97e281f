/** All that one player sees of a room, as one value: what `apply` changes and a fresh view replaces. */
import type { ChatMessage, OwnView, RaceSummary, ResultView, RoomView, View } from "../wire.gen.js";

export interface Table {
  readonly room: RoomView;
  readonly own: OwnView;
  /** Oldest first, at most `CHAT_KEPT`. */
  readonly chat: readonly ChatMessage[];
  /** Newest first, at most `HISTORY_KEPT`. */
  readonly history: readonly RaceSummary[];
}

/** Messages a room keeps; the server sends no more either. */
export const CHAT_KEPT = 100;
/** Finished races the room's page keeps; older ones are on the history page. */
export const HISTORY_KEPT = 50;

export function tableOf(view: View): Table {
  return { room: view.room, own: view.own, chat: view.chat, history: view.history };
}

/** Add what was said, once: a message's version is its id within the room. */
export function withChat(chat: readonly ChatMessage[], message: ChatMessage): readonly ChatMessage[] {
  if (chat.some((kept) => kept.version === message.version)) return chat;
  return [...chat, message].slice(-CHAT_KEPT);
}

/** Add a finished race, once. */
export function withRace(history: readonly RaceSummary[], race: RaceSummary): readonly RaceSummary[] {
  if (history.some((kept) => kept.race === race.race)) return history;
  return [race, ...history].slice(0, HISTORY_KEPT);
}

/** The history's line for a result: racer kinds by rank, and by name who pays; several payers race again. */
export function summaryOf(result: ResultView): RaceSummary {
  return {
    race: result.card.race,
    at: result.starts_at,
    winners: result.order.flatMap((group) => group.map((lane) => result.card.lineup[lane] ?? "")),
    payers: result.payers.map((player) => result.names[player] ?? player),
    final: result.payers.length === 1,
  };
}
