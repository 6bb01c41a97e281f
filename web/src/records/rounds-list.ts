/** Rounds by day, newest first, with bones while they come and a way to more of them; it asks for nothing itself. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { RaceLine } from "../api.gen.js";
import { rounds, type Round } from "../model/rounds.js";
import { buttons, shared } from "../style/shared.js";
import { dayName, dayOf } from "../words/moments.js";
import type { Listed } from "./asking.js";
import { RecordsElement } from "./element.js";
import { records } from "./style.js";
import "./round-row.js";
import "./trouble.js";

/** Bones for as many rows as a phone shows. */
const BONES = 6;

@customElement("paddock-rounds")
export class PaddockRounds extends RecordsElement {
  static override styles = [
    shared,
    buttons,
    records,
    css`
      .days {
        display: grid;
        gap: var(--space-4);
        grid-template-columns: minmax(0, 1fr);
      }
      .day {
        font-weight: 700;
        margin-bottom: var(--space-2);
        font-size: var(--text-14);
        color: var(--ink-soft);
      }
      .card {
        padding: 0 var(--space-3);
      }
      li + li {
        border-top: 1px solid var(--line);
      }
      .boned {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        height: 60px;
      }
      .day > .bone {
        width: 72px;
      }
      .face {
        width: 40px;
        height: 40px;
        border-radius: 50%;
      }
      .two {
        display: grid;
        gap: 6px;
      }
      .two > :first-child {
        width: 55%;
      }
      .two > :last-child {
        width: 80%;
        min-height: 12px;
      }
    `,
  ];

  @property({ attribute: false }) races!: Listed<RaceLine>;
  @property() zone = "";
  @property({ type: Boolean }) tellsRoom = false;
  /** Whose record this is; null for a room's. */
  @property() own: string | null = null;

  protected override render(): TemplateResult {
    const { items, trouble, waits } = this.races;
    if (trouble !== null) return html`<paddock-trouble .code=${trouble} .waits=${waits}></paddock-trouble>`;
    if (items === null) return this.bones();
    return html`<div class="days" aria-busy=${waits}>
      ${this.byDay(rounds(items)).map(
        ([day, ofDay]) =>
          html`<section class="waits">
            <p class="day" role="heading" aria-level=${this.own === null ? 2 : 3}>${dayName(day, dayOf(Date.now(), this.zone), this.w.code)}</p>
            <ul class="card">
              ${repeat(
                ofDay,
                ({ key }) => key,
                (round) => html`<li><paddock-round .round=${round} .zone=${this.zone} ?tellsRoom=${this.tellsRoom} .own=${this.own}></paddock-round></li>`,
              )}
            </ul>
          </section>`,
      )}
      ${this.further()}
    </div>`;
  }

  private further(): TemplateResult | typeof nothing {
    const { more } = this.races;
    if (more === null) return nothing;
    if (more.trouble !== null) return html`<paddock-trouble .code=${more.trouble} @again=${(event: Event): void => this.grow(event)}></paddock-trouble>`;
    return html`<button data-testid="more" aria-disabled=${more.waits} @click=${(event: Event): void => this.grow(event)}>
      ${more.waits ? this.w.common.working : this.r.more}
    </button>`;
  }

  private grow(event: Event): void {
    // A place that is no longer in the list: whoever asked for the list begins again.
    if (this.races.more?.trouble === "bad_cursor") return;
    event.stopPropagation();
    void this.races.grow().then((count) => {
      if (count > 0) this.tell("told", this.r.moreCame(count));
    });
  }

  private byDay(all: readonly Round[]): readonly (readonly [string, readonly Round[]])[] {
    const days = new Map<string, Round[]>();
    for (const round of all) {
      const day = dayOf(round.heats[0]?.starts_at ?? 0, this.zone);
      days.set(day, [...(days.get(day) ?? []), round]);
    }
    return [...days];
  }

  private bones(): TemplateResult {
    const bone = html`<li class="boned">
      <span class="bone face"></span>
      <span class="grow two"><span class="bone"></span><span class="bone"></span></span>
    </li>`;
    return html`<div class="days" aria-busy="true">
      <p class="sr" role="status">${this.r.loading}</p>
      <section aria-hidden="true">
        <p class="day"><span class="bone"></span></p>
        <ul class="card">
          ${Array.from({ length: BONES }, () => bone)}
        </ul>
      </section>
    </div>`;
  }
}
