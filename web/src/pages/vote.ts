/** The vote on the rank that pays: one button per rank with the live count; whose votes they are is nowhere. */

import { css, html, svg, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Client } from "../model/intents.js";
import { PaddockElement } from "../parts/element.js";
import { buttons, shared } from "../style/shared.js";

@customElement("paddock-vote")
export class PaddockVote extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    css`
      .ranks {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(48px, 1fr));
        gap: var(--space-2);
        margin: var(--space-2) 0;
      }
      button {
        position: relative;
        flex-direction: column;
        gap: 0;
        min-height: 60px;
        padding: var(--space-1);
        overflow: hidden;
      }
      button[aria-pressed="true"] {
        border-color: var(--signal);
        box-shadow: 0 0 0 2px var(--signal);
      }
      .bar {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        fill: color-mix(in srgb, var(--signal) 26%, transparent);
      }
      button > span {
        position: relative;
      }
      .count {
        font-size: var(--text-14);
        font-weight: 400;
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  @property({ attribute: false }) votes: readonly number[] = [];
  @property({ attribute: false }) mine: number | null = null;
  @property({ type: Boolean }) open = false;

  protected override render(): TemplateResult {
    const { vote } = this.w;
    const most = Math.max(1, ...this.votes);
    return html`<section class="card" aria-labelledby="vote">
      <h3 id="vote">${vote.title}</h3>
      <div class="ranks">${this.votes.map((count, at) => this.rank(at + 1, count, most))}</div>
      <p class="small soft">${vote.help}</p>
    </section>`;
  }

  private rank(rank: number, count: number, most: number): TemplateResult {
    const mine = this.mine === rank;
    const share = Math.round((count / most) * 100);
    return html`<button
      data-testid=${`vote-${rank}`}
      data-votes=${count}
      aria-pressed=${mine}
      ?disabled=${!this.open}
      @click=${(): void => void this.client.intents.vote(mine ? null : rank)}
    >
      <svg class="bar" viewBox="0 0 1 100" preserveAspectRatio="none" aria-hidden="true">
        ${svg`<rect width="1" y=${100 - share} height=${share} />`}
      </svg>
      <span>${this.w.rank(rank)}</span>
      <span class="count figures">${this.w.vote.count(count)}</span>
    </button>`;
  }
}
