/** Mentions in a line of chat: what is being typed after an @, whom it may mean, where names stand in a text. Pure. */

import type { MemberView } from "../wire.gen.js";

/** Names offered at once. */
const MOST_OFFERED = 6;

/** What stands between the last @ and the caret; null when no mention is being typed. */
export function mentionAt(text: string, caret: number): string | null {
  const at = text.lastIndexOf("@", caret - 1);
  if (at < 0 || (at > 0 && !/\s/.test(text[at - 1] ?? ""))) return null;
  const started = text.slice(at + 1, caret);
  return started.length > 40 || /[\n@]/.test(started) || started.endsWith("  ") ? null : started;
}

/** The members whose name begins with what was typed; never oneself. */
export function matching(members: readonly MemberView[], started: string, me: string): readonly MemberView[] {
  const wanted = started.toLocaleLowerCase();
  const others = members.filter((one) => one.player !== me);
  return others.filter((one) => one.name.toLocaleLowerCase().startsWith(wanted)).slice(0, MOST_OFFERED);
}

/** The text with the started mention replaced by the whole name, and where the caret goes. */
export function completed(text: string, caret: number, name: string): { readonly text: string; readonly caret: number } {
  const at = text.lastIndexOf("@", caret - 1);
  const before = `${text.slice(0, at)}@${name} `;
  return { text: before + text.slice(caret).trimStart(), caret: before.length };
}

export interface TextPiece {
  readonly text: string;
  readonly mention: boolean;
}

/** The text cut into plain stretches and `@name` of the given names, longest names first. */
export function pieces(text: string, names: readonly string[]): readonly TextPiece[] {
  const known = names.filter((name) => name !== "").sort((a, b) => b.length - a.length);
  if (known.length === 0) return [{ text, mention: false }];
  const pattern = new RegExp(`(@(?:${known.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")}))`, "iu");
  return text
    .split(pattern)
    .map((part, at) => ({ text: part, mention: at % 2 === 1 }))
    .filter((piece) => piece.text !== "");
}
