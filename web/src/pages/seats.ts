/** Everybody in the room: who sits, who wears the crown, who has picked, who is away, who watches. One chip each. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { PaddockElement } from "../parts/element.js";
import { icon } from "../parts/icons.js";
import { buttons, shared } from "../style/shared.js";
import type { MemberView, RoomView } from "../wire.gen.js";
import { seated, watching } from "./facts.js";

/** Chips shown before "more" is pressed: about three lines of a phone. */
const FEW = 9;

@customElement("paddock-seats")
export class PaddockSeats extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    css`
      ul {
        position: relative;
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-2);
        margin-top: var(--space-2);
      }
      li {
        max-width: 100%;
      }
      .chip {
        display: inline-flex;
        align-items: center;
        gap: var(--space-1);
        max-width: 216px;
        min-height: 44px;
        padding: 0 var(--space-3) 0 var(--space-2);
        border: 1.5px solid var(--line);
        border-radius: 22px;
        background: var(--paper-raised);
        font-size: var(--text-14);
        font-weight: 700;
        box-shadow: none;
      }
      .chip.me {
        border-color: var(--signal);
      }
      .chip.done .mark {
        background: var(--turf-deep);
        color: var(--chalk);
        border-color: transparent;
      }
      .chip.away {
        border-style: dashed;
        color: var(--ink-soft);
        font-weight: 400;
      }
      .mark {
        display: inline-grid;
        place-items: center;
        flex: none;
        width: 22px;
        height: 22px;
        border: 1.5px dashed var(--ink-soft);
        border-radius: 50%;
      }
      .resting .mark {
        border-style: solid;
        border-color: var(--line);
      }
      .tag {
        font-weight: 400;
        color: var(--ink-soft);
        white-space: nowrap;
      }
      .crown {
        display: inline-flex;
        color: var(--signal-text);
      }
      .stand {
        margin-top: var(--space-2);
      }
      /* On a phone the chips stand in one line to be swiped, until somebody wants to see all. */
      @media (max-width: 899px) {
        ul:not(.all) {
          flex-wrap: nowrap;
          margin-inline: calc(-1 * var(--space-4));
          padding: 3px var(--space-4);
          overflow-x: auto;
          scrollbar-width: none;
        }
        ul:not(.all) li {
          flex: none;
        }
        .top {
          display: none;
        }
        ul {
          margin-top: 0;
        }
      }
      li {
        display: flex;
        align-items: center;
      }
      .count {
        display: none;
        font-weight: 800;
      }
      @media (max-width: 899px) {
        .count {
          display: flex;
        }
      }
    `,
  ];

  @property({ attribute: false }) room!: RoomView;
  /** My own player id. */
  @property() me = "";
  /** My pick was made for me and is hidden from me too. */
  @property({ type: Boolean }) blind = false;
  /** Whether pressing a chip opens what a host can do with that player. */
  @property({ type: Boolean }) manages = false;
  @state() private all = false;

  protected override render(): TemplateResult {
    const { room } = this.w;
    const players = this.mineFirst(seated(this.room));
    const shown = this.all ? players : players.slice(0, FEW);
    const more = players.length - shown.length;
    const stand = watching(this.room);
    const count = room.seatsCount(players.length, this.room.settings.capacity);
    return html`<section aria-label=${`${room.seats} ${count}`}>
      <div class="row top">
        <h2 class="grow">${room.seats}</h2>
        <span class="figures" data-testid="seats-count">${count}</span>
      </div>
      <ul class=${this.all ? "all" : ""} aria-label=${room.seats} tabindex=${this.manages ? nothing : 0}>
        <li class="count figures" aria-hidden="true">${count}</li>
        ${repeat(shown, (one) => one.player, (one) => html`<li>${this.chip(one)}</li>`)}
        ${more > 0 || (this.all && players.length > FEW)
          ? html`<li>
              <button class="chip" data-testid="more-seats" aria-expanded=${this.all} @click=${(): void => void (this.all = !this.all)}>
                ${this.all ? room.less : room.more(more)}
              </button>
            </li>`
          : nothing}
      </ul>
      ${stand.length === 0 ? nothing : this.stand(stand)}
    </section>`;
  }

  private stand(people: readonly MemberView[]): TemplateResult {
    const { room, common } = this.w;
    return html`<div class="stand small soft row wrap" data-testid="watchers">
      ${icon("eye", 18)}<span>${room.watchers(people.length)}</span>
      <span class="clip">${common.join(people.map((one) => one.name))}</span>
      ${this.manages
        ? html`<button class="chip" data-testid="manage-watchers" aria-label=${room.manageWatchers} @click=${(): void => this.tell("open-host", null)}>${icon("gear", 18)}</button>`
        : nothing}
    </div>`;
  }

  private chip(one: MemberView): TemplateResult {
    const { room, common } = this.w;
    const picking = this.room.phase.type === "gathering" || this.room.phase.type === "drawing";
    const done = (this.room.phase.type === "gathering" || this.room.phase.type === "drawing") && this.room.phase.picked.includes(one.player);
    const away = one.away_since !== null;
    const mine = one.player === this.me;
    const host = this.room.host === one.player;
    const mark = away ? room.away : !one.ready ? room.sitsOut : picking ? (done ? room.picked : room.notPicked) : "";
    const kind = `chip${mine ? " me" : ""}${done ? " done" : ""}${away ? " away" : ""}${one.ready ? "" : " resting"}`;
    const inside = html`
      ${picking ? html`<span class="mark">${done ? icon(mine && this.blind ? "dice" : "check", 16) : nothing}</span>` : nothing}
      ${host ? html`<span class="crown">${icon("crown", 18)}<span class="sr">${room.host}</span></span>` : nothing}
      <span class="clip">${one.name}</span>
      ${mine ? html`<span class="tag">${common.you}</span>` : nothing}
      ${away || !one.ready ? html`<span class="tag">${mark}</span>` : html`<span class="sr">${mark}</span>`}
    `;
    if (this.manages && !mine) {
      return html`<button
        class=${kind}
        data-testid="seat"
        data-player=${one.player}
        data-picked=${String(done)}
        data-away=${String(away)}
        title=${one.name}
        @click=${(): void => this.tell("open-player", one.player)}
      >
        ${inside}
      </button>`;
    }
    return html`<span
      class=${kind}
      data-testid="seat"
      data-player=${one.player}
      data-picked=${String(done)}
      data-away=${String(away)}
      title=${one.name}
      >${inside}</span
    >`;
  }

  private mineFirst(players: readonly MemberView[]): readonly MemberView[] {
    return [...players].sort((a, b) => Number(b.player === this.me) - Number(a.player === this.me));
  }
}
