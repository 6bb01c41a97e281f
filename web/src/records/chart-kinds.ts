/** How the kinds of racers fare, as a race: each in its lane, as far along as its share; the table has the counts. */

import { css, html, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { KindRow } from "../api.gen.js";
import type { Chosen } from "../parts/choice.js";
import { shared } from "../style/shared.js";
import { grouped, percent } from "../words/moments.js";
import { RecordsElement } from "./element.js";
import { numbersOf, tables } from "./tables.js";
import "../parts/choice.js";
import "./lane.js";

/** What the lanes show. */
const MEASURES = ["picked", "wins", "lasts"] as const;
type Measure = (typeof MEASURES)[number];

/** Of the races it stood at the gate of, those it was picked in; of these, those it came first or last in. */
function shareOf(row: KindRow, measure: Measure): number {
  const of = measure === "picked" ? row.lined_up : row.picked;
  return of === 0 ? 0 : row[measure] / of;
}

@customElement("paddock-chart-kinds")
export class PaddockChartKinds extends RecordsElement {
  static override styles = [
    shared,
    tables,
    css`
      section {
        display: grid;
        gap: var(--space-3);
        grid-template-columns: minmax(0, 1fr);
      }
      li {
        display: grid;
        grid-template-columns: 76px minmax(0, 1fr) 52px;
        align-items: center;
        gap: var(--space-2);
      }
      li + li {
        margin-top: 6px;
      }
      li b {
        text-align: end;
      }
    `,
  ];

  @property({ attribute: false }) kinds: readonly KindRow[] = [];
  @state() private measure: Measure = "picked";

  protected override render(): TemplateResult {
    const { stats } = this.r;
    return html`<section class="card" aria-labelledby="kinds" data-testid="chart-kinds">
      <h2 id="kinds">${stats.kinds}</h2>
      <p class="small soft">${stats.kindsTold}</p>
      <paddock-choice
        name="measure"
        .legend=${stats.measure}
        .value=${this.measure}
        .options=${MEASURES.map((value) => ({ value, label: stats.measures[value] }))}
        @choice=${(event: Chosen): void => void (this.measure = event.detail as Measure)}
      ></paddock-choice>
      <p class="small soft">${stats.measured[this.measure]}</p>
      ${this.lanes()} ${this.table()}
    </section>`;
  }

  private lanes(): TemplateResult {
    const { measure } = this;
    const shares = this.kinds.map((row) => ({ kind: row.kind, share: shareOf(row, measure) }));
    const most = Math.max(...shares.map(({ share }) => share));
    const sorted = shares.sort((one, other) => other.share - one.share || one.kind.localeCompare(other.kind));
    return html`<ol>
      ${repeat(
        sorted,
        ({ kind }) => kind,
        ({ kind, share }) =>
          html`<li data-testid="kind-lane" data-kind=${kind}>
            <span class="small">${this.w.racer(kind)}</span>
            <paddock-share .share=${most === 0 ? 0 : share / most} .kind=${kind}></paddock-share>
            <b class="figures">${percent(share)}</b>
          </li>`,
      )}
    </ol>`;
  }

  private table(): TemplateResult {
    const { stats } = this.r;
    return numbersOf("kinds", stats.kinds, stats.table, {
      head: [stats.kind, stats.linedUp, stats.picked, stats.won, stats.lasts],
      rows: this.kinds.map(({ kind, lined_up, picked, wins, lasts }) => [this.w.racer(kind), ...[lined_up, picked, wins, lasts].map((count) => grouped(count, this.w.code))]),
    });
  }
}
