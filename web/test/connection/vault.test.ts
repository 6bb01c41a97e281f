import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { newToken } from "../../src/connection/random.js";
import { SEATS_KEPT, Vault, type Drawer } from "../../src/session/vault.js";
import { drawer } from "./drawer.js";

const broken: Drawer = {
  getItem: () => {
    throw new Error("denied");
  },
  setItem: () => {
    throw new Error("quota");
  },
  removeItem: () => undefined,
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("tokens", () => {
  it("are 43 characters of base64url, never the same", () => {
    const tokens = Array.from({ length: 200 }, newToken);
    expect(tokens.every((token) => /^[A-Za-z0-9_-]{43}$/.test(token))).toBe(true);
    expect(new Set(tokens).size).toBe(200);
  });
});

describe("a vault", () => {
  it("keeps the device's token for ever", () => {
    const browser = drawer();
    expect(new Vault(browser).device()).toBe(new Vault(browser).device());
  });
  it("keeps seats for the next visit, newest first, the newest twenty", () => {
    const browser = drawer();
    const vault = new Vault(browser);
    const codes = Array.from({ length: SEATS_KEPT + 2 }, (_, at) => `ROOM${String.fromCharCode(65 + at)}`);
    for (const room of codes) {
      vi.advanceTimersByTime(1_000);
      vault.keep(room, { token: newToken(), tab: "tab" });
    }
    vi.advanceTimersByTime(1_000);
    vault.hold("ROOMC", "other tab");
    const notes = new Vault(browser).notes();
    expect(notes.map((note) => note.room)).toEqual(["ROOMC", ...codes.slice(3).reverse()]);
    expect(vault.token("ROOMA")).toBeNull();
    expect(vault.holder("ROOMC")).toBe("other tab");
  });
  it("never loses that this person made the room, and shows no token in its notes", () => {
    const vault = new Vault(drawer());
    const token = newToken();
    vault.keep("K7AB2", { token, tab: "a", founder: true });
    vault.keep("K7AB2", { token, tab: "b" });
    vault.entitle("K7AB2", "Friday");
    vault.hold("K7AB2", "c");
    expect(vault.notes()).toEqual([{ room: "K7AB2", title: "Friday", founder: true, at: Date.now() }]);
    vault.forget("K7AB2");
    expect([vault.notes(), vault.founded("K7AB2")]).toEqual([[], false]);
  });
  it.each([["none", null], ["a broken one", broken]])("works until reload without storage: %s", (_, nothing) => {
    const vault = new Vault(nothing);
    const token = newToken();
    vault.name = "Tiger";
    vault.theme = "dark";
    vault.language = "ko";
    vault.keep("K7AB2", { token, tab: "a" });
    expect([vault.name, vault.theme, vault.language, vault.token("K7AB2"), vault.device() === vault.device()]).toEqual([
      "Tiger", "dark", "ko", token, true,
    ]);
  });
  it("starts afresh from what somebody else wrote", () => {
    const browser = drawer();
    for (const text of ["{", "null", "[]", '{"K7AB2":{"token":"short"}}', '{"K7AB2":7}']) {
      browser.setItem("paddock.seats", text);
      expect(new Vault(browser).notes()).toEqual([]);
    }
    browser.setItem("paddock.theme", "neon");
    browser.setItem("paddock.language", "tlh");
    browser.setItem("paddock.device", "x");
    const vault = new Vault(browser);
    expect([vault.theme, vault.language, vault.device().length]).toEqual(["auto", null, 43]);
  });
});
