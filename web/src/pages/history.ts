/** Tonight so far: every race of the room with who paid, and who paid how often; each line leads to its replay, in another tab beside the room. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { PaddockElement } from "../parts/element.js";
import { icon } from "../parts/icons.js";
import { buttons, shared } from "../style/shared.js";
import type { RaceSummary } from "../wire.gen.js";
import { tally } from "./facts.js";

@customElement("paddock-history")
export class PaddockHistory extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    css`
      section {
        display: grid;
        gap: var(--space-3);
        grid-template-columns: minmax(0, 1fr);
      }
      .tally {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-2);
      }
      .tally li {
        display: flex;
        gap: var(--space-1);
        align-items: center;
        max-width: 100%;
        padding: 2px var(--space-2);
        border-radius: var(--radius-s);
        border: 1px solid var(--line);
        font-size: var(--text-14);
      }
      .delayed {
        display: flex;
        align-items: center;
        gap: var(--space-1);
        color: var(--signal-text);
        font-weight: 600;
      }
      .delayed:empty {
        display: none;
      }
      ol {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
      }
      ol li {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        min-height: 48px;
        border-top: 1px solid var(--line);
      }
      time {
        color: var(--ink-soft);
        font-size: var(--text-14);
      }
      paddock-racer {
        flex: none;
      }
    `,
  ];

  @property({ attribute: false }) races: readonly RaceSummary[] = [];
  @property() room = "";
  /** Recording takes longer than usual. */
  @property({ type: Boolean }) delayed = false;

  protected override render(): TemplateResult {
    const { history } = this.w;
    const counts = tally(this.races);
    return html`<section class="card" aria-labelledby="history" data-testid="history">
      <h2 id="history">${history.title}</h2>
      <p class="small delayed" role="status" data-testid="delayed">${this.delayed ? html`${icon("clock", 18)}${history.delayed}` : nothing}</p>
      ${this.races.length === 0 ? html`<p class="soft row">${icon("cup")}${history.empty}</p>` : nothing}
      ${counts.length === 0
        ? nothing
        : html`<ul class="tally" aria-label=${history.tally}>
            ${counts.map(([name, count]) => html`<li><span class="clip">${name}</span><b class="figures">${history.times(count)}</b></li>`)}
          </ul>`}
      <ol>
        ${this.races.map((race) => this.line(race))}
      </ol>
      ${this.races.length === 0
        ? nothing
        : html`<a class="button" data-testid="whole-history" href=${`/r/${this.room}/history`} target="_blank" rel="noopener">${icon("history", 20)}${history.whole}</a>`}
    </section>`;
  }

  private line(race: RaceSummary): TemplateResult {
    const { history, common, code, racer } = this.w;
    const at = new Date(race.at).toLocaleTimeString(code, { hour: "2-digit", minute: "2-digit" });
    const first = race.winners[0];
    return html`<li data-testid="history-line" data-race=${race.race}>
      ${first === undefined ? nothing : html`<paddock-racer portrait kind=${first} title=${history.winner(racer(first))}></paddock-racer>`}
      <span class="grow">
        <span class="clip block">${race.final ? history.paid(common.join(race.payers)) : history.runoff}</span>
        <time class="figures" datetime=${new Date(race.at).toISOString()}>${at}</time>
      </span>
      <a
        class="button icon quiet"
        href=${`/race/${race.race}`}
        target="_blank"
        rel="noopener"
        aria-label=${history.open}
        >${icon("play")}</a
      >
    </li>`;
  }
}
