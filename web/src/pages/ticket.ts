/** A room's code as a paper ticket: large enough to be read across a table. */

import { css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { shownCode } from "../model/address.js";
import { PaddockElement } from "../parts/element.js";
import { shared } from "../style/shared.js";

@customElement("paddock-ticket")
export class PaddockTicket extends PaddockElement {
  static override styles = [
    shared,
    css`
      .ticket {
        position: relative;
        display: grid;
        justify-items: center;
        padding: var(--space-4) var(--space-5);
        border-radius: var(--radius-m);
        background: var(--turf-deep);
        color: var(--chalk);
        -webkit-mask:
          radial-gradient(circle 11px at 0 50%, transparent 98%, black) left / 51% 100% no-repeat,
          radial-gradient(circle 11px at 100% 50%, transparent 98%, black) right / 51% 100% no-repeat;
        mask:
          radial-gradient(circle 11px at 0 50%, transparent 98%, black) left / 51% 100% no-repeat,
          radial-gradient(circle 11px at 100% 50%, transparent 98%, black) right / 51% 100% no-repeat;
      }
      .ticket::before {
        content: "";
        position: absolute;
        inset: 6px 18px;
        border: 1.5px dashed color-mix(in srgb, var(--chalk) 45%, transparent);
        border-radius: var(--radius-s);
        pointer-events: none;
      }
      .code {
        font-size: var(--text-40);
        font-weight: 900;
        line-height: 1.1;
        letter-spacing: 0.2em;
        margin-right: -0.2em;
      }
      .code.long {
        font-size: var(--text-28);
        letter-spacing: 0.12em;
        margin-right: -0.12em;
        white-space: nowrap;
      }
    `,
  ];

  @property() code = "";
  /** The code is already named elsewhere on the page; this one is a picture of it. */
  @property({ type: Boolean }) silent = false;

  protected override render(): TemplateResult {
    return html`<div class="ticket" aria-hidden=${this.silent}>
      <span class="small">${this.w.invite.code}</span>
      <span class="code ${this.code.length > 5 ? "long" : ""}" data-testid=${this.silent ? "ticket-code" : "room-code"}>${shownCode(this.code)}</span>
    </div>`;
  }
}
