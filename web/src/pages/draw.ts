/** How it is settled which rank pays: a card with the reason, or a roulette whose slices are the real shares of the vote. */

import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import { PaddockElement } from "../parts/element.js";
import type { Slice } from "../art/wheel-element.js";
import { shared } from "../style/shared.js";
import type { Draw, DrawingView } from "../wire.gen.js";
import { shares, voided, type Share } from "./shares.js";

@customElement("paddock-draw")
export class PaddockDraw extends PaddockElement {
  static override styles = [
    shared,
    css`
      section {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        justify-items: center;
        align-content: center;
        gap: var(--space-4);
        min-height: min(62dvh, 560px);
        padding: var(--space-5) var(--space-4);
        border-radius: var(--radius-l);
        background: var(--turf-deep);
        color: var(--chalk);
        text-align: center;
      }
      h1 {
        font-size: clamp(28px, 8vw, 40px);
      }
      .loud {
        animation: land calc(var(--motion) * 2) cubic-bezier(0.2, 1.6, 0.4, 1);
      }
      .field {
        display: flex;
        justify-content: center;
        align-items: flex-end;
        width: 100%;
      }
      paddock-racer {
        flex: 0 1 110px;
        min-width: 0;
        height: 96px;
      }
      paddock-wheel {
        width: min(78vw, 320px);
        height: min(82vw, 336px);
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: var(--space-1) var(--space-3);
      }
      @keyframes land {
        from {
          transform: scale(0.7);
          opacity: 0;
        }
      }
    `,
  ];

  @property({ attribute: false }) phase!: DrawingView;
  @property({ attribute: false }) now: () => number = Date.now;
  @state() private settled = false;
  private elapsed = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  /** Somebody who leaves has it drawn once more, with times of its own. */
  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("phase") && changed.get("phase")?.starts_at !== this.phase.starts_at) this.follow();
  }

  protected override render(): TemplateResult {
    const { draw } = this.phase;
    return html`<section data-testid="draw" aria-live="polite">${shares(draw).length > 0 ? this.roulette(draw) : this.reason(draw)}</section>`;
  }

  private follow(): void {
    clearTimeout(this.timer);
    const now = this.now();
    const rest = this.phase.rests_at - now;
    this.elapsed = Math.max(0, now - this.phase.starts_at);
    this.settled = rest <= 0;
    if (rest > 0) this.timer = setTimeout(() => void (this.settled = true), rest);
  }

  private reason(draw: Draw): TemplateResult {
    const words = this.w.draw;
    const why = draw.rule === "vote" ? words.noVotes : draw.rule === "first" ? words.first : words.last;
    return html`<h1 class="loud">${why}</h1>
      ${this.facts(draw)}
      <div class="field" aria-hidden="true">
        ${this.phase.lineup.map((kind, at) => html`<paddock-racer kind=${kind} pose="idle" number=${at + 1}></paddock-racer>`)}
      </div>`;
  }

  private roulette(draw: Draw): TemplateResult {
    const parts = shares(draw);
    const { starts_at, rests_at } = this.phase;
    const target = parts.findIndex((part) => part.rank === draw.rank);
    return html`<h1 class=${this.settled ? "loud" : ""} data-testid="draw-result">
        ${this.settled ? this.w.draw.byVoteDone(draw.rank) : this.w.draw.byVote}
      </h1>
      ${keyed(
        starts_at,
        html`<paddock-wheel
          aria-hidden="true"
          .slices=${this.slices(parts)}
          .target=${target}
          .spin=${rests_at - starts_at}
          .elapsed=${this.elapsed}
        ></paddock-wheel>`,
      )}
      <ul class="figures">
        ${parts.map((part) => html`<li>${this.w.draw.share(part.rank, part.percent)}</li>`)}
      </ul>
      ${this.facts(draw)}`;
  }

  private slices(parts: readonly Share[]): readonly Slice[] {
    return parts.map((part) => ({ label: this.w.rank(part.rank), weight: part.votes }));
  }

  private facts(draw: Draw): TemplateResult {
    const words = this.w.draw;
    const lost = voided(draw);
    return html`<div class="small">
      <p>${draw.distinct === 1 ? words.onlyOne : `${words.among(draw.distinct)} · ${words.lastIs(draw.distinct)}`}</p>
      ${lost.length === 0 ? nothing : html`<p data-testid="void-votes">${words.voided(lost)}</p>`}
    </div>`;
  }
}
