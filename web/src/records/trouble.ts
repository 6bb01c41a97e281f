/** Says why the records are not on screen, that nothing is lost, and lets one ask again. */

import { css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { icon } from "../parts/icons.js";
import type { Trouble } from "../model/records.js";
import { buttons, shared } from "../style/shared.js";
import { RecordsElement } from "./element.js";

@customElement("paddock-trouble")
export class PaddockTrouble extends RecordsElement {
  static override styles = [
    shared,
    buttons,
    css`
      .card {
        display: grid;
        justify-items: center;
        gap: var(--space-3);
        text-align: center;
      }
    `,
  ];

  @property() code: Trouble = "internal";
  /** The question is on its way again. */
  @property({ type: Boolean }) waits = false;

  protected override render(): TemplateResult {
    const { common } = this.w;
    // A server newer than this page may have codes of its own.
    const told = this.r.troubles[this.code] ?? this.r.troubles.internal;
    return html`<div class="card" role="alert" data-testid="trouble" data-code=${this.code}>
      <p>${told}</p>
      <button data-testid="again" ?disabled=${this.waits} @click=${(): void => this.tell("again", null)}>
        ${icon("restart")}${this.waits ? common.working : common.retry}
      </button>
    </div>`;
  }
}
