/** One round as a row: who paid, when, with whom; opened, every heat with its order, times and people, and its replay. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { RaceLine, Runner } from "../api.gen.js";
import { shownCode } from "../model/address.js";
import { lanes, lastHeat, ownRun, payers, type Lane, type Round } from "../model/rounds.js";
import { icon } from "../parts/icons.js";
import { buttons, shared } from "../style/shared.js";
import { timeOf } from "../words/moments.js";
import { seconds } from "../words/numbers.js";
import { RecordsElement } from "./element.js";

@customElement("paddock-round")
export class PaddockRound extends RecordsElement {
  static override styles = [
    shared,
    buttons,
    css`
      .top {
        display: flex;
        align-items: center;
        gap: var(--space-1);
      }
      .fold {
        flex: 1;
        min-width: 0;
        min-height: 60px;
        justify-content: flex-start;
        padding: var(--space-1) 0;
        border: 0;
        background: none;
        box-shadow: none;
        text-align: start;
      }
      .fold .small {
        font-weight: 400;
      }
      .fold svg {
        transition: transform var(--motion) ease;
      }
      .fold[aria-expanded="true"] svg {
        transform: rotate(180deg);
      }
      paddock-racer {
        flex: none;
      }
      .heats {
        display: grid;
        gap: var(--space-3);
        grid-template-columns: minmax(0, 1fr);
        padding: 0 0 var(--space-3);
      }
      .heat {
        padding: var(--space-2) var(--space-3);
        border-radius: var(--radius-s);
        background: var(--paper);
      }
      .lane {
        display: grid;
        grid-template-columns: 44px 32px minmax(0, 1fr);
        align-items: start;
        gap: var(--space-2);
        padding: var(--space-2) 0;
        border-top: 1px solid var(--line);
      }
      .lane paddock-racer {
        width: 32px;
        height: 32px;
      }
      .line {
        display: flex;
        gap: var(--space-2);
      }
      .pays b {
        padding: 0 6px;
        border-radius: 6px;
        background: var(--signal);
        color: var(--signal-ink);
      }
      .place {
        flex: none;
        padding: 2px var(--space-2);
        border: 1.5px solid var(--line);
        border-radius: var(--radius-s);
        font-size: var(--text-14);
      }
      .rank {
        font-weight: 900;
      }
      a:not(.button) {
        color: inherit;
        text-decoration-color: var(--ink-soft);
        text-decoration-thickness: 1px;
        text-underline-offset: 4px;
      }
    `,
  ];

  @property({ attribute: false }) round!: Round;
  @property() zone = "";
  /** The room is told where the rounds of several stand together. */
  @property({ type: Boolean }) tellsRoom = false;
  /** Whose record this stands in: their own place is told. */
  @property() own: string | null = null;
  @state() private open = false;

  protected override render(): TemplateResult {
    const last = lastHeat(this.round);
    const first = this.round.heats[0] as RaceLine;
    const mine = this.own === null ? null : ownRun(this.round, this.own);
    const face = mine ?? lanes(first)[0];
    const time = timeOf(first.starts_at, this.w.code, this.zone);
    return html`<article data-testid="round" data-race=${last.race}>
      <div class="top">
        <button class="fold" data-testid="fold" aria-expanded=${this.open} @click=${(): void => void (this.open = !this.open)}>
          ${face === undefined ? nothing : html`<paddock-racer portrait kind=${face.kind}></paddock-racer>`}
          <span class="grow">
            <span class="clip block">${this.verdict()}</span>
            <span class="small soft clip block figures"
              ><time datetime=${new Date(first.starts_at).toISOString()}>${time}</time> · ${this.facts(first)}</span
            >
          </span>
          ${mine === null ? nothing : html`<b class="place figures">${this.w.rank(mine.rank)}</b>`}
          ${icon("fold", 20)}<span class="sr">${this.r.history.show(time)}</span>
        </button>
        ${this.watch(last, time)}
      </div>
      ${this.open ? html`<div class="heats">${this.round.heats.map((heat) => this.heat(heat))}</div>` : nothing}
    </article>`;
  }

  /** Who pays; a heat that nobody, or more than one, paid for was raced again, or is about to be. */
  private verdict(): string {
    const names = payers(this.round).map((one) => this.called(one));
    if (names.length === 0) return this.w.history.runoff;
    return names.length === 1 ? this.w.history.paid(names[0] ?? "") : this.r.history.undecided(names);
  }

  private facts(first: RaceLine): string {
    const { history, profile } = this.r;
    const { home, common } = this.w;
    const runoffs = this.round.heats.filter((heat) => heat.runoff > 0).length;
    const said = this.tellsRoom ? [profile.inRoom(shownCode(first.room))] : [common.people(first.runners.length)];
    if (runoffs > 0) said.push(history.runoffs(runoffs));
    if (!this.tellsRoom) said.push(home.metres(first.track));
    return said.join(" · ");
  }

  private heat(heat: RaceLine): TemplateResult {
    const { history } = this.r;
    const only = this.round.heats.length === 1 && heat.runoff === 0;
    const time = timeOf(heat.starts_at, this.w.code, this.zone);
    return html`<section class="heat" data-testid="heat" data-race=${heat.race}>
      ${only
        ? nothing
        : html`<div class="row">
            <h3 class="grow">${heat.runoff === 0 ? history.firstHeat : history.runoff(heat.runoff)} <span class="small soft figures">${time}</span></h3>
            ${this.watch(heat, time)}
          </div>`}
      <ol>
        ${lanes(heat).map((lane) => this.lane(lane))}
      </ol>
    </section>`;
  }

  private lane({ racer, kind, rank, time, paid, runners }: Lane): TemplateResult {
    return html`<li class=${paid ? "lane pays" : "lane"}>
      <span class="rank figures">${this.w.rank(rank)}</span>
      <paddock-racer portrait kind=${kind} pose=${paid ? "lose" : rank === 1 ? "win" : "idle"}></paddock-racer>
      <span>
        <span class="small soft line"
          ><span class="grow">${racer + 1} ${this.w.racer(kind)}</span> <span class="figures">${time === null ? this.r.history.notRun : seconds(time)}</span></span
        >
        ${runners.map((one, at) => html`${at === 0 ? "" : ", "}${this.person(one)}`)}
        ${paid ? html`<b class="small">${this.w.podium.pays}</b>` : nothing}
      </span>
    </li>`;
  }

  private person(one: Runner): TemplateResult {
    if (one.profile === null) return html`<span>${this.called(one)}</span>`;
    return html`<a href=${`/p/${one.profile}`} data-testid="runner">${this.called(one)}</a>`;
  }

  private watch(heat: RaceLine, time: string): TemplateResult {
    return html`<a class="button icon quiet" data-testid="watch" href=${`/race/${heat.race}`} aria-label=${this.r.history.watch(time)}>${icon("play")}</a>`;
  }

  private called({ name }: Runner): string {
    return name === "" ? this.w.replay.nameless : name;
  }
}
