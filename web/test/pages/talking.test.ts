// @vitest-environment happy-dom
/** Talk: lines are text, what could not be sent is not lost, names are completed by keys alone. */
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { PaddockChat } from "../../src/pages/chat.js";
import type { ChatMessage } from "../../src/wire.gen.js";
import { speak } from "../../src/words/speech.js";
import { client, NOW, person } from "./rooms.js";
import { all, find, send, shown, text, type } from "./page.js";

beforeAll(() => speak("en"));
afterEach(() => document.body.replaceChildren());

const line = (version: number, said: string, mentions: readonly string[] = []): ChatMessage => ({ version, player: "b", name: "B", text: said, mentions, at: NOW });
const people = [person("a"), person("b"), person("bo")];

it("shows what was said as text, with names set apart", async () => {
  const chat = await shown(Object.assign(new PaddockChat(), { client: client().client, lines: [line(1, "<b>hi</b> @A", ["a"])], members: people, me: "a" }));
  const [said] = all(chat, "chat-line");
  expect(text(said as HTMLElement)).toBe("B<b>hi</b> @A");
  expect(said?.querySelector("mark")?.textContent).toBe("@A");
  expect(said?.classList.contains("called")).toBe(true);
});

it("sends a line and empties the field", async () => {
  const { client: one, calls } = client();
  const chat = await shown(Object.assign(new PaddockChat(), { client: one, members: people, me: "a" }));
  type(find<HTMLInputElement>(chat, "chat-input"), "  hello ");
  send(chat);
  expect(calls).toEqual([["say", "hello"]]);
  expect(find<HTMLInputElement>(chat, "chat-input").value).toBe("");
});

it("gives back what could not be sent, and says why", async () => {
  const { client: one } = client(() => ({ ok: false, code: "unreachable" }));
  const chat = await shown(Object.assign(new PaddockChat(), { client: one, members: people, me: "a" }));
  const field = find<HTMLInputElement>(chat, "chat-input");
  type(field, "hello");
  send(chat);
  await vi.waitFor(() => expect(field.value).toBe("hello"));
  expect(text(chat)).toContain("The server could not be reached");
});

it("does not send a line that is too long, counted as people count", async () => {
  const { client: one, calls } = client();
  const chat = await shown(Object.assign(new PaddockChat(), { client: one, members: people, me: "a" }));
  type(find<HTMLInputElement>(chat, "chat-input"), "👨‍👩‍👧".repeat(200));
  send(chat);
  expect(calls.length).toBe(1);
  type(find<HTMLInputElement>(chat, "chat-input"), "가".repeat(203));
  send(chat);
  await chat.updateComplete;
  expect(calls.length).toBe(1);
  expect(text(chat)).toContain("3 characters too long.");
});

it("completes a name with arrow and enter, and sends nothing by that", async () => {
  const { client: one, calls } = client();
  const chat = await shown(Object.assign(new PaddockChat(), { client: one, members: people, me: "a" }));
  const field = find<HTMLInputElement>(chat, "chat-input");
  type(field, "hi @b");
  await chat.updateComplete;
  expect(all(chat, "mention-list").length).toBe(1);
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", cancelable: true }));
  const enter = new KeyboardEvent("keydown", { key: "Enter", cancelable: true });
  field.dispatchEvent(enter);
  await chat.updateComplete;
  expect(field.value).toBe("hi @BO ");
  expect(enter.defaultPrevented).toBe(true);
  expect(calls).toEqual([]);
  expect(all(chat, "mention-list")).toEqual([]);
});
