/** The result: on whom the coffee is, ranks and times, what follows; from here to the replay, the check and the next race. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { ThemeName } from "../art/theme.js";
import type { Client } from "../model/intents.js";
import { PaddockElement } from "../parts/element.js";
import { icon } from "../parts/icons.js";
import { shareLink } from "../parts/share.js";
import { buttons, shared } from "../style/shared.js";
import type { PodiumView, RoomView } from "../wire.gen.js";
import { seconds } from "../words/numbers.js";
import { nameOf, pickers, placings, racerOf, type Placing } from "./facts.js";
import "../parts/countdown.js";

/** What of the race is opened below the result. */
type Opened = "nothing" | "replay" | "verify";

/** Names longer than this are set smaller and may break; the one who pays is never cut off. */
const LONG_NAME = 9;

@customElement("paddock-result")
export class PaddockResult extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    css`
      section {
        display: grid;
        gap: var(--space-4);
        grid-template-columns: minmax(0, 1fr);
      }
      .payer {
        display: grid;
        justify-items: center;
        gap: var(--space-1);
        padding: var(--space-4);
        border-radius: var(--radius-l);
        background: var(--turf-deep);
        color: var(--chalk);
        text-align: center;
        overflow: hidden;
      }
      .payer paddock-podium {
        width: 100%;
        max-width: 460px;
      }
      .name {
        max-width: 100%;
        padding: 2px var(--space-4);
        border-radius: var(--radius-m);
        background: var(--signal);
        color: var(--signal-ink);
        font-size: clamp(28px, 9vw, 40px);
        font-weight: 900;
        line-height: 1.2;
        animation: land 380ms cubic-bezier(0.2, 1.6, 0.4, 1);
      }
      .long {
        font-size: 24px;
        overflow-wrap: anywhere;
      }
      .hero {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: center;
        gap: var(--space-1) var(--space-2);
        max-width: 100%;
      }
      .on {
        font-size: var(--text-20);
        font-weight: 700;
      }
      ol {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
      }
      ol li {
        display: grid;
        grid-template-columns: 44px 44px minmax(0, 1fr) auto;
        align-items: center;
        gap: var(--space-2);
        min-height: 56px;
        padding: 0 var(--space-2);
        border-bottom: 1px solid var(--line);
      }
      ol li:last-child {
        border-bottom: 0;
      }
      ol li.pays {
        border: 0;
        border-radius: var(--radius-s);
        background: var(--signal);
        color: var(--signal-ink);
      }
      li.pays .soft {
        color: inherit;
      }
      .rank {
        font-weight: 900;
      }
      .who {
        display: block;
        font-size: var(--text-14);
      }
      .mine {
        text-decoration: underline;
        text-decoration-thickness: 3px;
        text-underline-offset: 4px;
      }
      paddock-record {
        scroll-margin-top: 96px;
        --stage-height: clamp(250px, 100dvh - 440px, 520px);
      }
      .tools {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: var(--space-2);
      }
      .tools p {
        grid-column: 1 / -1;
      }
      .tools button {
        flex-direction: column;
        gap: 2px;
        padding: var(--space-2) var(--space-1);
        font-size: var(--text-14);
      }
      /* Beside the one who pays, so that the table is read without scrolling above the room's foot. */
      @media (min-width: 1100px) {
        section {
          grid-template-columns: repeat(2, minmax(0, 1fr));
          align-items: start;
        }
        .payer,
        .tools {
          grid-column: 1;
        }
        .card {
          grid-column: 2;
          grid-row: 1 / span 2;
        }
        paddock-record {
          grid-column: 1 / -1;
        }
      }
      @keyframes land {
        from {
          transform: scale(0.5) rotate(-4deg);
          opacity: 0;
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .name {
          animation: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  @property({ attribute: false }) room!: RoomView;
  @property({ attribute: false }) phase!: PodiumView;
  @property() me = "";
  @property() theme: ThemeName = "day";
  /** Recording takes longer than usual. */
  @property({ type: Boolean }) delayed = false;
  @state() private opened: Opened = "nothing";

  protected override render(): TemplateResult {
    const { result } = this.phase;
    return html`<section data-testid="podium">
      ${result.payers.length === 1 ? this.payer(result.payers[0] as string) : this.several()} ${this.tools()} ${this.more()} ${this.table()}
    </section>`;
  }

  private payer(player: string): TemplateResult {
    const { podium } = this.w;
    const name = this.phase.result.names[player] ?? player;
    const line = podium.congratulations[this.phase.result.card.race.charCodeAt(0) % podium.congratulations.length];
    const mine = player === this.me;
    const raced = racerOf(this.phase.result.card, this.me) !== null;
    return html`<div class="payer">
      <p class="on">${podium.on}</p>
      <p class="hero">
        <b class=${name.length > LONG_NAME ? "name long" : "name clip"} data-testid="payer" data-player=${player} title=${name}>${name}</b>
        <span class="on">${podium.onAfter}</span>
      </p>
      ${this.figures()}
      <p>${mine ? podium.youPay : raced ? podium.youEscaped : line}</p>
    </div>`;
  }

  private several(): TemplateResult {
    const { podium } = this.w;
    const { result } = this.phase;
    return html`<div class="payer" data-testid="runoff-next">
      <h1>${podium.notOver}</h1>
      <p>${podium.several(result.payers.map((player) => result.names[player] ?? player))}</p>
      <p class="on">
        <paddock-countdown .until=${this.phase.ends_at} .now=${this.client.now} .says=${podium.runoffSoon}></paddock-countdown>
      </p>
      ${this.figures()}
    </div>`;
  }

  private figures(): TemplateResult {
    const lines = placings(this.phase.result);
    const { lineup } = this.phase.result.card;
    return html`<paddock-podium
      aria-hidden="true"
      .places=${lines.map(({ racer, rank, pays }) => ({ kind: lineup[racer], number: racer + 1, rank, pays }))}
    ></paddock-podium>`;
  }

  private tools(): TemplateResult {
    const { podium } = this.w;
    const toggle = (what: Opened) => (): void => void this.open(this.opened === what ? "nothing" : what);
    return html`<div class="tools">
      <button data-testid="replay" aria-expanded=${this.opened === "replay"} @click=${toggle("replay")}>${icon("play")}${podium.replay}</button>
      <button data-testid="verify" aria-expanded=${this.opened === "verify"} @click=${toggle("verify")}>${icon("shield")}${podium.verify}</button>
      <button data-testid="share-result" @click=${(): void => void this.share()}>${icon("share")}${podium.share}</button>
      ${this.delayed ? html`<p class="small soft center" data-testid="saving-delayed">${this.w.history.delayed}</p>` : nothing}
    </div>`;
  }

  private async open(what: Opened): Promise<void> {
    this.opened = what;
    if (what !== "nothing" && !(await this.brings(() => import("./record-view.js")))) this.opened = "nothing";
  }

  private more(): TemplateResult | typeof nothing {
    if (this.opened === "nothing") return nothing;
    return html`<paddock-record
      .race=${this.phase.result.card.race}
      .show=${this.opened}
      .me=${this.me}
      .theme=${this.theme}
      .fresh=${true}
      @record=${(event: Event): void => this.show(event.target as HTMLElement)}
    ></paddock-record>`;
  }

  /** What was asked for may lie below the edge of a phone. */
  private show(record: HTMLElement): void {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    requestAnimationFrame(() => record.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" }));
  }

  private table(): TemplateResult {
    const { podium } = this.w;
    const { result } = this.phase;
    const names = pickers(result.card, result.names);
    const mine = racerOf(result.card, this.me);
    return html`<div class="card">
      <h2>${podium.results}</h2>
      <ol data-testid="results">
        ${placings(result).map((line) => this.line(line, names[line.racer] ?? [], line.racer === mine))}
      </ol>
    </div>`;
  }

  private line({ racer, rank, tied, finish, pays }: Placing, names: readonly string[], mine: boolean): TemplateResult {
    const { podium } = this.w;
    const kind = this.phase.result.card.lineup[racer] ?? "";
    return html`<li class=${pays ? "pays" : ""} data-racer=${racer} data-rank=${rank}>
      <span class="rank figures">${this.w.rank(rank)}</span>
      <paddock-racer portrait kind=${kind} pose=${pays ? "lose" : rank === 1 ? "win" : "idle"}></paddock-racer>
      <span>
        <span class=${mine ? "mine" : ""}>${racer + 1} ${this.w.racer(kind)}</span>
        <span class="who soft clip">${podium.pickedBy(names)}</span>
      </span>
      <span class="figures end">
        ${finish === null ? podium.gate : seconds(finish)}
        ${tied ? html`<span class="who soft">${podium.deadHeat}</span>` : nothing}
        ${pays ? html`<b class="who">${podium.pays}</b>` : nothing}
      </span>
    </li>`;
  }

  private async share(): Promise<void> {
    const { result } = this.phase;
    const { podium, common, roomTitle } = this.w;
    const title = roomTitle(this.room.settings.title, nameOf(this.room, this.room.host));
    const payers = common.join(result.payers.map((player) => result.names[player] ?? player));
    const outcome = await shareLink(podium.shareText(payers, title), `${location.origin}/race/${result.card.race}`);
    if (outcome === "copied") this.tell("toast", common.copied);
    if (outcome === "failed") this.tell("toast", common.copyFailed);
  }
}
