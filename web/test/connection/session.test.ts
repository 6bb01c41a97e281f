import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FIRST_PAGE } from "../../src/model/state.js";
import type { SegmentsMessage } from "../../src/wire.gen.js";
import { card } from "../model/room.js";
import { drawer } from "./drawer.js";
import { AHEAD, House, ROOM, tab, type Tab } from "./house.js";

let house: House;
let browser: ReturnType<typeof drawer>;
const tabs: Tab[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  house = new House();
  browser = drawer();
});
afterEach(() => {
  for (const one of tabs.splice(0)) one.back("/");
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function open(path: string, storage = browser): Tab {
  const opened = tab(house, storage, path);
  tabs.push(opened);
  return opened;
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** Let a promise end while time passes. */
async function soon<T>(promise: Promise<T>, ms = 2_000): Promise<T> {
  await pass(ms);
  return promise;
}

/** A tab whose person has come into the room. */
async function inside(storage = browser): Promise<Tab> {
  const here = open(`/r/${ROOM}`, storage);
  await soon(here.intents.enter({ room: ROOM, name: "Ann" }));
  expect(here.state.screen).toEqual({ at: "room", room: ROOM });
  return here;
}

const renamed = (name: string) => [{ type: "member_renamed", player: "player0", name }] as const;
const nameShown = (one: Tab): string | undefined => one.state.room?.members[0]?.name;

describe("coming in", () => {
  it("connects to nothing before it is asked to", async () => {
    const here = open(`/r/${ROOM}`);
    open("/");
    open("/race/abcdefghijklmnop");
    await pass(60_000);
    expect([here.state.screen, here.state.link, house.net.tries]).toEqual([{ at: "invite", room: ROOM }, { at: "idle" }, 0]);
  });

  it("is answered with the room, keeps the seat, and never shows the token", async () => {
    const here = await inside();
    expect(here.state.link).toEqual({ at: "online" });
    expect(here.state.me.seats.map((seat) => [seat.room, seat.title])).toEqual([[ROOM, "Friday"]]);
    const token = [...house.seats.keys()][0] as string;
    expect(JSON.stringify(here.state)).not.toContain(token);
    expect(here.paths.join()).not.toContain(token);
    expect(house.net.socket.io.opts.query).toEqual({ room: ROOM });
  });

  it("stays at the door with the reason when refused, and may try again", async () => {
    const here = open(`/r/${ROOM}`);
    house.refusing = "no_room";
    expect(await soon(here.intents.enter({ room: ROOM, name: "Ann", password: "x" }))).toEqual({ ok: false, code: "no_room" });
    expect([here.state.screen.at, here.state.link.at, here.state.me.name]).toEqual(["invite", "online", "Ann"]);
    house.refusing = null;
    expect(await soon(here.intents.enter({ room: ROOM, name: "Ann", password: "y" }))).toEqual({ ok: true });
    expect(house.net.sockets).toHaveLength(1);
  });

  it("makes a room, takes its address and names it to balancers from then on", async () => {
    const here = open("/");
    expect(await soon(here.intents.watchLobby())).toEqual({ ok: true });
    expect(here.state.lobby).toEqual({ asked: FIRST_PAGE, look: 1, version: 1, rooms: [], total: 0, next: null });
    expect(await soon(here.intents.createRoom({ name: "Ann" }))).toEqual({ ok: true });
    expect([here.state.screen.at, here.paths, here.state.lobby, here.state.me.seats[0]?.founder]).toEqual(["room", ["/", `/r/${ROOM}`], null, true]);
    expect(house.net.socket.io.opts.query).toEqual({ room: ROOM });
    expect(house.net.sockets).toHaveLength(1);
  });

  it("forgets who asked once they have gone elsewhere", async () => {
    const here = open("/");
    house.deaf = true;
    const making = here.intents.createRoom({ name: "Ann" });
    await pass(100);
    here.back("/race/abcdefghijklmnop");
    expect((await soon(making, 30_000)).ok).toBe(false);
    expect([here.state.screen.at, here.state.link.at, house.net.socket.connected]).toEqual(["replay", "idle", false]);
  });

  it("is right away after a reload", async () => {
    await inside();
    const again = open(`/r/${ROOM}`);
    expect(again.state.screen.at).toBe("entering");
    await pass(100);
    expect([again.state.screen.at, again.state.own?.player]).toEqual(["room", "player0"]);
  });

  it("is told when the seat has been released meanwhile", async () => {
    await inside();
    house.seats.clear();
    const again = open(`/r/${ROOM}`);
    await pass(100);
    expect([again.state.screen, again.state.link.at]).toEqual([{ at: "ended", room: ROOM, why: "away", founder: false }, "idle"]);
  });
});

describe("entries", () => {
  it("are shown as they come", async () => {
    const here = await inside();
    house.happen(renamed("Bo"));
    expect(nameShown(here)).toBe("Bo");
  });

  it("lost on the way are asked for, and what comes meanwhile waits", async () => {
    const here = await inside();
    house.happen(renamed("lost"), false);
    house.happen(renamed("first"));
    house.happen(renamed("second"));
    expect(nameShown(here)).toBe("PLAYER0");
    await pass(10);
    expect([nameShown(here), here.state.room?.version]).toEqual(["second", house.room.version]);
    expect(house.net.named("catch_up")).toHaveLength(1);
  });

  it("too old for the log are replaced by a fresh view", async () => {
    const here = await inside();
    house.happen(renamed("lost"), false);
    const entry = house.happen(renamed("kept"), false);
    house.log = [entry];
    house.happen(renamed("new"));
    await pass(10);
    expect([nameShown(here), here.state.room]).toEqual(["new", house.room]);
  });

  it("that even catching up does not bring are replaced by a fresh view", async () => {
    const here = await inside();
    const answering = house.net.answering;
    house.net.answering = (sent) => (sent.name === "catch_up" ? { ok: true, entries: [], view: null } : answering(sent));
    house.happen(renamed("lost"), false);
    house.happen(renamed("new"));
    await pass(10);
    expect([nameShown(here), house.net.named("resume_room").length]).toEqual(["new", 1]);
  });

  it("missed while away come after the version that is known", async () => {
    const here = await inside();
    house.net.socket.drop();
    house.happen(renamed("a"), false);
    house.happen(renamed("b"), false);
    await pass(2_000);
    expect([nameShown(here), house.net.named("resume_room")[0]?.message["version"]]).toEqual(["b", house.room.version - 2]);
  });
});

describe("what overtakes the answer to coming in", () => {
  const answering = (name: string, meanwhile: () => void): void => {
    const before = house.net.answering;
    house.net.answering = (sent) => {
      const answer = before(sent);
      if (sent.name === name) meanwhile();
      return answer;
    };
  };

  it("is not lost: neither entries nor pieces of the race", async () => {
    const phase = { type: "racing", card: card(), commitment: "", names: {}, starts_at: AHEAD } as const;
    house.room = { ...house.room, phase };
    answering("join_room", () => {
      house.net.socket.push("segments", { race: "race1", since: -1, until: 1_500, pieces: [0, 0, 0, 24_000, 0] });
      house.happen(renamed("early"));
    });
    const here = await inside();
    expect([nameShown(here), here.state.room, here.state.track?.until]).toEqual(["early", house.room, 1_500]);
    expect([house.net.named("catch_up").length, house.net.named("resume_room").length]).toEqual([0, 0]);
  });

  it("is not lost after a reload, and pieces that overtake those before them make nobody ask", async () => {
    await inside();
    house.room = { ...house.room, phase: { type: "racing", card: card(), commitment: "", names: {}, starts_at: AHEAD } };
    answering("resume_room", () => {
      house.net.socket.push("segments", { race: "race1", since: 1_500, until: 1_750, pieces: [0, 1_700, 40_000, 0, 1] });
      house.net.socket.push("segments", { race: "race1", since: -1, until: 1_750, pieces: [0, 0, 0, 24_000, 0, 0, 1_700, 40_000, 0, 1] });
      house.happen(renamed("early"));
    });
    const again = open(`/r/${ROOM}`);
    await pass(100);
    expect([nameShown(again), again.state.track?.until, house.net.named("resume_room").length]).toEqual(["early", 1_750, 1]);
  });

  it("is applied again when the view that follows was made before it", async () => {
    const here = await inside();
    house.net.answering = ((before) => (sent) => {
      if (sent.name === "catch_up") return { ok: false, code: "internal", retry: false, detail: "" };
      const answer = before(sent);
      if (sent.name === "resume_room") house.happen(renamed("newest"));
      return answer;
    })(house.net.answering);
    house.happen(renamed("lost"), false);
    house.happen(renamed("seen"));
    await pass(10);
    expect([nameShown(here), here.state.room?.version]).toEqual(["newest", house.room.version]);
  });
});

describe("a race", () => {
  const starts = AHEAD + 100_000;
  const racing = (race: string): void => {
    house.room = { ...house.room, phase: { type: "countdown", card: card({ race }), commitment: "", names: {}, ends_at: starts } };
  };
  const segments = (since: number, until: number): SegmentsMessage => ({ race: "race1", since, until, pieces: [0, until, until * 24, 24_000, 0] });

  it("is joined from its pieces, and told afresh when one was lost", async () => {
    racing("race1");
    const here = await inside();
    house.happen([{ type: "race_started", starts_at: starts }]);
    house.net.socket.push("segments", segments(-1, 1_500));
    house.net.socket.push("segments", segments(1_500, 2_000));
    expect(here.state.track).toMatchObject({ race: "race1", startsAt: starts, until: 2_000 });
    house.net.socket.push("segments", segments(2_500, 3_000));
    await pass(10);
    expect(house.net.named("resume_room").map((sent) => sent.message["version"])).toEqual([null]);
    house.net.socket.push("segments", { ...segments(-1, 3_000), pieces: [0, 0, 0, 24_000, 0, 0, 2_900, 70_000, 1_000, 1] });
    expect([here.state.track?.until, here.state.track?.lanes[0]?.length]).toEqual([3_000, 2]);
  });

  it("runs on the server's clock", async () => {
    const here = await inside();
    await pass(1_000);
    expect(here.session.time.now() - performance.now()).toBeCloseTo(AHEAD, 3);
    expect(house.net.named("sync_clock")).toHaveLength(5);
    await pass(60_000);
    expect(house.net.named("sync_clock")).toHaveLength(10);
  });

  it("follows a clock that is set, without a race on screen that jumps", async () => {
    const here = await inside();
    await pass(1_000);
    const starts = here.session.time.now() + 500;
    house.happen([{ type: "draw_started", picked: [], draw: { rule: "last", votes: [], distinct: 2, rank: 5 }, starts_at: 0, rests_at: 0, ends_at: 0 }]);
    house.happen([{ type: "countdown_started", card: card(), names: {}, ends_at: 0 }]);
    house.happen([{ type: "race_started", starts_at: starts }]);
    await pass(1_000);
    const raceTime = (): number => {
      const phase = here.state.room?.phase;
      return phase?.type === "racing" ? here.session.time.now() - phase.starts_at : Number.NaN;
    };
    for (const by of [3 * 3_600_000, -5 * 3_600_000]) {
      const before = raceTime();
      house.setClock(by);
      expect(raceTime()).toBeCloseTo(before, 3);
      await pass(100);
      expect(raceTime()).toBeCloseTo(before + 100, 3);
      expect(here.session.time.now()).toBeCloseTo(house.now, 3);
    }
    expect(house.net.named("sync_clock")).toHaveLength(15);
  });
});

describe("a command", () => {
  it("whose connection broke is carried out once, under its id, after coming back", async () => {
    const here = await inside();
    const answering = house.net.answering;
    // Carried out, but the acknowledgement never arrives.
    house.net.answering = (sent) => {
      const answer = answering(sent);
      return sent.name === "pick_racer" && house.net.named("pick_racer").length === 1 ? undefined : answer;
    };
    const picking = here.intents.pick(0);
    await pass(10);
    expect(here.state.pending).toEqual(["pick_racer"]);
    house.net.socket.drop();
    expect(await soon(picking, 5_000)).toEqual({ ok: true });
    const [first, second] = house.net.named("pick_racer");
    expect([second?.message, house.applied.length, here.state.pending]).toEqual([first?.message, 1, []]);
    expect(house.net.sent.findIndex((sent) => sent === second)).toBeGreaterThan(house.net.sent.findIndex((sent) => sent.name === "resume_room"));
  });

  it("made while away waits for the seat", async () => {
    const here = await inside();
    house.net.socket.drop();
    const picking = here.intents.pick(0);
    await pass(100);
    expect(house.net.named("pick_racer")).toHaveLength(0);
    expect(await soon(picking, 3_000)).toEqual({ ok: true });
  });

  it("is given up after 20 s without a server, and says so", async () => {
    const here = await inside();
    house.net.reachable = false;
    house.net.socket.drop();
    expect(await soon(here.intents.pick(0), 20_000)).toEqual({ ok: false, code: "unreachable" });
    expect(here.state.notice).toMatchObject({ code: "unreachable", request: "pick_racer" });
    here.intents.dismissNotice();
    expect(here.state.notice).toBeNull();
  });

  it("refused because the server forgot this connection makes it say again whose it is", async () => {
    const here = await inside();
    for (const seat of house.seats.values()) seat.socket = null;
    expect(await soon(here.intents.pick(0))).toEqual({ ok: false, code: "not_in_room" });
    expect([await soon(here.intents.pick(0)), here.state.screen.at]).toEqual([{ ok: true }, "room"]);
  });
});

describe("two tabs of one person", () => {
  it("the newest has the seat, once: the other waits to be asked", async () => {
    const one = await inside();
    const two = open(`/r/${ROOM}`);
    await pass(60_000);
    expect([one.state.link.at, one.state.screen.at, two.state.link.at]).toEqual(["moved", "room", "online"]);
    expect(house.net.named("resume_room")).toHaveLength(1);
    expect(await one.intents.pick(0)).toEqual({ ok: false, code: "not_in_room" });
    one.intents.openHere();
    await pass(60_000);
    expect([one.state.link.at, two.state.link.at]).toEqual(["online", "moved"]);
    expect(house.net.named("resume_room")).toHaveLength(2);
  });

  it("one that was away while the other opened does not take the seat back", async () => {
    const one = await inside();
    house.net.reachable = false;
    house.net.sockets[0]?.drop();
    await pass(100);
    house.net.reachable = true;
    const two = open(`/r/${ROOM}`);
    await pass(60_000);
    expect([one.state.link.at, two.state.link.at]).toEqual(["moved", "online"]);
    expect(house.net.named("resume_room")).toHaveLength(1);
  });

  it("on two devices the newest has it as well", async () => {
    const one = await inside();
    const phone = drawer();
    for (const [key, value] of browser.kept) phone.setItem(key, value);
    const two = open(`/r/${ROOM}`, phone);
    await pass(120_000);
    expect([one.state.link.at, two.state.link.at, house.net.named("resume_room").length]).toEqual(["moved", "online", 1]);
  });
});

describe("being out", () => {
  it.each(["kicked", "blocked", "away", "closed"] as const)("%s is told, and nothing reconnects", async (why) => {
    const here = await inside();
    house.net.socket.push("expelled", { reason: why });
    house.net.socket.end();
    const { tries } = house.net;
    await pass(120_000);
    expect(here.state.screen).toEqual({ at: "ended", room: ROOM, why, founder: false });
    expect([here.state.room, here.state.link.at, house.net.tries - tries]).toEqual([null, "idle", 0]);
    expect(here.state.me.seats).toHaveLength(why === "blocked" ? 0 : 1);
  });

  it.each([["no_room", "closed"], ["closed", "closed"], ["kicked", "kicked"], ["blocked", "blocked"]])("%s after coming back shows %s", async (code, why) => {
    const here = await inside();
    house.refusing = code;
    house.net.socket.drop();
    await pass(3_000);
    expect(here.state.screen).toMatchObject({ at: "ended", why });
  });

  it.each(["kicked", "blocked"] as const)("%s while the page was shut is told as it opens", async (why) => {
    await inside();
    house.refusing = why;
    const again = open(`/r/${ROOM}`);
    await pass(100);
    expect([again.state.screen, again.state.link.at]).toEqual([{ at: "ended", room: ROOM, why, founder: false }, "idle"]);
    expect(again.state.me.seats).toHaveLength(why === "blocked" ? 0 : 1);
  });

  it.each(["kicked", "blocked"] as const)("%s is told at once where only a question for entries finds out", async (why) => {
    const here = await inside();
    house.happen(renamed("lost"), false);
    house.refusing = why;
    house.happen(renamed("new"));
    await pass(10);
    expect([here.state.screen.at, house.net.named("resume_room").length]).toEqual(["ended", 1]);
    expect(here.state.screen).toMatchObject({ why });
  });

  it("after the grace ran out unseen says so, and one tap under the same name leads in again", async () => {
    const here = await inside();
    house.seats.clear();
    house.net.socket.drop();
    await pass(3_000);
    expect(here.state.screen).toEqual({ at: "ended", room: ROOM, why: "away", founder: false });
    expect(await soon(here.intents.resume())).toEqual({ ok: true });
    expect([here.state.screen.at, here.state.link.at, house.net.named("join_room").at(-1)?.message["name"]]).toEqual(["room", "online", "Ann"]);
  });

  it("of a room that wants its password again leads to the form, with the reason", async () => {
    const here = await inside();
    house.net.socket.push("expelled", { reason: "away" });
    house.net.socket.end();
    house.refusing = "no_room";
    expect(await soon(here.intents.resume())).toEqual({ ok: false, code: "no_room" });
    expect([here.state.screen, here.state.me.name]).toEqual([{ at: "invite", room: ROOM }, "Ann"]);
    expect(here.state.notice).toMatchObject({ code: "no_room", request: null });
  });

  it("for this round stays with its reason when asked too early", async () => {
    const here = await inside();
    house.net.socket.push("expelled", { reason: "kicked" });
    house.net.socket.end();
    house.refusing = "kicked";
    expect(await soon(here.intents.resume())).toEqual({ ok: false, code: "kicked" });
    expect(here.state.screen).toMatchObject({ at: "ended", why: "kicked" });
  });

  it("because another tab has left the room is no news", async () => {
    const here = await inside();
    house.seats.clear();
    here.session.vault.forget(ROOM);
    house.net.socket.drop();
    await pass(3_000);
    expect(here.state.screen).toEqual({ at: "invite", room: ROOM });
  });

  it("of a closed room, its founder opens it again", async () => {
    const here = open("/");
    await soon(here.intents.createRoom({ name: "Ann" }));
    house.happen([{ type: "room_closed", reason: "expired" }]);
    expect(here.state.screen).toEqual({ at: "ended", room: ROOM, why: "closed", founder: true });
    house.happen([{ type: "round_opened", race: "race9", commitment: "", lineup: ["a"] }], false);
    expect(await soon(here.intents.reopen())).toEqual({ ok: true });
    expect([here.state.screen.at, here.state.link.at]).toEqual(["room", "online"]);
  });

  it("by one's own wish forgets the seat and goes home", async () => {
    const here = await inside();
    expect(await soon(here.intents.leave())).toEqual({ ok: true });
    expect([here.state.screen.at, here.state.me.seats, here.state.link.at, here.paths.at(-1)]).toEqual(["home", [], "idle", "/"]);
  });

  it("by the back button keeps the seat", async () => {
    const here = await inside();
    here.back("/");
    await pass(1_000);
    expect([here.state.screen.at, here.state.me.seats.length, house.net.socket.connected]).toEqual(["home", 1, false]);
  });
});

describe("the connection on screen", () => {
  it("shows nothing for 2 s, then a bar, after 10 s an overlay that counts down, and nothing again", async () => {
    const here = await inside();
    house.net.reachable = false;
    house.net.socket.drop();
    const surface = (): string => (here.state.link.at === "lost" ? here.state.link.surface : here.state.link.at);
    const seen: string[] = [];
    for (let ms = 0; ms < 11_000; ms += 500) {
      seen.push(surface());
      await pass(500);
    }
    expect([seen.slice(0, 4), seen.slice(4, 20), seen.slice(20)]).toEqual([
      Array(4).fill("nothing"), Array(16).fill("bar"), Array(2).fill("overlay"),
    ]);
    const seconds = new Set<number | null>();
    for (let ms = 0; ms < 10_000; ms += 100) {
      if (here.state.link.at === "lost") seconds.add(here.state.link.seconds);
      await pass(100);
    }
    expect([...seconds].filter((second) => second !== null && (second < 1 || second > 8))).toEqual([]);
    expect(seconds.size).toBeGreaterThan(2);
    house.net.reachable = true;
    await pass(8_000);
    expect(surface()).toBe("online");
  });

  it("is not online before the seat is confirmed, and asks again while there is no answer", async () => {
    const here = await inside();
    house.deaf = true;
    house.net.socket.drop();
    await pass(5_000);
    expect([house.net.socket.connected, here.state.link.at]).toEqual([true, "lost"]);
    house.deaf = false;
    await pass(20_000);
    expect(here.state.link.at).toBe("online");
  });

  it("says that recording is delayed until it is not, or until another connection says nothing of it", async () => {
    const here = await inside();
    house.net.socket.push("delayed", { on: true });
    expect(here.state.delayed).toBe(true);
    house.net.socket.push("delayed", { on: false });
    expect(here.state.delayed).toBe(false);
    house.net.socket.push("delayed", { on: true });
    house.net.socket.drop();
    await pass(30_000);
    expect([here.state.link.at, here.state.delayed]).toEqual(["online", false]);
  });

  it("comes back as told when the server stops, within the time that shows nothing", async () => {
    const here = await inside();
    house.net.socket.push("closing", { retry_ms: 800 });
    house.net.socket.end();
    await pass(700);
    expect(here.state.link).toMatchObject({ at: "lost", surface: "nothing" });
    await pass(600);
    expect(here.state.link.at).toBe("online");
  });

  it("knows that its server goes on alone until it is told otherwise, or comes to another server", async () => {
    const here = await inside();
    house.net.socket.push("degraded", { on: true });
    expect(here.state.degraded).toBe(true);
    house.net.socket.push("degraded", { on: false });
    expect(here.state.degraded).toBe(false);
    house.net.socket.push("degraded", { on: true });
    house.net.socket.drop();
    await pass(5_000);
    expect([here.state.link.at, here.state.degraded]).toEqual(["online", false]);
  });

  it("is tried at once when the page is looked at again, and replaced when it only seems to stand", async () => {
    const here = await inside();
    const { tries } = house.net;
    await soon(here.session.wake());
    expect(house.net.tries).toBe(tries);
    house.deaf = true;
    const waking = here.session.wake();
    await pass(3_000);
    house.deaf = false;
    await soon(waking);
    expect([house.net.tries, here.state.link.at]).toEqual([tries + 1, "online"]);
  });

  it("says when the server will not have this page", async () => {
    const here = await inside();
    house.net.refusal = { message: "no", data: { code: "too_old", retry: false } };
    house.net.socket.drop();
    await pass(60_000);
    expect(here.state.link).toEqual({ at: "refused", code: "too_old" });
  });
});
