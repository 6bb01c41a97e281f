/** A rank as the track gives it: a rosette for the first three, a plate for the others. Decoration beside its words. */

import { css, html, svg, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { PaddockElement } from "../parts/element.js";
import { shared } from "../style/shared.js";

const PETALS = 12;

@customElement("paddock-rosette")
export class PaddockRosette extends PaddockElement {
  static override styles = [
    shared,
    css`
      :host {
        flex: none;
        width: 44px;
        height: 48px;
      }
      svg {
        display: block;
        width: 100%;
        height: 100%;
      }
      text {
        font-weight: 900;
        font-size: 15px;
        text-anchor: middle;
        font-variant-numeric: tabular-nums;
      }
      .long {
        font-size: 11px;
      }
      .first .petal,
      .first .tail {
        fill: var(--signal);
      }
      .second .petal,
      .second .tail {
        fill: var(--turf);
      }
      .third .petal,
      .third .tail {
        fill: var(--ink-soft);
      }
      .face {
        fill: var(--chalk);
      }
      .face + text {
        fill: #2b2520;
      }
      .plate {
        fill: none;
        stroke: var(--line);
        stroke-width: 1.5px;
      }
      .plate + text {
        fill: var(--ink);
      }
    `,
  ];

  @property({ type: Number }) rank = 1;

  protected override render(): TemplateResult {
    const name = ["first", "second", "third"][this.rank - 1];
    const long = this.rank > 999 ? "long" : "";
    return html`<svg viewBox="0 0 44 48" class=${name ?? ""} aria-hidden="true" focusable="false">
      ${name === undefined
        ? svg`<rect class="plate" x="2" y="9" width="40" height="30" rx="8"/><text class=${long} x="22" y="29">${this.rank}</text>`
        : svg`<path class="tail" d="M15 26 9 46l7-4 4 5 4-18zM29 26l6 20-7-4-4 5-4-18z"/>${petals()}<circle class="face" cx="22" cy="19" r="10.5"/><text x="22" y="24.500">${this.rank}</text>`}
    </svg>`;
  }
}

function petals(): readonly TemplateResult[] {
  return Array.from({ length: PETALS }, (_, at) => {
    const turn = (at * 2 * Math.PI) / PETALS;
    return svg`<circle class="petal" cx=${(22 + 13 * Math.cos(turn)).toFixed(2)} cy=${(19 + 13 * Math.sin(turn)).toFixed(2)} r="4.600"/>` as unknown as TemplateResult;
  });
}
