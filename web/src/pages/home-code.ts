/** Entering a room by its code: five or eight large characters; what was meant is read out of what was typed. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { shownCode } from "../model/address.js";
import type { Client } from "../model/intents.js";
import { PaddockElement } from "../parts/element.js";
import { buttons, fields, shared } from "../style/shared.js";
import { readCode } from "./code.js";

@customElement("paddock-home-code")
export class PaddockHomeCode extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    fields,
    css`
      form {
        display: grid;
        gap: var(--space-2);
        grid-template-columns: minmax(0, 1fr);
      }
      .line {
        display: flex;
        gap: var(--space-2);
      }
      #code:not([type="checkbox"]) {
        flex: 1;
        min-width: 0;
        min-height: 56px;
        font-size: var(--text-28);
        font-weight: 800;
        letter-spacing: 0.28em;
        text-indent: 0.14em;
        text-align: center;
        text-transform: uppercase;
      }
      #code.long:not([type="checkbox"]) {
        font-size: var(--text-20);
        letter-spacing: 0.12em;
        text-indent: 0;
      }
      #code::placeholder {
        letter-spacing: 0.28em;
        opacity: 0.5;
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  @state() private hint = "";
  @state() private problem = "";
  @state() private long = false;
  @query("#code") private field!: HTMLInputElement;

  protected override render(): TemplateResult {
    const { home } = this.w;
    return html`<form class="card" novalidate @submit=${(event: Event): void => this.enter(event)}>
      <h2>${home.code}</h2>
      <div class="line">
        <input
          id="code"
          class=${this.long ? "long" : ""}
          data-testid="code-input"
          autocomplete="off"
          autocapitalize="characters"
          autocorrect="off"
          spellcheck="false"
          enterkeyhint="go"
          placeholder="·····"
          aria-label=${home.codeLabel}
          aria-describedby="code-hint code-problem"
          aria-invalid=${this.problem !== ""}
          @input=${(event: InputEvent): void => this.typed(event.isComposing)}
          @compositionend=${(): void => this.typed(false)}
        />
        <button class="turf" data-testid="enter-code">${home.enter}</button>
      </div>
      <p class="hint" id="code-hint" aria-live="polite">${this.hint}</p>
      ${this.problem === "" ? nothing : html`<p class="problem" id="code-problem" role="alert">${this.problem}</p>`}
    </form>`;
  }

  /** Rewrites the field only between compositions: a Korean keyboard holds on to the letter being built. */
  private typed(composing: boolean): void {
    const read = readCode(this.field.value);
    this.problem = "";
    this.hint = read.lookalikes ? this.w.home.codeLookalikes : read.hangul ? this.w.home.codeHangul : this.hint;
    const shown = shownCode(read.letters);
    if (!composing && this.field.value !== shown) this.field.value = shown;
    this.long = read.letters.length > 5;
    if (this.field.value === "") this.hint = "";
  }

  private enter(event: Event): void {
    event.preventDefault();
    const { code, missing } = readCode(this.field.value);
    if (code !== null && this.client.intents.openRoom(code)) return;
    this.problem = this.w.home.codeShort(missing);
    this.field.focus();
  }
}
