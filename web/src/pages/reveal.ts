/** Everybody's picks flip over while the countdown runs; a run-off shows the racers its players were dealt. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { PaddockElement } from "../parts/element.js";
import { shared } from "../style/shared.js";
import type { CountdownView, RunOffView } from "../wire.gen.js";
import { pickers, racerOf } from "./facts.js";
import "../parts/countdown.js";

/** Names shown on one card; with 50 people the rest is counted. */
const NAMES = 5;

@customElement("paddock-reveal")
export class PaddockReveal extends PaddockElement {
  static override styles = [
    shared,
    css`
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-3);
        margin-bottom: var(--space-3);
      }
      .clock {
        display: grid;
        justify-items: center;
        flex: none;
        font-size: var(--text-14);
      }
      paddock-countdown {
        font-size: var(--text-40);
        font-weight: 900;
        line-height: 1;
        color: var(--signal-text);
      }
      ul.cards {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: var(--space-2);
      }
      .cards > li {
        position: relative;
        padding: var(--space-2);
        border-radius: var(--radius-m);
        background: var(--turf-deep);
        color: var(--chalk);
        text-align: center;
        animation: flip 420ms ease-out backwards;
      }
      .cards > li:nth-child(2) {
        animation-delay: 130ms;
      }
      .cards > li:nth-child(3) {
        animation-delay: 260ms;
      }
      .cards > li:nth-child(4) {
        animation-delay: 390ms;
      }
      .cards > li:nth-child(5) {
        animation-delay: 520ms;
      }
      .cards > li:nth-child(6) {
        animation-delay: 650ms;
      }
      .cards > li.gate {
        background: transparent;
        color: var(--ink-soft);
        border: 1.5px dashed var(--line);
      }
      .cards > li.mine {
        box-shadow: 0 0 0 4px var(--signal);
      }
      h2 {
        font-size: var(--text-16);
      }
      .number {
        position: absolute;
        top: 6px;
        left: 10px;
        font-weight: 900;
        font-size: var(--text-20);
      }
      .tag {
        position: absolute;
        top: 6px;
        right: 6px;
        padding: 0 var(--space-2);
        border-radius: var(--radius-s);
        background: var(--signal);
        color: var(--signal-ink);
        font-size: var(--text-14);
        font-weight: 700;
      }
      paddock-racer {
        width: 100%;
        max-width: 92px;
        height: 84px;
        margin: 0 auto;
      }
      .gate paddock-racer {
        opacity: 0.55;
      }
      .names {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: 2px var(--space-1);
        margin-top: var(--space-1);
        font-size: var(--text-14);
      }
      .names li {
        max-width: 100%;
        padding: 0 6px;
        border-radius: 6px;
        background: color-mix(in srgb, var(--chalk) 18%, transparent);
      }
      @keyframes flip {
        from {
          transform: perspective(600px) rotateY(90deg);
          opacity: 0;
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .cards > li {
          animation: none;
        }
      }
      @media (min-width: 900px) {
        paddock-racer {
          max-width: 132px;
          height: 120px;
        }
      }
    `,
  ];

  @property({ attribute: false }) phase!: CountdownView | RunOffView;
  @property() me = "";
  @property({ attribute: false }) now: () => number = Date.now;

  protected override render(): TemplateResult {
    const { reveal } = this.w;
    const runoff = this.phase.type === "runoff";
    const names = pickers(this.phase.card, this.phase.names);
    return html`<section aria-labelledby="reveal" data-testid="reveal">
      <header>
        <div>
          <h1 id="reveal">${runoff ? reveal.runoffTitle : reveal.title}</h1>
          ${runoff ? html`<p>${reveal.runoffBody(Object.values(this.phase.names))}</p>` : nothing}
        </div>
        <div class="clock">
          <span>${reveal.goesIn}</span>
          <paddock-countdown .until=${this.phase.ends_at} .now=${this.now}></paddock-countdown>
        </div>
      </header>
      <ul class="cards">
        ${this.phase.card.lineup.map((kind, at) => this.card(kind, at, names[at] ?? []))}
      </ul>
    </section>`;
  }

  private card(kind: string, at: number, names: readonly string[]): TemplateResult {
    const { reveal, common } = this.w;
    const mine = racerOf(this.phase.card, this.me) === at;
    const gate = names.length === 0;
    const rest = names.length - NAMES;
    return html`<li class=${`${gate ? "gate" : ""}${mine ? " mine" : ""}`} data-testid="reveal-card" data-racer=${at}>
      <span class="number figures">${at + 1}</span>
      ${mine ? html`<span class="tag">${reveal.mine}</span>` : nothing}
      <paddock-racer kind=${kind} pose=${gate ? "lose" : "idle"} number=${at + 1}></paddock-racer>
      <h2>${this.w.racer(kind)}</h2>
      <ul class="names">
        ${gate ? html`<li>${reveal.nobody}</li>` : names.slice(0, NAMES).map((name) => html`<li class="clip">${name}</li>`)}
        ${rest > 0 ? html`<li>+${common.people(rest)}</li>` : nothing}
      </ul>
    </li>`;
  }
}
