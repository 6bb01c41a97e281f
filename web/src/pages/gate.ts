/** The racers at the gate as cards to press: once picks, again takes back. What others picked is not here to see. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Client } from "../model/intents.js";
import { PaddockElement } from "../parts/element.js";
import { icon } from "../parts/icons.js";
import { buttons, shared } from "../style/shared.js";
import type { GatheringView, OwnView } from "../wire.gen.js";

/** Characters of the commitment that are shown without asking. */
const SHOWN = 12;

@customElement("paddock-gate")
export class PaddockGate extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    css`
      .cards {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: var(--space-2);
        margin: var(--space-3) 0;
      }
      .racer {
        position: relative;
        flex-direction: column;
        gap: 0;
        padding: var(--space-2) var(--space-1);
        height: 100%;
        min-height: 132px;
        overflow: hidden;
        box-shadow: 0 3px 0 var(--line);
        background:
          linear-gradient(var(--turf), var(--turf)) bottom / 100% 58px no-repeat,
          var(--paper-raised);
      }
      .racer:disabled {
        border-style: solid;
        background:
          linear-gradient(var(--turf), var(--turf)) bottom / 100% 58px no-repeat,
          var(--paper);
      }
      paddock-racer {
        width: 100%;
        max-width: 116px;
      }
      .name {
        color: var(--chalk);
        font-weight: 800;
        max-width: 100%;
      }
      .temper {
        display: none;
        font-size: var(--text-14);
        font-weight: 400;
        color: var(--chalk);
      }
      .number {
        position: absolute;
        top: 6px;
        left: 8px;
        min-width: 24px;
        font-weight: 900;
        font-size: var(--text-20);
        color: var(--ink-soft);
      }
      .racer[aria-pressed="true"] {
        border-color: var(--signal);
        box-shadow:
          0 0 0 3px var(--signal),
          0 5px 0 3px color-mix(in srgb, var(--signal) 55%, black);
      }
      .tick {
        position: absolute;
        top: 6px;
        right: 6px;
        display: grid;
        place-items: center;
        width: 28px;
        height: 28px;
        border-radius: 50%;
        background: var(--signal);
        color: var(--signal-ink);
      }
      .dice {
        flex-wrap: wrap;
        border-style: dashed;
        border-color: var(--ink-soft);
        background: transparent;
        box-shadow: none;
      }
      .wide-1 {
        padding: var(--space-1);
        flex-direction: column;
        font-size: var(--text-14);
      }
      .wide-2 {
        grid-column: span 2;
        flex-direction: column;
      }
      .wide-3 {
        grid-column: span 3;
        min-height: 52px;
      }
      .blind {
        border-color: var(--signal);
        background: var(--signal);
        color: var(--signal-ink);
      }
      summary {
        display: flex;
        align-items: center;
        gap: var(--space-1);
        min-height: 44px;
        cursor: pointer;
      }
      code {
        overflow-wrap: anywhere;
        user-select: all;
      }
      @media (min-width: 900px) {
        .racer {
          min-height: 188px;
        }
        .racer,
        .racer:disabled {
          background:
            linear-gradient(var(--turf), var(--turf)) bottom / 100% 84px no-repeat,
            var(--paper-raised);
        }
        paddock-racer {
          max-width: 150px;
          height: 122px;
        }
        .temper {
          display: block;
        }
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  @property({ attribute: false }) phase!: GatheringView;
  @property({ attribute: false }) own!: OwnView;
  /** Whether I may pick: seated and taking part. */
  @property({ type: Boolean }) open = false;
  /** Seated but sitting out. */
  @property({ type: Boolean }) resting = false;

  protected override render(): TemplateResult {
    const { pick } = this.w;
    return html`<section aria-labelledby="gate">
      <h2 id="gate">${this.open ? pick.title : pick.lineup}</h2>
      <div class="cards">${this.phase.lineup.map((kind, at) => this.card(kind, at))} ${this.open ? this.dice() : nothing}</div>
      <p class="small" aria-live="polite" data-testid="my-pick">${this.sentence()}</p>
      <details class="small soft">
        <summary>${pick.secret} <span class="figures">${this.phase.commitment.slice(0, SHOWN)}…</span></summary>
        <p>${pick.secretHelp}</p>
        <code data-testid="seal">${this.phase.commitment}</code>
      </details>
    </section>`;
  }

  /** Fills what the racers leave of the last row of three. */
  private dice(): TemplateResult {
    const { pick } = this.w;
    const cells = 3 - (this.phase.lineup.length % 3);
    return html`<button
      class=${`dice wide-${cells}${this.own.blind ? " blind" : ""}`}
      data-testid="pick-for-me"
      aria-pressed=${this.own.blind}
      @click=${(): void => void this.client.intents.pickForMe()}
    >
      ${icon("dice", 30)}<span>${this.own.blind ? pick.forMeBack : pick.forMe}</span>
    </button>`;
  }

  private card(kind: string, at: number): TemplateResult {
    const mine = this.own.pick === at;
    return html`<button
      class="racer"
      data-testid=${`racer-${at}`}
      data-kind=${kind}
      aria-pressed=${mine}
      ?disabled=${!this.open}
      @click=${(): void => void this.client.intents.pick(at)}
    >
      <span class="number figures">${at + 1}</span>
      ${mine ? html`<span class="tick">${icon("check", 20)}</span>` : nothing}
      <paddock-racer kind=${kind} pose=${mine ? "win" : "idle"} number=${at + 1}></paddock-racer>
      <span class="name clip">${this.w.racer(kind)}</span>
      <span class="temper clip">${this.w.temper(kind)}</span>
    </button>`;
  }

  private sentence(): string {
    const { pick } = this.w;
    if (this.resting) return pick.resting;
    if (this.own.blind) return pick.blind;
    const kind = this.own.pick === null ? undefined : this.phase.lineup[this.own.pick];
    if (kind !== undefined) return pick.mine(this.w.racer(kind));
    return pick.none;
  }
}
