import { describe, expect, it } from "vitest";
import { codeIn, pathOf, readPath } from "../../src/model/address.js";

describe("addresses", () => {
  it.each([
    ["/", { to: "home" }],
    ["", { to: "home" }],
    ["/r/K7AB2", { to: "room", room: "K7AB2" }],
    ["/r/k7ab2/", { to: "room", room: "K7AB2" }],
    ["/race/abcdefghijklmnop", { to: "replay", race: "abcdefghijklmnop" }],
    ["/r/k7ab2/history", { to: "history", room: "K7AB2" }],
    ["/me", { to: "profile", profile: null }],
    ["/p/abcdefgh1234", { to: "profile", profile: "abcdefgh1234" }],
    ["/boards", { to: "boards", board: "paid", period: "week", room: null, on: null }],
    ["/boards?board=win_rate&period=all&room=k7ab2", { to: "boards", board: "win_rate", period: "all", room: "K7AB2", on: null }],
    ["/boards?board=luck&period=&room=x", { to: "boards", board: "paid", period: "week", room: null, on: null }],
    ["/boards?board=wins&period=month&on=2026-10-01", { to: "boards", board: "wins", period: "month", room: null, on: "2026-10-01" }],
    ["/boards?period=day&on=2026-02-30", { to: "boards", board: "paid", period: "day", room: null, on: null }],
    ["/boards?period=day&on=0000-01-01", { to: "boards", board: "paid", period: "day", room: null, on: null }],
    ["/boards?period=all&on=2026-10-01", { to: "boards", board: "paid", period: "all", room: null, on: null }],
    ["/stats", { to: "stats" }],
    ["/r/K7AB", { to: "nowhere" }],
    ["/r/K7AB/history", { to: "nowhere" }],
    ["/p/abc", { to: "nowhere" }],
    ["/me/too", { to: "nowhere" }],
    ["/r/O0I11", { to: "nowhere" }],
    ["/r/K7AB2/more", { to: "nowhere" }],
    ["/race/../etc", { to: "nowhere" }],
    ["/elsewhere", { to: "nowhere" }],
  ])("%s", (path, address) => expect(readPath(path)).toEqual(address));
  it("lead back to their pages", () => {
    const boards = "/boards?board=wins&period=day";
    for (const path of ["/", "/r/K7AB2", "/race/abcdefghijklmnop", "/r/K7AB2/history", "/me", "/p/abcdefgh1234", boards, `${boards}&room=K7AB2`, `${boards}&room=K7AB2&on=2026-10-01`, "/stats"]) {
      const address = readPath(path);
      expect(address.to === "nowhere" ? null : pathOf(address)).toBe(path);
    }
  });
  it.each([
    [" k7a b2 ", "K7AB2"],
    ["K7-AB2", "K7AB2"],
    ["https://play.example/r/K7AB2?x=1", "K7AB2"],
    ["K7AB", null],
    ["K7AB0", null],
    ["", null],
  ])("codes as typed: %s", (typed, code) => expect(codeIn(typed)).toBe(code));
});
