/** Which dictionary is spoken now, and a controller that redraws an element when that changes. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Language } from "../model/state.js";
import { en } from "./en.js";
import { ko, type Words } from "./ko.js";

export type { Words } from "./ko.js";

const DICTIONARIES: Readonly<Record<Language, Words>> = { ko, en };

let spoken: Words = ko;
const hosts = new Set<ReactiveControllerHost>();

/** The dictionary in use. */
export function words(): Words {
  return spoken;
}

/** Speak another language from now on: every element on the page is drawn again. */
export function speak(language: Language): void {
  const next = DICTIONARIES[language];
  if (next === spoken) return;
  spoken = next;
  for (const host of hosts) host.requestUpdate();
}

/** Redraws its host when the language changes. */
export class Spoken implements ReactiveController {
  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostConnected(): void {
    hosts.add(this.host);
  }

  hostDisconnected(): void {
    hosts.delete(this.host);
  }
}
