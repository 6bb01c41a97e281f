/** A share as a lane of the track: a racer stands as far along it as the share is large. Its number stands beside it. */

import { css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { PaddockElement } from "../parts/element.js";
import { shared } from "../style/shared.js";

@customElement("paddock-share")
export class PaddockShare extends PaddockElement {
  static override styles = [
    shared,
    css`
      .lane {
        position: relative;
        height: 40px;
        border-radius: 20px;
        background: var(--turf);
        border: 2px solid var(--turf-deep);
        overflow: hidden;
      }
      .lane::before {
        content: "";
        position: absolute;
        inset: 0 auto 0 0;
        width: calc(20px + (100% - 40px) * var(--share, 0));
        background: var(--turf-deep);
      }
      .lane::after {
        content: "";
        position: absolute;
        inset: 0 12px 0 auto;
        border-right: 4px dashed var(--chalk);
        opacity: 0.7;
      }
      paddock-racer {
        position: absolute;
        z-index: 1;
        top: 0;
        left: calc((100% - 36px) * var(--share, 0));
        width: 36px;
        height: 36px;
      }
    `,
  ];

  /** From 0 to 1. */
  @property({ type: Number }) share = 0;
  @property() kind = "horse";

  protected override render(): TemplateResult {
    return html`<div class="lane" aria-hidden="true"><paddock-racer portrait kind=${this.kind}></paddock-racer></div>`;
  }

  /** By the style's own interface: the policy of the page allows no style in the markup. */
  protected override updated(): void {
    this.style.setProperty("--share", String(Math.min(1, Math.max(0, this.share))));
  }
}
