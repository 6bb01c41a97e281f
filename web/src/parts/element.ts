/** The base of every element of the page: it speaks the chosen language and never holds what the server decides. */

import { LitElement } from "lit";
import { Spoken, words, type Words } from "../words/speech.js";

export class PaddockElement extends LitElement {
  constructor() {
    super();
    new Spoken(this);
  }

  /** The dictionary in use. */
  protected get w(): Words {
    return words();
  }

  /**
   * Loads a part of the page that was left for later; false when it does not come, for example because the server has
   * been upgraded since. That has been told then, and asking again tries again.
   */
  protected async brings(load: () => Promise<unknown>): Promise<boolean> {
    try {
      await load();
      return true;
    } catch {
      this.tell("toast", this.w.common.notLoaded);
      return false;
    }
  }

  /** Tells whoever placed this element; crosses shadow borders. */
  protected tell<T>(name: string, detail: T): void {
    this.dispatchEvent(new CustomEvent<T>(name, { detail, bubbles: true, composed: true }));
  }
}
