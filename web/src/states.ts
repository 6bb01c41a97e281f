/**
 * A page for those who draw: any page of the product in any state, from fixtures. Not linked from the product and never
 * built into it.
 *
 * Parameters: `state=<name>` (without one: a list), `lang=ko|en`, `theme=day|night`, and for
 * the pages of records `records=<condition>`, see `states-records`.
 */

import type { Client, Intents } from "./model/intents.js";
import type { State } from "./model/state.js";
import { Store } from "./model/store.js";
import { PaddockApp } from "./pages/app.js";
import { recordsIn } from "./states-records.js";
import { STATES } from "./states-fixtures.js";

const wish = new URLSearchParams(location.search);
const name = wish.get("state");
const make = name === null ? undefined : STATES[name];

if (make === undefined) {
  for (const known of Object.keys(STATES)) {
    const link = document.createElement("a");
    link.href = `?state=${known}&lang=${wish.get("lang") ?? "ko"}&theme=${wish.get("theme") ?? "day"}`;
    link.textContent = known;
    link.style.display = "block";
    document.body.append(link);
  }
} else {
  const made = make(Date.now());
  const language = wish.get("lang") === "en" ? "en" : "ko";
  const theme = wish.get("theme") === "night" ? "dark" : "light";
  const store = new Store<State>({ ...made, me: { ...made.me, language, theme } });
  const app = new PaddockApp();
  app.client = { store, intents: intentsOn(store), records: recordsIn(wish.get("records") ?? "some", Date.now()), now: () => Date.now() } satisfies Client;
  document.body.append(app);
  Object.assign(globalThis, { store });
}

/** Every intent works and changes nothing, but for language and theme. */
function intentsOn(store: Store<State>): Intents {
  const me = (change: Partial<State["me"]>): void => store.patch({ me: { ...store.state.me, ...change } });
  const known: Partial<Intents> = {
    setLanguage: (language) => me({ language }),
    setTheme: (theme) => me({ theme }),
    dismissNotice: () => store.patch({ notice: null }),
    openRoom: () => true,
    turn: (address) => {
      if (address.to === "boards") store.patch({ screen: { ...address, at: "boards" } });
    },
  };
  return new Proxy(known, {
    get: (intents, intent: keyof Intents) => intents[intent] ?? (() => Promise.resolve({ ok: true })),
  }) as Intents;
}
