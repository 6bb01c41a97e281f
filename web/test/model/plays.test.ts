/** The plays that the server made: whoever applies their entries must end where the server did. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { apply } from "../../src/model/apply.js";
import type { EntryView, OwnView, RoomView } from "../../src/wire.gen.js";

interface Play {
  readonly name?: string;
  readonly start: { readonly room: RoomView; readonly own: OwnView };
  readonly entries: readonly EntryView[];
  readonly end: { readonly room: RoomView; readonly own: OwnView };
}

const plays = JSON.parse(readFileSync("../tests/vectors/plays.json", "utf8")) as readonly Play[];

describe("plays told by the server", () => {
  it.each(plays.map((play, at) => [play.name ?? `play ${at}`, play] as const))("%s", (_, play) => {
    let table = { ...play.start, chat: [], history: [] } as Parameters<typeof apply>[0];
    for (const entry of play.entries) {
      expect(entry.version).toBe(table.room.version + 1);
      table = apply(table, entry);
    }
    expect({ room: table.room, own: table.own }).toEqual(play.end);
  });
});
