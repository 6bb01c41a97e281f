/**
 * A sheet: from the bottom on a phone, from the right on a desktop. A native dialog keeps focus inside and closes on
 * Escape; whoever shows it holds which one is open, so there is never one over another.
 */

import { css, html, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { buttons, shared } from "../style/shared.js";
import { PaddockElement } from "./element.js";
import { icon } from "./icons.js";

@customElement("paddock-sheet")
export class PaddockSheet extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    css`
      dialog {
        position: fixed;
        inset: auto 0 0 0;
        width: 100%;
        max-width: 100%;
        max-height: min(88dvh, 760px);
        margin: 0;
        padding: 0;
        border: 0;
        border-radius: var(--radius-l) var(--radius-l) 0 0;
        background: var(--paper);
        color: var(--ink);
        box-shadow: 0 -8px 40px var(--shadow);
        overflow: hidden;
        flex-direction: column;
      }
      dialog[open] {
        display: flex;
        animation: rise var(--motion) ease-out;
      }
      dialog::backdrop {
        background: rgb(20 14 6 / 0.45);
      }
      header {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        padding: var(--space-3) var(--space-3) var(--space-2) var(--space-4);
        border-bottom: 1px solid var(--line);
      }
      .body {
        overflow-y: auto;
        overscroll-behavior: contain;
        padding: var(--space-4);
        padding-bottom: calc(var(--space-5) + env(safe-area-inset-bottom));
      }
      @keyframes rise {
        from {
          transform: translateY(40px);
          opacity: 0;
        }
      }
      @media (min-width: 900px) {
        dialog {
          inset: 0 0 0 auto;
          width: 420px;
          height: 100dvh;
          max-height: none;
          border-radius: var(--radius-l) 0 0 var(--radius-l);
        }
        @keyframes rise {
          from {
            transform: translateX(40px);
            opacity: 0;
          }
        }
      }
    `,
  ];

  @property() heading = "";
  @query("dialog") private dialog!: HTMLDialogElement;

  close(): void {
    this.dialog.close();
  }

  protected override firstUpdated(): void {
    this.dialog.showModal();
  }

  protected override render(): TemplateResult {
    return html`<dialog
      data-testid="sheet"
      aria-labelledby="heading"
      @close=${(): void => this.tell("sheet-closed", null)}
      @click=${(event: MouseEvent): void => this.maybeOutside(event)}
    >
      <header>
        <h2 id="heading" class="grow">${this.heading}</h2>
        <button class="icon quiet" data-testid="sheet-close" aria-label=${this.w.common.close} @click=${(): void => this.dialog.close()}>
          ${icon("close")}
        </button>
      </header>
      <div class="body"><slot></slot></div>
    </dialog>`;
  }

  /** The dialog's own box is only hit through its backdrop. */
  private maybeOutside(event: MouseEvent): void {
    if (event.target === this.dialog) this.dialog.close();
  }
}
