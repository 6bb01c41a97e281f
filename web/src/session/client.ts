/** Builds the client out of this browser: the one call the page makes before it draws anything. */
import { recordsOver } from "../connection/api.js";
import { dial } from "../connection/dial.js";
import type { Client } from "../model/intents.js";
import { intentsOf } from "./intents.js";
import { browserPlace } from "./place.js";
import { Session } from "./session.js";
import { browserDrawer, Vault } from "./vault.js";

export function startClient(): Client {
  const language = navigator.language.toLowerCase().startsWith("ko") ? "ko" : "en";
  const vault = new Vault(browserDrawer());
  const session = new Session({ dial, vault, place: browserPlace(), language });
  window.addEventListener("online", () => void session.wake());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) void session.wake();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void session.wake();
  });
  return { store: session.store, intents: intentsOf(session), records: recordsOver(() => vault.device()), now: () => session.time.now() };
}
