/** One of a few values as a row of radio buttons that look like a switch; the arrow keys move between them. */

import { css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { fields, shared } from "../style/shared.js";
import { PaddockElement } from "./element.js";

export interface Option {
  readonly value: string;
  readonly label: string;
}

/** What a `choice` event says. */
export type Chosen = CustomEvent<string>;

@customElement("paddock-choice")
export class PaddockChoice extends PaddockElement {
  static override styles = [
    shared,
    fields,
    css`
      legend {
        margin-bottom: var(--space-1);
      }
      .options {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1);
        padding: var(--space-1);
        border-radius: var(--radius-m);
        background: color-mix(in srgb, var(--line) 55%, var(--paper));
      }
      label {
        position: relative;
        flex: 1 1 auto;
        display: grid;
        place-items: center;
        min-height: 44px;
        min-width: 56px;
        padding: var(--space-1) var(--space-2);
        border-radius: var(--radius-s);
        font-size: var(--text-14);
        text-align: center;
        cursor: pointer;
        transition: background-color var(--motion) ease;
      }
      input {
        position: absolute;
        inset: 0;
        opacity: 0;
        margin: 0;
        cursor: inherit;
      }
      label:has(:checked) {
        background: var(--turf-deep);
        color: var(--chalk);
      }
      label:has(:focus-visible) {
        outline: 3px solid var(--signal-text);
        outline-offset: 2px;
      }
      fieldset:disabled label {
        cursor: not-allowed;
      }
    `,
  ];

  @property() legend = "";
  /** Names the radio group and the test ids. */
  @property() name = "";
  @property() value = "";
  @property({ attribute: false }) options: readonly Option[] = [];
  @property({ type: Boolean }) disabled = false;

  protected override render(): TemplateResult {
    return html`<fieldset ?disabled=${this.disabled}>
      <legend>${this.legend}</legend>
      <div class="options">
        ${this.options.map(
          ({ value, label }) =>
            html`<label data-testid=${`${this.name}-${value}`}
              ><input
                type="radio"
                name=${this.name}
                .value=${value}
                .checked=${value === this.value}
                @change=${(): void => this.choose(value)}
              />${label}</label
            >`,
        )}
      </div>
    </fieldset>`;
  }

  private choose(value: string): void {
    this.value = value;
    this.tell("choice", value);
  }
}
