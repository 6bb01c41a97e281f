/** The base of the elements that show what is recorded: they speak the dictionary that comes with these pages. */

import { PaddockElement } from "../parts/element.js";
import { recordWords, type RecordWords } from "../words/records.js";

export class RecordsElement extends PaddockElement {
  /** The dictionary of these pages in use. */
  protected get r(): RecordWords {
    return recordWords();
  }
}
