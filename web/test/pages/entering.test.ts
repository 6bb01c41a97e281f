// @vitest-environment happy-dom
/** Coming in: the invitation, its password, the code on the first page, and every end with its way out. */
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Outcome } from "../../src/model/state.js";
import { PaddockHomeCode } from "../../src/pages/home-code.js";
import { PaddockInvite } from "../../src/pages/invite.js";
import { PaddockTerminal, type End } from "../../src/pages/terminal.js";
import { speak } from "../../src/words/speech.js";
import { client } from "./rooms.js";
import { all, find, send, shown, text, type } from "./page.js";

beforeAll(() => speak("en"));
afterEach(() => document.body.replaceChildren());

const me = { name: "Mia", language: "en", theme: "light", seats: [] } as const;
const refused = (code: "no_room" | "room_full" | "bad_name"): Outcome => ({ ok: false, code });

describe("an invitation", () => {
  it("takes a name and no password at first", async () => {
    const { client: one, calls } = client();
    const invite = await shown(Object.assign(new PaddockInvite(), { client: one, me, room: "K7AB2" }));
    expect(all(invite, "password-input")).toEqual([]);
    send(invite);
    expect(calls).toContainEqual(["enter", { room: "K7AB2", name: "Mia", seated: true }]);
  });

  it("does not send an empty name", async () => {
    const { client: one, calls } = client();
    const invite = await shown(Object.assign(new PaddockInvite(), { client: one, me: { ...me, name: "" }, room: "K7AB2" }));
    send(invite);
    await invite.updateComplete;
    expect(calls).toEqual([]);
    expect(text(invite)).toContain("First, tell us your nickname.");
  });

  it("asks for the password once it may be needed, and keeps the form when it is wrong", async () => {
    const { client: one, calls } = client(() => refused("no_room"));
    const invite = await shown(Object.assign(new PaddockInvite(), { client: one, me, room: "K7AB2" }));
    const name = find<HTMLInputElement>(invite, "name-input");
    type(name, "Otto");
    send(invite);
    await vi.waitFor(() => find(invite, "password-input"));
    expect(text(find(invite, "form-problem"))).toContain("needs a password");
    type(find<HTMLInputElement>(invite, "password-input"), "guess");
    send(invite);
    await vi.waitFor(() => expect(text(find(invite, "form-problem"))).toContain("password is wrong"));
    expect(calls.at(-1)).toEqual(["enter", { room: "K7AB2", name: "Otto", seated: true, password: "guess" }]);
    expect(name.value).toBe("Otto");
    expect(find<HTMLInputElement>(invite, "password-input").value).toBe("guess");
  });

  it("can be taken to watch only", async () => {
    const { client: one, calls } = client();
    const invite = await shown(Object.assign(new PaddockInvite(), { client: one, me, room: "K7AB2" }));
    invite.shadowRoot?.querySelector("paddock-switch")?.dispatchEvent(new CustomEvent("flip", { detail: true }));
    send(invite);
    expect(calls).toContainEqual(["enter", { room: "K7AB2", name: "Mia", seated: false }]);
  });
});

describe("a code on the first page", () => {
  it("opens its room however it was typed", async () => {
    const { client: one, calls } = client();
    const form = await shown(Object.assign(new PaddockHomeCode(), { client: one }));
    type(find<HTMLInputElement>(form, "code-input"), "k7 ab2");
    expect(find<HTMLInputElement>(form, "code-input").value).toBe("K7AB2");
    send(form);
    expect(calls).toEqual([["openRoom", "K7AB2"]]);
  });

  it("says what is missing, and which characters no code has", async () => {
    const { client: one, calls } = client();
    const form = await shown(Object.assign(new PaddockHomeCode(), { client: one }));
    type(find<HTMLInputElement>(form, "code-input"), "K7A0");
    await form.updateComplete;
    expect(text(form)).toContain("Codes have no O, 0, I or 1.");
    send(form);
    await form.updateComplete;
    expect(text(form)).toContain("2 characters are missing.");
    expect(calls).toEqual([]);
  });
});

describe("an end", () => {
  const end = (why: End, founder = false) => {
    const { client: one, calls } = client();
    return { calls, element: Object.assign(new PaddockTerminal(), { client: one, why, founder, room: "K7AB2" }) };
  };

  it.each([
    ["moved", "openHere"],
    ["kicked", "resume"],
    ["away", "resume"],
    ["blocked", "goHome"],
    ["closed", "goHome"],
    ["gone", "goHome"],
  ] as const)("%s says why and offers %s", async (why, intent) => {
    const { element, calls } = end(why);
    await shown(element);
    find(element, "terminal-action").click();
    expect(calls[0]?.[0]).toBe(intent);
    expect(text(find(element, "terminal")).length).toBeGreaterThan(40);
  });

  it("of a closed room offers its founder to open it again", async () => {
    const { element, calls } = end("closed", true);
    await shown(element);
    find(element, "terminal-action").click();
    expect(calls).toEqual([["reopen"]]);
  });

  it("that cannot be undone yet says so in place", async () => {
    const { client: one } = client(() => refused("room_full"));
    const element = await shown(Object.assign(new PaddockTerminal(), { client: one, why: "away" as const, room: "K7AB2" }));
    find(element, "terminal-action").click();
    await vi.waitFor(() => expect(text(element)).toContain("Every seat is taken."));
  });
});
