/** Which day, week or month a board is of, with a step back and a step forth; it asks nothing, and says `step` with a date. */

import { css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { icon } from "../parts/icons.js";
import { buttons, shared } from "../style/shared.js";
import { periodName, type Bounded } from "../words/moments.js";
import { RecordsElement } from "./element.js";

/** What a `step` event says: a day of the other period. */
export type Stepped = CustomEvent<string>;

@customElement("paddock-period-steps")
export class PaddockPeriodSteps extends RecordsElement {
  static override styles = [
    shared,
    buttons,
    css`
      nav {
        display: flex;
        align-items: center;
        gap: var(--space-2);
      }
      p {
        flex: 1;
        text-align: center;
        font-weight: 700;
      }
      button {
        flex: none;
        width: 52px;
      }
      nav:not([aria-busy="true"]) [aria-disabled="true"] {
        cursor: not-allowed;
        color: var(--ink-soft);
        background: var(--paper);
        box-shadow: none;
        border-style: dashed;
      }
      .back {
        display: grid;
        transform: scaleX(-1);
      }
    `,
  ];

  @property() period: Bounded = "week";
  /** A day of the period on screen; empty before the server has said which one today's is. */
  @property() on = "";
  /** A day of the periods beside it; null where there is none, or none is known yet. */
  @property({ attribute: false }) earlier: string | null = null;
  @property({ attribute: false }) later: string | null = null;

  protected override render(): TemplateResult {
    const { boards } = this.r;
    const { earlier, later } = this;
    // Out of use by `aria-disabled`: a disabled button would lose the focus at every step.
    return html`<nav aria-label=${boards.steps} aria-busy=${earlier === null && later === null}>
      <button data-testid="earlier" aria-label=${boards.before[this.period]} aria-disabled=${earlier === null} @click=${(): void => this.step(earlier)}>
        <span class="back">${icon("next")}</span>
      </button>
      <p class="figures" aria-live="polite" data-testid="period-name" data-on=${this.on}>
        ${this.on === "" ? boards.periods[this.period] : periodName(this.period, this.on, this.w.code)}
      </p>
      <button data-testid="later" aria-label=${boards.after[this.period]} aria-disabled=${later === null} @click=${(): void => this.step(later)}>${icon("next")}</button>
    </nav>`;
  }

  private step(day: string | null): void {
    if (day !== null) this.dispatchEvent(new CustomEvent<string>("step", { detail: day }));
  }
}
