/** The foot of a gathering room, in reach of the thumb: am I in, whom are we waiting for, and the host's start button. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Client } from "../model/intents.js";
import { PaddockElement } from "../parts/element.js";
import { icon } from "../parts/icons.js";
import { buttons, shared } from "../style/shared.js";
import type { GatheringView, RoomView } from "../wire.gen.js";
import { member, nameOf, startProblem, undecided } from "./facts.js";
import "../parts/countdown.js";

/** Names are listed up to this many; beyond it only their number fits. */
const NAMES = 3;

@customElement("paddock-start-bar")
export class PaddockStartBar extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    css`
      .bar {
        display: grid;
        gap: var(--space-2);
        padding: var(--space-3) var(--space-4) calc(var(--space-3) + env(safe-area-inset-bottom));
        border-top: 1px solid var(--line);
        background: var(--paper-raised);
        grid-template-columns: minmax(0, 1fr);
      }
      .status {
        flex: 1;
        min-width: 0;
        font-size: var(--text-14);
        font-weight: 600;
      }
      .full {
        flex: 1 0 100%;
      }
      .ready {
        flex: none;
        padding: var(--space-1) var(--space-3);
      }
      .ready[aria-checked="true"] {
        background: var(--turf-deep);
        border-color: transparent;
        color: var(--chalk);
        box-shadow: 0 2px 0 color-mix(in srgb, var(--turf-deep) 60%, black);
      }
      paddock-countdown {
        color: var(--signal-text);
        font-weight: 800;
      }
      .primary {
        flex-direction: column;
        gap: 0;
      }
      .reason {
        font-size: var(--text-14);
        font-weight: 600;
      }
      @media (min-width: 900px) {
        .bar {
          border: 1px solid var(--line);
          border-radius: var(--radius-m);
          padding-bottom: var(--space-3);
        }
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  @property({ attribute: false }) room!: RoomView;
  @property({ attribute: false }) phase!: GatheringView;
  @property() me = "";
  @property({ type: Boolean }) starting = false;

  protected override render(): TemplateResult {
    const mine = member(this.room, this.me);
    return html`<div class="bar">
      <div class="row wrap">
        <div class="status" data-testid="waiting" aria-live="polite">${this.deadline()}${this.waiting()}</div>
        ${mine?.seated === true ? this.ready(mine.ready) : this.seat()}
      </div>
      ${this.room.host === this.me ? this.start() : nothing}
    </div>`;
  }

  private start(): TemplateResult {
    const { start, common } = this.w;
    const problem = startProblem(this.room);
    const reason = problem === null ? this.lots() : problem === "alone" ? start.needTwo : start.needReady;
    return html`<button
      class="primary"
      data-testid="start"
      ?disabled=${problem !== null || this.starting}
      @click=${(): void => void this.client.intents.start()}
    >
      <span>${this.starting ? common.working : start.go}</span>
      ${reason === "" ? nothing : html`<span class="reason" data-testid="start-reason">${reason}</span>`}
    </button>`;
  }

  private lots(): string {
    const without = undecided(this.room, this.phase).length;
    return without === 0 ? "" : this.w.start.byLot(without);
  }

  private ready(ready: boolean): TemplateResult {
    const words = this.w.ready;
    return html`<button
      class="ready"
      role="switch"
      data-testid="ready"
      aria-checked=${ready}
      aria-label=${`${words.label}: ${ready ? words.on : words.off}`}
      @click=${(): void => void this.client.intents.ready(!ready)}
    >
      ${ready ? icon("check", 20) : nothing}${ready ? words.on : words.off}
    </button>`;
  }

  private seat(): TemplateResult {
    const full = this.room.members.filter((one) => one.seated).length >= this.room.settings.capacity;
    const { room } = this.w;
    if (full) return html`<span class="full small soft">${room.full}</span>`;
    return html`<button class="ready" data-testid="take-seat" @click=${(): void => void this.client.intents.takeSeat()}>
      ${icon("person", 20)}${room.takeSeat}
    </button>`;
  }

  private deadline(): TemplateResult | typeof nothing {
    if (this.phase.deadline === null) return nothing;
    return html`<div data-testid="pick-deadline">
      <paddock-countdown .until=${this.phase.deadline} .now=${this.client.now} .says=${this.w.start.deadline}></paddock-countdown>
    </div>`;
  }

  private waiting(): TemplateResult | string {
    const { start, room } = this.w;
    const mine = member(this.room, this.me);
    const problem = startProblem(this.room);
    if (mine?.seated === false && problem === null) return room.spectating;
    if (problem !== null) return this.room.host === this.me ? "" : start.needTwo;
    const missing = undecided(this.room, this.phase);
    if (missing.length > NAMES) return start.waitingMany(missing.length);
    if (missing.length > 0) return start.waiting(missing.map((one) => one.name));
    const host = this.room.host;
    return host === null || host === this.me ? start.all : `${start.all}. ${start.forHost(nameOf(this.room, host))}`;
  }
}
