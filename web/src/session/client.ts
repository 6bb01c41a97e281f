/** Builds the client out of this browser: the one call the page makes before it draws anything. */
import { dial } from "../connection/dial.js";
import type { Client } from "../model/intents.js";
import { intentsOf } from "./intents.js";
import { browserPlace } from "./place.js";
import { Session } from "./session.js";
import { browserDrawer, Vault } from "./vault.js";

export function startClient(): Client {
  const language = navigator.language.toLowerCase().startsWith("ko") ? "ko" : "en";
  const session = new Session({ dial, vault: new Vault(browserDrawer()), place: browserPlace(), language });
  window.addEventListener("online", () => void session.wake());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) void session.wake();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void session.wake();
  });
  return { store: session.store, intents: intentsOf(session), now: () => session.time.now() };
}
