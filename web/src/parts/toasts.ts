/** Short messages at the edge of the screen, told once to screen readers and gone by themselves after a while. */

import { css, html, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { buttons, shared } from "../style/shared.js";
import { PaddockElement } from "./element.js";
import { icon } from "./icons.js";

/** How long a message stands, in ms: time to read two lines standing up. */
const STANDS_MS = 6_000;
const MOST = 3;

interface Message {
  readonly key: number;
  readonly text: string;
}

@customElement("paddock-toasts")
export class PaddockToasts extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    css`
      :host {
        position: fixed;
        z-index: 40;
        inset: calc(var(--space-2) + env(safe-area-inset-top)) var(--space-3) auto;
        pointer-events: none;
      }
      div {
        max-width: 480px;
        margin: 0 auto;
        display: grid;
        gap: var(--space-2);
      }
      p {
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
  private last = 0;

  /** Shows a text; the same text twice in a row is shown once. */
  show(text: string): void {
    if (this.messages.at(-1)?.text === text) return;
    const key = ++this.last;
    this.messages = [...this.messages, { key, text }].slice(-MOST);
    setTimeout(() => this.drop(key), STANDS_MS);
  }

  protected override render(): TemplateResult {
    return html`<div role="status" aria-live="polite">
      ${repeat(
        this.messages,
        ({ key }) => key,
        ({ key, text }) =>
          html`<p data-testid="toast">
            <span class="grow">${text}</span>
            <button class="icon quiet" aria-label=${this.w.common.close} @click=${(): void => this.drop(key)}>${icon("close", 20)}</button>
          </p>`,
      )}
    </div>`;
  }

  private drop(key: number): void {
    this.messages = this.messages.filter((message) => message.key !== key);
  }
}
