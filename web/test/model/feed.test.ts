import { describe, expect, it } from "vitest";
import { hasHole, renew, take, WAITING_KEPT, type Feed } from "../../src/model/feed.js";
import type { EntryView } from "../../src/wire.gen.js";
import { view } from "./room.js";

/** Entry n renames bob to "n". */
function entry(version: number): EntryView {
  return { version, at: version, events: [{ type: "member_renamed", player: "bob", name: `${version}` }] };
}

function shown(feed: Feed): [number, string | undefined, number[]] {
  const { room } = feed.table;
  return [room.version, room.members[1]?.name, feed.waiting.map((one) => one.version)];
}

const start = renew(view({ version: 10 }), []);

describe("a feed", () => {
  it("applies what comes next", () => expect(shown(take(start, [entry(11), entry(12)]))).toEqual([12, "12", []]));
  it("ignores what it knows", () => {
    const now = take(start, [entry(11), entry(12)]);
    expect(shown(take(now, [entry(12), entry(11), entry(10)]))).toEqual([12, "12", []]);
  });
  it("waits before a hole, in any order, and goes on when it is closed", () => {
    const waiting = take(take(start, [entry(14)]), [entry(13)]);
    expect(shown(waiting)).toEqual([10, "BOB", [13, 14]]);
    expect(hasHole(waiting)).toBe(true);
    const filled = take(waiting, [entry(11), entry(12)]);
    expect(shown(filled)).toEqual([14, "14", []]);
    expect(hasHole(filled)).toBe(false);
  });
  it("closes one of two holes", () => {
    const waiting = take(start, [entry(12), entry(14)]);
    expect(shown(take(waiting, [entry(11)]))).toEqual([12, "12", [14]]);
  });
  it("takes an entry that came twice once, with the player's own part", () => {
    const mine: EntryView = { ...entry(12), own: [{ type: "own_pick", pick: 3, blind: false }] };
    const feed = take(take(start, [entry(12)]), [mine, entry(12)]);
    expect(take(feed, [entry(11)]).table.own.pick).toBe(3);
  });
  it("goes on from a fresh view with what came meanwhile, older, next or beyond a hole", () => {
    expect(shown(renew(view({ version: 14 }), [entry(13), entry(15), entry(16)]))).toEqual([16, "16", []]);
    expect(shown(renew(view({ version: 14 }), [entry(16)]))).toEqual([14, "BOB", [16]]);
  });
  it("is bounded", () => {
    const many = Array.from({ length: 2 * WAITING_KEPT }, (_, at) => entry(20 + at));
    expect(take(start, many).waiting).toHaveLength(WAITING_KEPT);
  });
});
