/** All that was ever raced here as numbers and pictures; behind every picture the same as a table. */

import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Days, DayRow, KindRow, Kinds, Totals } from "../api.gen.js";
import type { Client } from "../model/intents.js";
import { shared } from "../style/shared.js";
import { dayOf, grouped, readersZone, wholeDay } from "../words/moments.js";
import { Asking, type Asked } from "./asking.js";
import { RecordsElement } from "./element.js";
import { records } from "./style.js";
import "./chart-days.js";
import "./chart-kinds.js";
import "./nav.js";
import "./trouble.js";

/** Days in the picture: as many bars as a phone can show apart. */
const DAYS = 28;

@customElement("paddock-stats-page")
export class PaddockStatsPage extends RecordsElement {
  static override styles = [
    shared,
    records,
    css`
      dl {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: var(--space-2);
      }
      dl div {
        display: flex;
        flex-direction: column-reverse;
        padding: var(--space-3) var(--space-2);
        text-align: center;
      }
      dd {
        font-size: clamp(20px, 6.2vw, 28px);
        font-weight: 900;
        line-height: 32px;
        white-space: nowrap;
      }
      dt {
        font-size: var(--text-14);
        color: var(--ink-soft);
      }
      .picture {
        height: 300px;
      }
      .counts {
        height: 88px;
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  private readonly totals = new Asking<Totals>(this);
  private readonly days = new Asking<Days>(this);
  private readonly kinds = new Asking<Kinds>(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("client")) this.load();
  }

  protected override render(): TemplateResult {
    const { stats } = this.r;
    const totals = this.totals.now;
    const asked: readonly Asked<unknown>[] = [totals, this.days.now, this.kinds.now];
    const trouble = asked.find((one) => one.trouble !== null)?.trouble ?? null;
    return html`<main id="content" data-testid="stats-page">
      <paddock-records-nav here="stats"></paddock-records-nav>
      <header>
        <h1>${stats.title}</h1>
        <p class="lead soft">${stats.lead} ${this.since(totals.value)}</p>
      </header>
      ${trouble !== null
        ? html`<paddock-trouble .code=${trouble} .waits=${asked.some((one) => one.waits)} @again=${(): void => this.load()}></paddock-trouble>`
        : totals.value === null
          ? this.bones()
          : totals.value.races === 0
            ? this.empty()
            : this.pictures(totals.value)}
    </main>`;
  }

  private pictures(totals: Totals): TemplateResult {
    const { stats } = this.r;
    const days: readonly DayRow[] | undefined = this.days.now.value?.days;
    const kinds: readonly KindRow[] | undefined = this.kinds.now.value?.kinds;
    const bone = html`<span class="bone picture"></span>`;
    return html`<dl class="figures" data-testid="totals">
        ${this.count(stats.races, totals.races)} ${this.count(stats.players, totals.players)} ${this.count(stats.rooms, totals.rooms)}
      </dl>
      ${days === undefined ? bone : html`<paddock-chart-days .days=${days}></paddock-chart-days>`}
      ${kinds === undefined ? bone : html`<paddock-chart-kinds .kinds=${kinds}></paddock-chart-kinds>`}`;
  }

  private count(name: string, value: number): TemplateResult {
    return html`<div class="card">
      <dt>${name}</dt>
      <dd>${grouped(value, this.w.code)}</dd>
    </div>`;
  }

  private since(totals: Totals | null): string | typeof nothing {
    if (totals === null || totals.first_at === null) return nothing;
    return `(${this.r.stats.since(wholeDay(dayOf(totals.first_at, this.zone()), this.w.code))})`;
  }

  private empty(): TemplateResult {
    const { stats } = this.r;
    return html`<section class="card nothing" data-testid="empty">
      <paddock-racer aria-hidden="true" kind="bear"></paddock-racer>
      <h2>${stats.empty}</h2>
      <p class="soft">${stats.emptyBody}</p>
    </section>`;
  }

  private bones(): TemplateResult {
    return html`<p class="sr" role="status">${this.r.loading}</p>
      <span class="bone counts" aria-hidden="true"></span><span class="bone picture" aria-hidden="true"></span><span class="bone picture" aria-hidden="true"></span>`;
  }

  private load(): void {
    const { records } = this.client;
    void this.totals.ask((signal) => records.ask("totals", {}, { signal }));
    void this.days.ask((signal) => records.ask("days", { days: DAYS }, { signal }));
    void this.kinds.ask((signal) => records.ask("kinds", {}, { signal }));
  }

  private zone(): string {
    return this.days.now.value?.zone ?? readersZone();
  }
}
