// @vitest-environment happy-dom
/** The pages of records: what they ask, what they show of it, and what they say when there is nothing to show. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LitElement } from "lit";
import { PaddockBoardsPage } from "../../src/records/boards-page.js";
import { PaddockHistoryPage } from "../../src/records/history-page.js";
import { PaddockProfilePage } from "../../src/records/profile-page.js";
import { PaddockStatsPage } from "../../src/records/stats-page.js";
import { speak } from "../../src/words/speech.js";
import { all, find, send, text, type } from "../pages/page.js";
import { client } from "../pages/rooms.js";
import { archive, MINA, race, row, runner, settled, SOME_DAY } from "./archive.js";

beforeEach(() => speak("en"));
afterEach(() => document.body.replaceChildren());

/** An element within another's shadow. */
function inside(element: LitElement, name: string): LitElement {
  const found = element.shadowRoot?.querySelector<LitElement>(name);
  if (found === null || found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

async function opened<T extends LitElement>(page: T): Promise<T> {
  document.body.append(page);
  await settled(page);
  return page;
}

describe("past races of a room", () => {
  async function history(says: Parameters<typeof archive>[0]): Promise<{ page: PaddockHistoryPage; shelf: ReturnType<typeof archive> }> {
    const shelf = archive(says);
    const page = Object.assign(new PaddockHistoryPage(), { client: { ...client().client, records: shelf.records }, room: "K7AB2" });
    return { page: await opened(page), shelf };
  }
  const rows = (page: LitElement): readonly string[] =>
    [...(inside(page, "paddock-rounds").shadowRoot?.querySelectorAll<LitElement>("paddock-round") ?? [])].map(text);

  it("say who paid, a round with its run-off as one row", async () => {
    const heats = [race(0), race(1, { runoff: 1, runners: [runner("jun", 0, 1), runner("sora", 1, 2, { paid: true })] }), race(2)];
    const { page } = await history({ room_races: { races: heats, next: null, zone: "Asia/Seoul" } });
    expect(rows(page)).toHaveLength(2);
    expect(rows(page)[0]).toContain("coffee on jun");
    expect(rows(page)[1]).toContain("coffee on sora");
    expect(rows(page)[1]).toContain("1 run-off");
  });
  it("say so of a heat that led to a run-off which is not known here", async () => {
    const { page } = await history({ room_races: { races: [race(0, { runners: [runner("mina", 0, 1), runner("jun", 1, 2)] })], next: null, zone: "Asia/Seoul" } });
    expect(rows(page)[0]).toContain("went to a run-off");
  });
  it("open to everybody's racer, time and place, each heat with its replay", async () => {
    const { page } = await history({ room_races: { races: [race(0, { runners: [runner("mina", 0, 1), runner("", 1, 2, { profile: null, paid: true })] })], next: null, zone: "Asia/Seoul" } });
    const row = inside(inside(page, "paddock-rounds"), "paddock-round");
    find(row, "fold").click();
    await settled(row);
    expect(text(find(row, "heat"))).toBe("1st 1 Tiger 30.001 s mina 2nd 2 Fox 30.002 s Somebody who deleted their name pays");
    expect(find(row, "watch").getAttribute("href")).toBe(`/race/${"r".repeat(15)}0`);
    expect(all(row, "runner").map((link) => link.getAttribute("href"))).toEqual(["/p/mina00000000"]);
  });
  it("come page by page, and those on screen stay", async () => {
    const { page, shelf } = await history({ room_races: ({ cursor }) => (cursor === "two" ? { races: [race(1)], next: null, zone: "Asia/Seoul" } : { races: [race(0)], next: "two", zone: "Asia/Seoul" }) });
    const list = inside(page, "paddock-rounds");
    find(list, "more").click();
    await settled(page);
    expect(shelf.asked.map(([, question]) => question["cursor"])).toEqual([null, "two"]);
    expect(rows(page)).toHaveLength(2);
    expect(all(list, "more")).toHaveLength(0);
  });
  it("begin again when the list has changed under the reader", async () => {
    const { page, shelf } = await history({ room_races: ({ cursor }) => (cursor === "two" ? "bad_cursor" : { races: [race(0)], next: "two", zone: "Asia/Seoul" }) });
    const list = inside(page, "paddock-rounds");
    find(list, "more").click();
    await settled(page);
    find(inside(list, "paddock-trouble"), "again").click();
    await settled(page);
    expect(shelf.asked.map(([, question]) => question["cursor"])).toEqual([null, "two", null]);
    expect(rows(page)).toHaveLength(1);
  });
  it("are told to come when there are none", async () => {
    const { page } = await history({ room_races: { races: [], next: null, zone: "Asia/Seoul" } });
    expect(text(find(page, "empty"))).toContain("No race has ended here yet");
  });
  it("that cannot be read are said to be safe, and asked for again", async () => {
    const { page, shelf } = await history({ room_races: "unavailable" });
    const trouble = inside(inside(page, "paddock-rounds"), "paddock-trouble");
    expect(text(trouble)).toContain("Records cannot be read just now. Play goes on, and nothing is lost.");
    shelf.says = { room_races: { races: [race(0)], next: null, zone: "Asia/Seoul" } };
    find(trouble, "again").click();
    await settled(page);
    expect(rows(page)).toHaveLength(1);
  });
});

describe("leaderboards", () => {
  async function boards(says: Parameters<typeof archive>[0], room: string | null = null, on: string | null = null): Promise<{ page: PaddockBoardsPage; shelf: ReturnType<typeof archive>; calls: readonly (readonly unknown[])[] }> {
    const shelf = archive(says);
    const made = client();
    const page = Object.assign(new PaddockBoardsPage(), { client: { ...made.client, records: shelf.records }, choice: { board: "win_rate", period: "week", room, on } as const });
    return { page: await opened(page), shelf, calls: made.calls };
  }
  const answered = { board: "win_rate", period: "week", on: "2026-11-25", earlier: "2026-11-16", later: null, room: null, next: null } as const;

  it("share a rank among equals, and mark one's own row and place", async () => {
    const own = row("jun", 1);
    const { page } = await boards({ board: { ...answered, rows: [row("mina", 1), own, row("sora", 3, { win_rate: 0.999 })], own } });
    const lines = all(page, "board-row").map(text);
    expect(lines[0]).toBe("joint 1st mina joint 1st · 10 races · 3 won · 2 paid 30%");
    expect(lines[1]).toContain("you 30%");
    expect(lines[2]).toBe("3rd sora 10 races · 3 won · 2 paid 99%");
    expect(text(find(page, "own-place"))).toBe("My place jun · 1st 30%");
  });
  it("of rates say from how many races on", async () => {
    const { page } = await boards({ board: { ...answered, rows: [row("mina", 1)], own: null } });
    expect(text(find(page, "least"))).toContain("5 races or more");
    expect(text(find(page, "own-place"))).toBe("You are not on this board yet: it takes 5 races.");
  });
  it("of rates without a row do not say that there were no races", async () => {
    const { page } = await boards({ board: { ...answered, rows: [], own: null } });
    expect(text(find(page, "empty"))).toContain("Nobody has run 5 races in this time yet.");
  });
  it("are another address for another choice", async () => {
    const { page, calls } = await boards({ board: { ...answered, rows: [], own: null } }, "K7AB2");
    page.shadowRoot?.querySelector("paddock-choice[name=period]")?.dispatchEvent(new CustomEvent("choice", { detail: "all" }));
    page.shadowRoot?.querySelector("paddock-choice[name=scope]")?.dispatchEvent(new CustomEvent("choice", { detail: "" }));
    expect(calls).toEqual([
      ["turn", { to: "boards", board: "win_rate", period: "all", room: "K7AB2", on: null }],
      ["turn", { to: "boards", board: "win_rate", period: "week", room: null, on: null }],
    ]);
  });
  it("are of the time before and the one after by a press, and never of one that has not begun", async () => {
    const { page, shelf, calls } = await boards({ board: { ...answered, rows: [row("mina", 1)], own: null } });
    const steps = (): LitElement => inside(page, "paddock-period-steps");
    const named = (): string => text(find(steps(), "period-name")).replace(/\s/g, "");
    expect(named()).toBe("November23–29,2026");
    expect(find(steps(), "later").getAttribute("aria-disabled")).toBe("true");
    find(steps(), "later").click();
    find(steps(), "earlier").click();
    expect(calls).toEqual([["turn", { to: "boards", board: "win_rate", period: "week", room: null, on: "2026-11-16" }]]);

    shelf.says = { board: { ...answered, on: "2026-11-16", earlier: "2026-11-09", later: "2026-11-23", rows: [], own: null } };
    page.choice = { board: "win_rate", period: "week", room: null, on: "2026-11-16" };
    await page.updateComplete;
    find(steps(), "earlier").click();
    expect(calls).toHaveLength(1);
    await settled(page);
    expect(shelf.asked.map(([, question]) => question["on"])).toEqual([null, "2026-11-16"]);
    expect(named()).toBe("November16–22,2026");
    expect(text(find(page, "empty"))).toBe("Nobody is on this board");
    find(steps(), "later").click();
    expect(calls[1]).toEqual(["turn", { to: "boards", board: "win_rate", period: "week", room: null, on: "2026-11-23" }]);
  });
  it("of all time have none before and none after", async () => {
    const { page } = await boards({ board: { ...answered, rows: [row("mina", 1)], own: null } });
    page.choice = { board: "paid", period: "all", room: null, on: null };
    await settled(page);
    expect(page.shadowRoot?.querySelector("paddock-period-steps")).toBeNull();
  });
  it("keep what is on screen until the other board has come", async () => {
    const { page, shelf } = await boards({ board: { ...answered, rows: [row("mina", 1)], own: null } });
    shelf.says = { board: { ...answered, rows: [row("jun", 1)], own: null } };
    page.choice = { board: "paid", period: "week", room: null, on: null };
    await page.updateComplete;
    expect(all(page, "board-row").map(({ dataset }) => dataset["profile"])).toEqual(["mina00000000"]);
    await settled(page);
    expect(all(page, "board-row").map(({ dataset }) => dataset["profile"])).toEqual(["jun000000000"]);
  });
});

describe("the record of a person", () => {
  async function record(says: Parameters<typeof archive>[0], profile: string | null = null): Promise<{ page: PaddockProfilePage; shelf: ReturnType<typeof archive>; calls: readonly (readonly unknown[])[] }> {
    const shelf = archive(says);
    const made = client();
    const page = Object.assign(new PaddockProfilePage(), { client: { ...made.client, records: shelf.records }, profile });
    return { page: await opened(page), shelf, calls: made.calls };
  }
  const races = { races: [race(0)], next: null, zone: "Asia/Seoul" };
  const keeping = (page: LitElement): LitElement => inside(page, "paddock-keeping");

  it("counts, and shows their own place in the last races", async () => {
    const { page } = await record({ me: MINA, profile_races: races });
    const view = inside(page, "paddock-profile");
    expect(["count-races", "count-wins", "count-paid"].map((name) => text(find(view, name)))).toEqual(["8", "2", "1"]);
    expect(text(view)).toContain("Picks the fox most");
    expect(text(view)).toContain("Best run: 2 wins");
    expect(text(inside(inside(page, "paddock-rounds"), "paddock-round"))).toContain("1st");
  });
  it("of somebody else offers nothing to do with it", async () => {
    const { page, shelf } = await record({ profile: MINA, profile_races: races }, MINA.profile);
    expect(shelf.asked.map(([name]) => name).sort()).toEqual(["profile", "profile_races"]);
    expect(page.shadowRoot?.querySelector("paddock-keeping")).toBeNull();
  });
  it("that there is none of can be brought from another device", async () => {
    const { page, shelf, calls } = await record({ me: "no_profile" });
    expect(text(find(page, "empty"))).toContain("No record yet");
    send(keeping(page));
    await settled(page);
    expect(text(find(keeping(page), "take-problem"))).toBe("Enter the code.");
    shelf.says = { take_move: MINA, me: MINA, profile_races: races };
    type(find<HTMLInputElement>(keeping(page), "move-input"), " k7ab2qxy ");
    send(keeping(page));
    await settled(page);
    expect(shelf.asked.find(([name]) => name === "take_move")).toEqual(["take_move", {}, { code: "k7ab2qxy" }]);
    expect(text(find(inside(page, "paddock-profile"), "profile-name"))).toBe("Mina");
    expect(calls).toContainEqual(["setName", "Mina"]);
  });
  it("keeps a name that is refused in its field, and says why", async () => {
    const { page } = await record({ me: MINA, profile_races: races, rename: "bad_name" });
    type(find<HTMLInputElement>(keeping(page), "profile-rename-input"), "x".repeat(50));
    send(keeping(page));
    await settled(page);
    expect(text(find(keeping(page), "rename-problem"))).toContain("This nickname cannot be used");
    expect(find<HTMLInputElement>(keeping(page), "profile-rename-input").value).toBe("x".repeat(50));
  });
  it("gives a code for another device, for as long as it can be used", async () => {
    const { page } = await record({ me: MINA, profile_races: races, offer_move: { code: "K7AB-2QXY", lasts_ms: 120 } });
    find(keeping(page), "offer-move").click();
    await settled(page);
    expect(text(find(keeping(page), "move-code"))).toBe("K7AB-2QXY");
    await vi.waitFor(() => expect(text(find(keeping(page), "move-over"))).toBe("The code’s time is over. Make a new one."));
    expect(all(keeping(page), "move-code")).toHaveLength(0);
  });
  it("is deleted by two presses and never by one", async () => {
    const { page, shelf } = await record({ me: MINA, profile_races: races, erase: null });
    const erased = (): boolean => shelf.asked.some(([name]) => name === "erase");
    find(keeping(page), "erase").click();
    await settled(page);
    expect(text(find(keeping(page), "erase-ask"))).toContain("cannot be brought back");
    find(keeping(page), "erase-cancel").click();
    await settled(page);
    expect([all(keeping(page), "erase-ask").length, erased()]).toEqual([0, false]);
    find(keeping(page), "erase").click();
    await settled(page);
    shelf.says = { erase: null, me: "no_profile" };
    find(keeping(page), "erase-sure").click();
    await settled(page);
    expect(erased()).toBe(true);
    expect(text(find(page, "empty"))).toContain("No record yet");
  });
});

describe("statistics", () => {
  async function stats(says: Parameters<typeof archive>[0]): Promise<PaddockStatsPage> {
    return opened(Object.assign(new PaddockStatsPage(), { client: { ...client().client, records: archive(says).records } }));
  }
  const days = [{ day: "2026-11-24", races: 3, players: 6, rooms: 1 }, { day: "2026-11-25", races: 12, players: 7, rooms: 2 }];
  const kinds = [{ kind: "tiger", lined_up: 10, picked: 5, wins: 1, lasts: 2 }, { kind: "fox", lined_up: 10, picked: 8, wins: 4, lasts: 1 }];
  const totals = { races: 15, players: 9, rooms: 2, first_at: SOME_DAY };

  it("are pictures with the same in a table behind each", async () => {
    const page = await stats({ totals, days: { days, zone: "Asia/Seoul" }, kinds: { kinds } });
    expect(text(inside(page, "paddock-chart-days"))).toContain("15 in the last 2 days. Most on November 25, 2026: 12.");
    expect(text(find(inside(page, "paddock-chart-days"), "table-days"))).toContain("November 25, 2026 12 7 2 November 24, 2026 3 6 1");
    const chart = inside(page, "paddock-chart-kinds");
    expect(all(chart, "kind-lane").map(text)).toEqual(["Fox 80%", "Tiger 50%"]);
    expect(text(find(chart, "table-kinds"))).toContain("Tiger 10 5 1 2 Fox 10 8 4 1");
    chart.shadowRoot?.querySelector("paddock-choice")?.dispatchEvent(new CustomEvent("choice", { detail: "lasts" }));
    await settled(page);
    expect(all(chart, "kind-lane").map(text)).toEqual(["Tiger 40%", "Fox 13%"]);
  });
  it("of nothing say so", async () => {
    const page = await stats({ totals: { races: 0, players: 0, rooms: 0, first_at: null }, days: { days: [], zone: "Asia/Seoul" }, kinds: { kinds: [] } });
    expect(text(find(page, "empty"))).toContain("Nothing to count yet");
  });
});
