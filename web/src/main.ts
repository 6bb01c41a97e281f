/** The page's beginning: starts the client and puts the page on screen, or says that this browser is too old for it. */

import { PaddockApp } from "./pages/app.js";
import { startClient } from "./session/client.js";
import { speak, words } from "./words/speech.js";

/** What the pages cannot do without: styles that the content policy allows, and sheets. */
function capable(): boolean {
  return "adoptedStyleSheets" in Document.prototype && "replaceSync" in CSSStyleSheet.prototype && typeof HTMLDialogElement === "function";
}

/** The elements would stand there unstyled, so this is told in the bare page. */
function tellTooOld(): void {
  speak(navigator.language.toLowerCase().startsWith("ko") ? "ko" : "en");
  const { title, body } = words().terminal.unsupported;
  const told = document.createElement("div");
  told.className = "waiting";
  told.dataset["testid"] = "terminal";
  told.append(Object.assign(document.createElement("h1"), { textContent: title }), Object.assign(document.createElement("p"), { textContent: body }));
  document.body.replaceChildren(told);
}

if (capable()) {
  const app = new PaddockApp();
  app.client = startClient();
  document.querySelector(".waiting")?.remove();
  document.body.append(app);
} else tellTooOld();
