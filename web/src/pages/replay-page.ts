/** A shared race: what was decided, the replay, the check, and the way to a race of one's own. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { ThemeName } from "../art/theme.js";
import type { Client } from "../model/intents.js";
import { PaddockElement } from "../parts/element.js";
import { icon } from "../parts/icons.js";
import { shareLink } from "../parts/share.js";
import type { RaceRecord } from "../race/record.js";
import { buttons, shared } from "../style/shared.js";
import { seconds } from "../words/numbers.js";
import { pickers, placings } from "./facts.js";
import "./record-view.js";

@customElement("paddock-replay-page")
export class PaddockReplayPage extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    css`
      main {
        display: grid;
        gap: var(--space-4);
        grid-template-columns: minmax(0, 1fr);
        max-width: 860px;
        margin: 0 auto;
        padding: var(--space-4);
        padding-bottom: calc(var(--space-5) + env(safe-area-inset-bottom));
      }
      paddock-record {
        --stage-height: clamp(320px, 60dvh, 520px);
      }
      header {
        text-align: center;
      }
      ol li {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        min-height: 44px;
        border-bottom: 1px solid var(--line);
      }
      ol li:last-child {
        border-bottom: 0;
      }
      ol li.pays {
        padding: 0 var(--space-2);
        border-radius: var(--radius-s);
        background: var(--signal);
        color: var(--signal-ink);
      }
      .ways {
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        gap: var(--space-2);
      }
      .rank {
        flex: none;
        min-width: 40px;
        font-weight: 900;
      }
      paddock-racer {
        flex: none;
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  @property() race = "";
  @property() theme: ThemeName = "day";
  @state() private record: RaceRecord | null = null;

  protected override render(): TemplateResult {
    const { replay } = this.w;
    return html`<main id="content">
      <header>
        <h1>${replay.title}</h1>
        ${this.record === null ? nothing : this.headline(this.record)}
      </header>
      <paddock-record
        .race=${this.race}
        .theme=${this.theme}
        @record=${(event: CustomEvent<RaceRecord>): void => void (this.record = event.detail)}
      >
        ${this.record === null ? nothing : this.table(this.record)}
      </paddock-record>
      ${this.record === null ? nothing : this.ways(this.record)}
      <button class="primary" data-testid="home" @click=${(): void => this.client.intents.goHome()}>${replay.newRoom}</button>
    </main>`;
  }

  private ways(record: RaceRecord): TemplateResult {
    const { podium, replay } = this.w;
    return html`<div class="ways">
      <button data-testid="share-race" @click=${(): void => void this.share(record)}>${icon("share", 20)}${podium.share}</button>
      <a class="button" data-testid="to-history" href=${`/r/${record.room}/history`}>${icon("history", 20)}${replay.others}</a>
    </div>`;
  }

  private async share(record: RaceRecord): Promise<void> {
    const { podium, common, replay } = this.w;
    const names = common.join(this.names(record));
    const outcome = await shareLink(podium.shareText(names, replay.title), `${location.origin}/race/${this.race}`);
    if (outcome === "copied") this.tell("toast", common.copied);
    if (outcome === "failed") this.tell("toast", common.copyFailed);
  }

  /** Who pays, as they were called then. */
  private names(record: RaceRecord): readonly string[] {
    return record.payers.map((player) => record.names[player] ?? player);
  }

  private headline(record: RaceRecord): TemplateResult {
    const { replay, podium, common, code } = this.w;
    const when = new Date(record.starts_at).toLocaleString(code, { dateStyle: "medium", timeStyle: "short" });
    const names = common.join(this.names(record));
    const final = record.payers.length === 1;
    return html`<p class="soft">${replay.at(when)}</p>
      <p data-testid="payer"><b>${final ? `${podium.on} ${names} ${podium.onAfter}` : podium.several([names])}</b></p>`;
  }

  private table(record: RaceRecord): TemplateResult {
    const names = pickers(record.card, record.names);
    return html`<ol class="card" data-testid="results">
      ${placings(record).map(({ racer, rank, finish, pays }) => {
        const kind = record.card.lineup[racer] ?? "";
        return html`<li class=${pays ? "pays" : ""} data-racer=${racer}>
          <span class="rank figures">${this.w.rank(rank)}</span>
          <paddock-racer portrait kind=${kind} pose=${pays ? "lose" : rank === 1 ? "win" : "idle"}></paddock-racer>
          <span class="grow">
            ${racer + 1} ${this.w.racer(kind)}
            <span class="small block clip">${this.w.podium.pickedBy(names[racer] ?? [])}</span>
          </span>
          <span class="figures">${finish === null ? this.w.podium.gate : seconds(finish)}</span>
        </li>`;
      })}
    </ol>`;
  }
}
