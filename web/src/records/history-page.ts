/** Every recorded race of a room, by day; from here to each replay, to the room's board and into the room. */

import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { RaceLine } from "../api.gen.js";
import { shownCode } from "../model/address.js";
import type { Client } from "../model/intents.js";
import { icon } from "../parts/icons.js";
import { buttons, shared } from "../style/shared.js";
import { readersZone } from "../words/moments.js";
import { Paging } from "./asking.js";
import { RecordsElement } from "./element.js";
import { records } from "./style.js";
import "./nav.js";
import "./rounds-list.js";

@customElement("paddock-history-page")
export class PaddockHistoryPage extends RecordsElement {
  static override styles = [
    shared,
    buttons,
    records,
    css`
      .plate {
        padding: 2px var(--space-3);
        border-radius: var(--radius-s);
        background: var(--turf-deep);
        color: var(--chalk);
        font-weight: 800;
        letter-spacing: 0.14em;
      }
      .ways {
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        gap: var(--space-2);
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  @property() room = "";
  @state() private told = "";
  /** Where the days of the records begin; until it is told, where the reader's do. */
  @state() private zone = readersZone();
  private readonly races = new Paging<RaceLine>(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("room")) this.load();
  }

  protected override render(): TemplateResult {
    const { history } = this.r;
    const { items } = this.races.now;
    return html`<main id="content" data-testid="history-page">
      <header class="stack">
        <div class="row wrap">
          <h1 class="grow">${history.title}</h1>
          <span class="plate figures" aria-label=${`${this.w.room.code} ${this.room}`}>${shownCode(this.room)}</span>
        </div>
        <p class="soft">${history.lead(shownCode(this.room))}</p>
        <div class="ways">
          <a class="button turf" data-testid="enter-room" href=${`/r/${this.room}`}>${icon("door", 20)}${history.enter}</a>
          <a class="button" data-testid="room-board" href=${`/boards?board=paid&period=all&room=${this.room}`}>${icon("rosette", 20)}${history.board}</a>
        </div>
      </header>
      <p class="sr" role="status">${this.told}</p>
      ${items?.length === 0 ? this.empty() : this.list()}
      ${items === null || items.length === 0 ? nothing : html`<p class="small soft">${this.r.zone(this.zone)}</p>`}
    </main>`;
  }

  private list(): TemplateResult {
    return html`<paddock-rounds
      .races=${this.races.now}
      .zone=${this.zone}
      @again=${(): void => this.load()}
      @told=${(event: CustomEvent<string>): void => void (this.told = event.detail)}
    ></paddock-rounds>`;
  }

  private empty(): TemplateResult {
    const { history } = this.r;
    return html`<section class="card nothing" data-testid="empty">
      <paddock-racer aria-hidden="true" kind="snail"></paddock-racer>
      <h2>${history.empty}</h2>
      <p class="soft">${history.emptyBody}</p>
    </section>`;
  }

  private load(): void {
    const { room } = this;
    void this.races.begin(async (cursor, signal) => {
      const answer = await this.client.records.ask("room_races", { room, cursor }, { signal });
      if (!answer.ok) return answer;
      this.zone = answer.value.zone;
      return { ok: true, value: { items: answer.value.races, next: answer.value.next } };
    });
  }
}
