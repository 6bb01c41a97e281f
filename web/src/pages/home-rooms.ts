/** The rooms that are open to everybody, with live counts and a search as one types. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Client } from "../model/intents.js";
import type { Lobby } from "../model/state.js";
import { PaddockElement } from "../parts/element.js";
import { icon } from "../parts/icons.js";
import { buttons, fields, shared } from "../style/shared.js";
import type { RoomSummary } from "../wire.gen.js";

/** More rooms than this are found by typing, not by scrolling. */
const MOST_SHOWN = 40;
/** The search is offered from this many rooms. */
const SEARCH_FROM = 6;

@customElement("paddock-home-rooms")
export class PaddockHomeRooms extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    fields,
    css`
      section {
        display: grid;
        gap: var(--space-3);
        grid-template-columns: minmax(0, 1fr);
      }
      ul {
        display: grid;
        gap: var(--space-2);
        grid-template-columns: minmax(0, 1fr);
      }
      li button {
        width: 100%;
        justify-content: flex-start;
        text-align: start;
        padding: var(--space-2) var(--space-3);
      }
      .facts {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--space-2);
        font-weight: 400;
        font-size: var(--text-14);
        color: var(--ink-soft);
      }
      .count {
        font-size: var(--text-20);
        font-weight: 800;
      }
      .open {
        color: var(--signal-text);
        font-weight: 700;
      }
      .empty {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        color: var(--ink-soft);
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  @property({ attribute: false }) lobby: Lobby | null = null;
  @state() private query = "";

  protected override render(): TemplateResult {
    const { home } = this.w;
    const rooms = this.lobby?.rooms ?? [];
    return html`<section class="card" aria-labelledby="rooms">
      <div class="row">
        <h2 id="rooms" class="grow">${home.rooms}</h2>
        ${this.lobby === null ? nothing : html`<span class="count figures" data-testid="rooms-count">${rooms.length}</span>`}
      </div>
      ${rooms.length >= SEARCH_FROM || this.query !== "" ? this.search() : nothing} ${this.list(rooms)}
    </section>`;
  }

  private search(): TemplateResult {
    return html`<input
      type="search"
      data-testid="room-search"
      aria-label=${this.w.home.search}
      placeholder=${this.w.home.search}
      @input=${(event: Event): void => void (this.query = (event.target as HTMLInputElement).value)}
    />`;
  }

  private list(rooms: readonly RoomSummary[]): TemplateResult {
    const { home } = this.w;
    if (this.lobby === null) return html`<p class="empty">${icon("search")}${home.loading}</p>`;
    if (rooms.length === 0) return html`<p class="empty">${icon("cup")}${home.noRooms}</p>`;
    const wanted = this.query.trim().toLocaleLowerCase();
    const found = rooms.filter((room) => `${room.title} ${room.host} ${room.room}`.toLocaleLowerCase().includes(wanted));
    if (found.length === 0) return html`<p class="empty">${icon("search")}${home.noMatch(this.query.trim())}</p>`;
    return html`<ul>
      ${repeat(found.slice(0, MOST_SHOWN), (room) => room.room, (room) => this.line(room))}
    </ul>`;
  }

  private line(room: RoomSummary): TemplateResult {
    const { home, phases, rules, roomTitle } = this.w;
    return html`<li>
      <button data-testid="room-line" data-room=${room.room} @click=${(): void => void this.client.intents.openRoom(room.room)}>
        <span class="grow">
          <span class="row">
            <span class="clip">${roomTitle(room.title, room.host)}</span>
            ${room.private ? html`${icon("key", 18)}<span class="sr">${home.hasPassword}</span>` : nothing}
            ${room.locked ? html`${icon("lock", 18)}<span class="sr">${home.locked}</span>` : nothing}
          </span>
          <span class="facts">
            <span class=${room.phase === "gathering" ? "open" : ""}>${phases[room.phase] ?? room.phase}</span>
            <span>${rules[room.rule]}</span>
            ${room.title === "" || room.host === "" ? nothing : html`<span class="clip">${home.hostedBy(room.host)}</span>`}
            ${room.watching > 0 ? html`<span>${home.watching(room.watching)}</span>` : nothing}
          </span>
        </span>
        <span class="figures" aria-hidden="true">${home.seats(room.seated, room.capacity)}</span>
        <span class="sr">${home.seatsLong(room.seated, room.capacity)}</span>
      </button>
    </li>`;
  }
}
