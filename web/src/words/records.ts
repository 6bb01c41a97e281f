/** The dictionary of the pages of records in the language that is spoken; it is loaded with them. */

import { recordsEn } from "./records.en.js";
import { recordsKo, type RecordWords } from "./records.ko.js";
import { words } from "./speech.js";

export type { RecordWords } from "./records.ko.js";

export function recordWords(): RecordWords {
  return words().code === "en" ? recordsEn : recordsKo;
}
