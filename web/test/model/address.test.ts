import { describe, expect, it } from "vitest";
import { codeIn, pathOf, readPath } from "../../src/model/address.js";

describe("addresses", () => {
  it.each([
    ["/", { to: "home" }],
    ["", { to: "home" }],
    ["/r/K7AB2", { to: "room", room: "K7AB2" }],
    ["/r/k7ab2/", { to: "room", room: "K7AB2" }],
    ["/race/abcdefghijklmnop", { to: "replay", race: "abcdefghijklmnop" }],
    ["/r/K7AB", { to: "nowhere" }],
    ["/r/O0I11", { to: "nowhere" }],
    ["/r/K7AB2/more", { to: "nowhere" }],
    ["/race/../etc", { to: "nowhere" }],
    ["/elsewhere", { to: "nowhere" }],
  ])("%s", (path, address) => expect(readPath(path)).toEqual(address));
  it("lead back to their pages", () => {
    for (const path of ["/", "/r/K7AB2", "/race/abcdefghijklmnop"]) {
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
