/** Seconds left until a moment of the server's clock, as a figure that redraws itself once a second and ends at zero. */

import { css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { shared } from "../style/shared.js";
import { secondsLeft } from "../words/numbers.js";
import { PaddockElement } from "./element.js";

@customElement("paddock-countdown")
export class PaddockCountdown extends PaddockElement {
  static override styles = [
    shared,
    css`
      :host {
        display: inline-block;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  /** The moment, ms since the epoch. */
  @property({ type: Number }) until = 0;
  /** The server's clock. */
  @property({ attribute: false }) now: () => number = Date.now;
  /** How the number reads; by itself it is just the number. */
  @property({ attribute: false }) says: (left: number) => string = String;
  private timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    return html`${this.says(secondsLeft(this.until, this.now()))}`;
  }

  protected override updated(): void {
    clearTimeout(this.timer);
    const left = this.until - this.now();
    if (left <= 0 || !this.isConnected) return;
    this.timer = setTimeout(() => this.requestUpdate(), (left % 1000) + 5);
  }
}
