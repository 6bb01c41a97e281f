/** A labelled on/off switch; a native checkbox underneath. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { shared } from "../style/shared.js";
import { PaddockElement } from "./element.js";

@customElement("paddock-switch")
export class PaddockSwitch extends PaddockElement {
  static override styles = [
    shared,
    css`
      label {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        min-height: 44px;
        cursor: pointer;
        font-weight: 700;
      }
      span span {
        display: block;
        font-weight: 400;
      }
      input {
        appearance: none;
        flex: none;
        position: relative;
        width: 52px;
        height: 30px;
        margin: 0;
        border: 1.5px solid var(--ink-soft);
        border-radius: 16px;
        background: var(--paper-raised);
        cursor: inherit;
        transition: background-color var(--motion) ease;
      }
      input::after {
        content: "";
        position: absolute;
        top: 3px;
        left: 3px;
        width: 21px;
        height: 21px;
        border-radius: 50%;
        background: var(--ink-soft);
        transition: transform var(--motion) ease;
      }
      input:checked {
        background: var(--turf-deep);
        border-color: var(--turf);
      }
      input:checked::after {
        background: var(--chalk);
        transform: translateX(21px);
      }
    `,
  ];

  @property() label = "";
  @property() hint = "";
  /** The test id of the checkbox. */
  @property() name = "";
  @property({ type: Boolean }) on = false;
  @property({ type: Boolean }) disabled = false;

  protected override render(): TemplateResult {
    return html`<label>
      <input
        type="checkbox"
        role="switch"
        data-testid=${this.name}
        .checked=${this.on}
        ?disabled=${this.disabled}
        @change=${(event: Event): void => this.flip(event)}
      />
      <span>${this.label}${this.hint === "" ? nothing : html`<span class="small soft">${this.hint}</span>`}</span>
    </label>`;
  }

  /** The server decides: the box shows the property again until that changes. */
  private flip(event: Event): void {
    const box = event.target as HTMLInputElement;
    const wanted = box.checked;
    box.checked = this.on;
    this.tell("flip", wanted);
  }
}
