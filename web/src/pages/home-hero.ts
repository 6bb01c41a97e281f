/** The banner of the first page: a stretch of track with racers at the gate, what this is, and how it goes in three steps. */

import { css, html, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { PaddockElement } from "../parts/element.js";
import { shared } from "../style/shared.js";

/** Who greets people; chosen for shapes that differ from afar. */
const GREETERS = ["tiger", "turtle", "rabbit", "penguin", "ostrich"] as const;

@customElement("paddock-home-hero")
export class PaddockHomeHero extends PaddockElement {
  static override styles = [
    shared,
    css`
      .banner {
        position: relative;
        overflow: hidden;
        border-radius: var(--radius-l);
        background: var(--turf-deep);
        color: var(--chalk);
        padding: var(--space-4) var(--space-4) 0;
      }
      h1 {
        max-width: 22ch;
      }
      .stable {
        display: flex;
        align-items: flex-end;
        justify-content: space-around;
        gap: var(--space-1);
        margin: var(--space-2) calc(-1 * var(--space-4)) 0;
        padding: 0 var(--space-4) 10px;
        border-top: 3px solid var(--chalk);
        background: var(--turf);
      }
      paddock-racer {
        flex: 0 1 104px;
        min-width: 0;
        margin-top: -14px;
      }
      ol {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-3);
        margin: var(--space-2) 0 var(--space-4);
        font-size: var(--text-14);
        font-weight: 600;
      }
      li {
        display: flex;
        align-items: center;
        gap: var(--space-1);
      }
      b {
        display: inline-grid;
        place-items: center;
        width: 22px;
        height: 22px;
        border-radius: 50%;
        background: var(--chalk);
        color: #22502f;
      }
      @media (min-width: 900px) {
        .banner {
          display: grid;
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
          column-gap: var(--space-5);
          padding: var(--space-5) var(--space-5) 0;
        }
        .stable {
          grid-column: 1 / -1;
          margin: var(--space-4) calc(-1 * var(--space-5)) 0;
        }
        ol {
          justify-content: flex-end;
          align-content: center;
          margin: 0;
        }
        h1 {
          font-size: var(--text-40);
        }
        paddock-racer {
          flex-basis: 140px;
          height: 118px;
          margin-top: -34px;
        }
      }
    `,
  ];

  protected override render(): TemplateResult {
    const { brand } = this.w;
    return html`<section class="banner">
      <h1>${brand.tagline}</h1>
      <ol>
        ${brand.how.map((step, at) => html`<li><b aria-hidden="true">${at + 1}</b>${step}</li>`)}
      </ol>
      <div class="stable" aria-hidden="true">
        ${GREETERS.map((kind, at) => html`<paddock-racer kind=${kind} pose="idle" number=${at + 1}></paddock-racer>`)}
      </div>
    </section>`;
  }
}
