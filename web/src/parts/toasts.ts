/** Short messages at the edge of the screen, told once to screen readers and gone by themselves after a while. */

import { css, html, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { buttons, shared } from "../style/shared.js";
import { PaddockElement } from "./element.js";
import { icon } from "./icons.js";

/** How long a message stands, in ms: time to read two lines standing up. */
const STANDS_MS = 6_000;
/** How long one stands that only confirms a press, in ms: it must not lie over what comes next. */
export const NOTE_MS = 2_000;
const MOST = 3;

interface Message {
  readonly key: number;
  readonly text: string;
  readonly note: boolean;
}

@customElement("paddock-toasts")
export class PaddockToasts extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    css`
      /* In the top layer, so that a sheet does not hide what happened to it. */
      section {
        position: fixed;
        inset: calc(var(--space-2) + env(safe-area-inset-top)) var(--space-3) auto;
        width: auto;
        padding: 0;
        border: 0;
        background: none;
        overflow: visible;
        pointer-events: none;
      }
      section:popover-open {
        max-width: 480px;
        margin: 0 auto;
        display: grid;
        gap: var(--space-2);
      }
      section p {
        pointer-events: auto;
        display: flex;
        align-items: center;
        gap: var(--space-1);
        padding: var(--space-1) var(--space-1) var(--space-1) var(--space-4);
        border-radius: var(--radius-m);
        background: var(--ink);
        color: var(--paper);
        font-weight: 600;
        box-shadow: 0 6px 24px var(--shadow);
        animation: drop var(--motion) ease-out;
      }
      button {
        color: inherit;
      }
      @keyframes drop {
        from {
          transform: translateY(-16px);
          opacity: 0;
        }
      }
    `,
  ];

  @state() private messages: readonly Message[] = [];
  @query("section") private layer!: HTMLElement;
  private last = 0;

  /** Shows a text; the same text twice in a row is shown once. */
  show(text: string): void {
    this.add(text, false);
  }

  /** Shows a text that only confirms a press: briefly, and not beyond `endNotes`. */
  note(text: string): void {
    this.add(text, true);
  }

  /** Takes away what confirms presses: the page has moved on. */
  endNotes(): void {
    for (const { key, note } of this.messages) if (note) this.drop(key);
  }

  protected override render(): TemplateResult {
    return html`<p class="sr" role="status">${this.messages.at(-1)?.text ?? ""}</p>
      <section popover="manual" aria-label=${this.w.common.messages}>
        ${repeat(
          this.messages,
          ({ key }) => key,
          ({ key, text }) =>
            html`<p data-testid="toast">
              <span class="grow">${text}</span>
              <button class="icon quiet" aria-label=${this.w.common.close} @click=${(): void => this.drop(key)}>${icon("close", 20)}</button>
            </p>`,
        )}
      </section>`;
  }

  private add(text: string, note: boolean): void {
    if (this.messages.at(-1)?.text === text) return;
    const key = ++this.last;
    this.messages = [...this.messages, { key, text, note }].slice(-MOST);
    setTimeout(() => this.drop(key), note ? NOTE_MS : STANDS_MS);
    this.raise();
  }

  private drop(key: number): void {
    this.messages = this.messages.filter((message) => message.key !== key);
    if (this.messages.length === 0 && this.layer.matches(":popover-open")) this.layer.hidePopover();
  }

  /** Above a sheet that was opened since. */
  private raise(): void {
    if (typeof this.layer.showPopover !== "function") return;
    if (this.layer.matches(":popover-open")) this.layer.hidePopover();
    this.layer.showPopover();
  }
}
