import { describe, expect, it } from "vitest";
import { apply } from "../../src/model/apply.js";
import type { EventView, PhaseView } from "../../src/model/phases.js";
import type { Table } from "../../src/model/table.js";
import type { EntryView, ResultView } from "../../src/wire.gen.js";
import { card, LINEUP, member, own, picking, room, settings, table } from "./room.js";

const AT = 5_000;

/** What these events make of a table, in one entry. */
function after(before: Table, events: EventView[], mine?: EntryView["own"]): Table {
  const entry: EntryView = { version: before.room.version + 1, at: AT, events };
  return apply(before, mine === undefined ? entry : { ...entry, own: mine });
}

function phaseAfter(phase: PhaseView, event: EventView): PhaseView {
  return after(table({ phase }), [event]).room.phase;
}

const names = { ann: "ANN", bob: "BOB" };
const draw = { rule: "vote", votes: [1, 0, 0, 0], distinct: 2, rank: 1 } as const;
const drawing = {
  type: "drawing",
  race: "race1",
  commitment: "c0ffee",
  lineup: LINEUP,
  picked: ["ann", "bob"],
  draw,
  starts_at: 1,
  rests_at: 2,
  ends_at: 3,
} as const;
const countdown = { type: "countdown", card: card(), commitment: "c0ffee", names, ends_at: 9 } as const;
const racing = { type: "racing", card: card(), commitment: "c0ffee", names, starts_at: 20 } as const;
const result: ResultView = {
  card: card(),
  names,
  starts_at: 20,
  finish: [30_000, null, 31_000, null],
  order: [[0], [2]],
  payers: ["bob"],
  seed: "5eed",
  commitment: "c0ffee",
};

describe("every entry", () => {
  it("leads to its version, also without anything to see", () => expect(after(table(), []).room.version).toBe(11));
  it("leaves the table it began with as it was", () => {
    const before = table();
    after(before, [{ type: "member_left", player: "bob", reason: "left" }]);
    expect(before).toEqual(table());
  });
  it("applies its events in order", () => {
    const { members, host } = after(table(), [
      { type: "member_joined", member: member("eve") },
      { type: "member_left", player: "ann", reason: "left" },
      { type: "crown_passed", player: "bob" },
    ]).room;
    expect([members.map((one) => one.player), host]).toEqual([["bob", "eve"], "bob"]);
  });
  it("ignores an event that only a newer server knows", () => {
    const unheard = { type: "confetti", player: "bob" } as unknown as EventView;
    expect(after(table(), [unheard]).room).toEqual(room({ version: 11 }));
  });
});

describe("a clock that was set", () => {
  const set = (phase: PhaseView): PhaseView => phaseAfter(phase, { type: "clock_stepped", by_ms: 1_000 });

  it("moves every moment of the phase along, and nothing that is published of a race", () => {
    expect(set(picking({ deadline: 9 }))).toEqual(picking({ deadline: 1_009 }));
    expect(set(picking())).toEqual(picking());
    expect(set(drawing)).toEqual({ ...drawing, starts_at: 1_001, rests_at: 1_002, ends_at: 1_003 });
    expect(set(countdown)).toEqual({ ...countdown, ends_at: 1_009 });
    expect(set(racing)).toEqual({ ...racing, starts_at: 1_020 });
    expect(set({ type: "podium", result, ends_at: 9 })).toEqual({ type: "podium", result, ends_at: 1_009 });
  });
  it("moves along since when somebody is away", () => {
    const away = table({ members: [member("ann", { away_since: 7 }), member("bob")] });
    const { members } = after(away, [{ type: "clock_stepped", by_ms: -5 }]).room;
    expect(members.map((one) => one.away_since)).toEqual([2, null]);
  });
});

describe("members", () => {
  it("join at the end", () => {
    expect(after(table(), [{ type: "member_joined", member: member("eve") }]).room.members[2]).toEqual(member("eve"));
  });
  it("never stand there twice", () => {
    const twice = after(table(), [{ type: "member_joined", member: member("ann", { name: "Ann" }) }]).room.members;
    expect(twice).toEqual([member("ann", { name: "Ann" }), member("bob")]);
  });
  it("leave, and their pick falls by an event of its own", () => {
    const phase = picking({ picked: ["ann", "bob"] });
    const left = after(table({ phase }), [{ type: "member_left", player: "bob", reason: "kicked" }]);
    expect(left.room.members).toEqual([member("ann")]);
    expect(left.room.phase).toEqual(phase);
  });
  it("go away at the entry's time and come back", () => {
    const away = after(table(), [{ type: "member_went_away", player: "bob" }]);
    expect(away.room.members[1]?.away_since).toBe(AT);
    expect(after(away, [{ type: "member_came_back", player: "bob" }]).room.members[1]?.away_since).toBeNull();
  });
  it("take another name", () => {
    expect(after(table(), [{ type: "member_renamed", player: "bob", name: "Bo" }]).room.members[1]?.name).toBe("Bo");
  });
  it("sit down ready, whatever they were", () => {
    const before = table({ members: [member("ann"), member("bob", { seated: false, ready: false })] });
    expect(after(before, [{ type: "seat_taken", player: "bob" }]).room.members[1]).toEqual(member("bob"));
  });
  it("give up the seat and stay as ready as they were", () => {
    const watching = after(table(), [{ type: "seat_given_up", player: "bob" }]).room.members[1];
    expect(watching).toEqual(member("bob", { seated: false }));
  });
  it("sit a race out", () => {
    const out = after(table(), [{ type: "ready_changed", player: "bob", ready: false }]).room.members[1];
    expect(out).toEqual(member("bob", { ready: false }));
  });
});

describe("the host", () => {
  it("passes the crown, to nobody too", () => {
    expect(after(table(), [{ type: "crown_passed", player: "bob" }]).room.host).toBe("bob");
    expect(after(table(), [{ type: "crown_passed", player: null }]).room.host).toBeNull();
  });
  it("blocks and unblocks by place, the first place is 0", () => {
    const blocked = after(table({ blocked: ["Troll"] }), [{ type: "member_blocked", name: "Bore" }]);
    expect(blocked.room.blocked).toEqual(["Troll", "Bore"]);
    expect(after(blocked, [{ type: "member_unblocked", place: 0 }]).room.blocked).toEqual(["Bore"]);
  });
  it("changes settings, which voids votes unless there is a vote", () => {
    const phase = picking({ votes: [0, 1, 0, 0] });
    const voted = table({ phase, settings: settings({ rule: "vote" }) }, { vote: 2, pick: 1 });
    const still = after(voted, [
      { type: "settings_changed", settings: settings({ rule: "vote", title: "Monday" }), private: true },
    ]);
    expect([still.room.settings.title, still.room.private, still.own.vote, still.room.phase]).toEqual(["Monday", true, 2, phase]);
    const last = after(voted, [{ type: "settings_changed", settings: settings({ rule: "last" }), private: false }]);
    expect([last.room.phase, last.own]).toEqual([picking(), own({ pick: 1 })]);
  });
  it("changes settings during a race without touching it", () => {
    const changed = after(table({ phase: racing }), [{ type: "settings_changed", settings: settings({ track: 1000 }), private: false }]);
    expect(changed.room.phase).toEqual(racing);
  });
});

describe("gathering", () => {
  it("opens with a clean table", () => {
    const before = table({ phase: { type: "podium", result, ends_at: 1 }, rounds: 3 }, { pick: 0, vote: 1 });
    const opened = after(before, [{ type: "round_opened", race: "race2", commitment: "beef", lineup: ["a", "b"] }]);
    expect(opened.room.rounds).toBe(4);
    expect(opened.own).toEqual(own());
    expect(opened.room.phase).toEqual({ ...picking(), race: "race2", commitment: "beef", lineup: ["a", "b"], votes: [0, 0] });
  });
  it("gets another lineup: picks and votes are gone, the deadline stays", () => {
    const phase = picking({ picked: ["ann"], votes: [1, 0, 0, 0], deadline: 7 });
    const changed = after(table({ phase }, { pick: 0, vote: 1 }), [{ type: "lineup_changed", lineup: ["a", "b", "c", "d", "e"] }]);
    expect(changed.room.phase).toEqual(picking({ lineup: ["a", "b", "c", "d", "e"], votes: [0, 0, 0, 0, 0], deadline: 7 }));
    expect(changed.own).toEqual(own());
  });
  it("shows that somebody picked, sorted and once", () => {
    const phase = picking({ picked: ["bob"] });
    const picked = phaseAfter(phase, { type: "player_picked", player: "ann" });
    expect(picked).toEqual(picking({ picked: ["ann", "bob"] }));
    expect(phaseAfter(picked, { type: "player_picked", player: "ann" })).toEqual(picked);
  });
  it("takes a pick back", () => {
    const phase = picking({ picked: ["ann", "bob"] });
    expect(phaseAfter(phase, { type: "pick_taken_back", player: "ann" })).toEqual(picking({ picked: ["bob"] }));
  });
  it("counts votes", () => {
    expect(phaseAfter(picking(), { type: "votes_changed", votes: [0, 2, 0, 0] })).toEqual(picking({ votes: [0, 2, 0, 0] }));
  });
  it("sets and lifts a deadline", () => {
    const set = phaseAfter(picking(), { type: "pick_deadline_set", at: 99 });
    expect(set).toEqual(picking({ deadline: 99 }));
    expect(phaseAfter(set, { type: "pick_deadline_set", at: null })).toEqual(picking());
  });
});

describe("the player's own part", () => {
  it("is the pick, racer 0 included, and a blind one shows nothing", () => {
    const picked: EventView[] = [{ type: "player_picked", player: "ann" }];
    expect(after(table(), picked, [{ type: "own_pick", pick: 0, blind: false }]).own).toEqual(own({ pick: 0 }));
    expect(after(table(), picked, [{ type: "own_pick", pick: null, blind: true }]).own).toEqual(own({ blind: true }));
  });
  it("is the vote, and none", () => {
    expect(after(table(), [], [{ type: "own_vote", vote: 3 }]).own).toEqual(own({ vote: 3 }));
    expect(after(table({}, { vote: 3 }), [], [{ type: "own_vote", vote: null }]).own).toEqual(own());
  });
});

describe("the round", () => {
  const { type: _, race: __, commitment: ___, lineup: ____, ...shown } = drawing;
  const started = { type: "draw_started", ...shown } as const;

  it("starts with the draw; one's pick stays secret and one's own", () => {
    const begun = after(table({ phase: picking({ picked: ["ann"] }) }, { pick: 0, vote: 1 }), [started]);
    expect(begun.room.phase).toEqual(drawing);
    expect(begun.own).toEqual(own({ pick: 0 }));
  });
  it("draws again when somebody leaves meanwhile", () => {
    const again = { ...started, picked: ["ann"], starts_at: 5, ends_at: 6 } as const;
    expect(phaseAfter(drawing, again)).toEqual({ ...drawing, picked: ["ann"], starts_at: 5, ends_at: 6 });
  });
  it("takes back a leaver's pick during the draw", () => {
    expect(phaseAfter(drawing, { type: "pick_taken_back", player: "bob" })).toEqual({ ...drawing, picked: ["ann"] });
  });
  it("is called off: picks stay, votes and deadline do not", () => {
    const off = after(table({ phase: drawing }, { pick: 0 }), [{ type: "round_called_off", reason: "too_few" }]);
    expect(off.room.phase).toEqual(picking({ picked: ["ann", "bob"] }));
    expect(off.own).toEqual(own({ pick: 0 }));
  });
  it("opens the picks and keeps the commitment", () => {
    const open = after(table({ phase: drawing }, { pick: 0 }), [{ type: "countdown_started", card: card(), names, ends_at: 9 }]);
    expect(open.room.phase).toEqual(countdown);
    expect(open.own).toEqual(own());
  });
  it("races", () => {
    expect(phaseAfter(countdown, { type: "race_started", starts_at: 20 })).toEqual(racing);
    expect(phaseAfter({ ...countdown, type: "runoff" }, { type: "race_started", starts_at: 20 })).toEqual(racing);
  });
  it("finishes, and the history has it once, newest first", () => {
    const older = { race: "race0", at: 1, winners: ["goose"], payers: ["ANN"], final: true };
    const before = { ...table({ phase: racing }), history: [older] };
    const done = after(before, [{ type: "race_finished", result, ends_at: 77 }]);
    expect(done.room.phase).toEqual({ type: "podium", result, ends_at: 77 });
    expect(done.history).toEqual([{ race: "race1", at: 20, winners: ["tiger", "snail"], payers: ["BOB"], final: true }, older]);
    const again = apply({ ...done, room: { ...done.room, phase: racing } }, { version: 12, at: AT, events: [{ type: "race_finished", result, ends_at: 77 }] });
    expect(again.history).toHaveLength(2);
  });
  it("is not final with two payers, who race again", () => {
    const tie = { ...result, payers: ["ann", "bob"] };
    const done = after(table({ phase: racing }), [{ type: "race_finished", result: tie, ends_at: 77 }]);
    expect(done.history[0]?.final).toBe(false);
    const opened = { type: "runoff_opened", card: card({ race: "race1b", runoff: 1 }), commitment: "5eed", names, ends_at: 88 } as const;
    expect(after(done, [opened]).room.phase).toEqual({ ...opened, type: "runoff" });
  });
  it("ignores what does not belong to the phase", () => {
    const strays: EventView[] = [
      { type: "player_picked", player: "eve" },
      { type: "votes_changed", votes: [1, 1, 1, 1] },
      { type: "pick_deadline_set", at: 3 },
      { type: "lineup_changed", lineup: ["a"] },
      { type: "round_called_off", reason: "too_few" },
      { type: "race_started", starts_at: 3 },
      { type: "runoff_opened", card: card(), commitment: "", names, ends_at: 1 },
    ];
    expect(after(table({ phase: racing }, { pick: 1 }), strays)).toEqual(table({ phase: racing, version: 11 }, { pick: 1 }));
  });
});

describe("the room", () => {
  it("closes on everybody", () => {
    const closed = after(table({}, { pick: 0 }), [{ type: "room_closed", reason: "expired" }]).room;
    expect(closed).toEqual(room({ version: 11, phase: { type: "closed", reason: "expired" }, members: [], host: null }));
  });
  it("is open again with its founder and a new round", () => {
    const opened = after(table({ phase: { type: "closed", reason: "empty" }, members: [], host: null, rounds: 4 }), [
      { type: "room_reopened" },
      { type: "member_joined", member: member("ann") },
      { type: "crown_passed", player: "ann" },
      { type: "round_opened", race: "race1", commitment: "c0ffee", lineup: LINEUP },
    ]).room;
    expect(opened).toEqual(room({ version: 11, members: [member("ann")], rounds: 5 }));
  });
  it("keeps the newest hundred lines of chat, each once", () => {
    const said = (version: number): EntryView => ({
      version,
      at: AT,
      events: [{ type: "said", message: { version, player: "bob", name: "BOB", text: `${version}`, mentions: [], at: AT } }],
    });
    let now = table();
    for (let version = 11; version <= 120; version += 1) now = apply(now, said(version));
    expect([now.chat.length, now.chat[0]?.text, now.chat[99]?.text]).toEqual([100, "21", "120"]);
    expect(apply(now, said(120)).chat).toHaveLength(100);
  });
});
