/** The sentence for something that did not happen: the server's refusals and the two failures of the connection. */

import type { Failure } from "../model/state.js";
import type { Words } from "../words/speech.js";

export function failure(w: Words, code: Failure): string {
  if (code === "unreachable") return w.common.offline;
  if (code === "moved") return w.terminal.moved.body;
  return w.refusals[code];
}
