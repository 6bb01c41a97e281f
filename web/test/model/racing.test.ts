import { describe, expect, it } from "vitest";
import { join, lost, trackOf, type Released } from "../../src/model/racing.js";
import type { RacingView, SegmentsMessage } from "../../src/wire.gen.js";
import { card, LINEUP, picking } from "./room.js";

function message(since: number, until: number, pieces: readonly number[], race = "race1"): SegmentsMessage {
  return { race, since, until, pieces };
}

/** Lanes 0 and 2 start; the others stay at the gate. */
const first = message(-1, 1_500, [0, 0, 0, 24_000, 0, 0, 500, 12_000, 30_000, 3, 2, 0, 0, 23_000, 0]);
const second = message(1_500, 2_000, [0, 2_000, 57_000, 0, 1]);
const racing: RacingView = { type: "racing", card: card(), commitment: "", names: {}, starts_at: 9_000 };

describe("released pieces", () => {
  it("join lane by lane", () => {
    const known = join(join(null, first), second);
    expect(known.until).toBe(2_000);
    expect(known.lanes[0]).toEqual([[0, 0, 24_000, 0], [500, 12_000, 30_000, 3], [2_000, 57_000, 0, 1]]);
    expect(known.lanes[2]).toEqual([[0, 0, 23_000, 0]]);
  });
  it("do not change when a message comes twice or overlaps", () => {
    const known = join(join(null, first), second);
    expect(join(known, second)).toBe(known);
    expect(join(known, message(1_500, 2_500, [0, 2_000, 57_000, 0, 1, 0, 2_400, 57_000, 9_000, 0])).lanes[0]).toHaveLength(4);
  });
  it("notice a lost message, the first one too", () => {
    expect(lost(null, first)).toBe(false);
    expect(lost(null, second)).toBe(true);
    const known = join(null, first);
    expect(lost(known, second)).toBe(false);
    expect(lost(known, message(2_000, 2_500, []))).toBe(true);
    expect(lost(known, message(500, 1_000, []))).toBe(false);
  });
  it("begin anew when told from the start, also with less than was known", () => {
    const known = join(join(null, first), second);
    expect(join(known, first)).toEqual(join(null, first));
  });
  it("of another race are another race's", () => {
    const other = message(-1, 0, [1, 0, 0, 20_000, 0], "race2");
    expect(join(join(null, first), other).race).toBe("race2");
    expect(lost(join(null, first), message(1_500, 2_000, [], "race2"))).toBe(true);
  });
});

describe("the track on screen", () => {
  const known: Released = join(null, first);

  it("has a lane for every racer, also for those at the gate", () => {
    const track = trackOf(known, racing);
    expect(track).toMatchObject({ race: "race1", metres: 500, lineup: LINEUP, startsAt: 9_000, until: 1_500 });
    expect(track?.lanes.map((lane) => lane.length)).toEqual([2, 0, 1, 0]);
  });
  it("stays on the podium", () => {
    const result = { card: card(), names: {}, starts_at: 9_000, finish: [], order: [], payers: [], seed: "", commitment: "" };
    expect(trackOf(known, { type: "podium", result, ends_at: 0 })?.startsAt).toBe(9_000);
  });
  it("is not there without pieces, for another race, or while picking", () => {
    expect(trackOf(null, racing)).toBeNull();
    expect(trackOf(known, { ...racing, card: card({ race: "race2" }) })).toBeNull();
    expect(trackOf(known, picking())).toBeNull();
  });
});
