/** The rooms that are open to everybody, a page at a time, with live counts and a search that the server does. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import type { Client } from "../model/intents.js";
import { beyond } from "../model/lobby.js";
import type { Lobby } from "../model/state.js";
import { PaddockElement } from "../parts/element.js";
import { icon } from "../parts/icons.js";
import { buttons, fields, shared } from "../style/shared.js";
import type { RoomSummary } from "../wire.gen.js";

/** How long after the last keystroke the server is asked, in ms. */
const TYPED = 250;
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
      .more {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
      }
      .more p {
        color: var(--ink-soft);
        font-size: var(--text-14);
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
  /** What stands in the field; the list may still be of what stood there before. */
  @state() private query = "";
  #typed: ReturnType<typeof setTimeout> | undefined;
  /** Which line gets the focus when the rooms that were asked for are there. */
  #focusOn: { readonly lobby: Lobby; readonly line: number } | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#typed);
  }

  protected override updated(): void {
    if (this.#focusOn === null || this.lobby === null || this.lobby.asked === this.#focusOn.lobby.asked) return;
    const { line } = this.#focusOn;
    this.#focusOn = null;
    this.renderRoot.querySelectorAll<HTMLElement>("li button")[line]?.focus();
  }

  protected override render(): TemplateResult {
    const { home } = this.w;
    const total = this.lobby?.total ?? 0;
    const asked = this.lobby?.asked.query ?? "";
    return html`<section class="card" aria-labelledby="rooms">
      <div class="row">
        <h2 id="rooms" class="grow">${home.rooms}</h2>
        ${this.lobby === null ? nothing : html`<span class="count figures" data-testid="rooms-count">${total}</span>`}
      </div>
      ${total >= SEARCH_FROM || this.query !== "" || asked !== "" ? this.search() : nothing} ${this.list()}
    </section>`;
  }

  private search(): TemplateResult {
    return html`<input
      type="search"
      data-testid="room-search"
      autocomplete="off"
      enterkeyhint="search"
      maxlength="60"
      aria-label=${this.w.home.search}
      placeholder=${this.w.home.search}
      .value=${live(this.query)}
      @input=${(event: Event): void => this.type((event.target as HTMLInputElement).value, TYPED)}
      @keydown=${(event: KeyboardEvent): void => {
        if (event.key === "Enter" && !event.isComposing) this.type(this.query, 0);
      }}
    />`;
  }

  private list(): TemplateResult {
    const { home } = this.w;
    const { lobby } = this;
    if (lobby === null) return html`<p class="empty">${icon("search")}${home.loading}</p>`;
    const { rooms, asked } = lobby;
    if (rooms.length === 0 && asked.after === null) {
      if (asked.query.trim() === "") return html`<p class="empty">${icon("cup")}${home.noRooms}</p>`;
      return html`<p class="empty" role="status">${icon("search")}${home.noMatch(asked.query.trim())}</p>`;
    }
    return html`<ul aria-busy=${asked.query !== this.query}>
        ${repeat(rooms, (room) => room.room, (room) => this.line(room))}
      </ul>
      ${lobby.next === null && asked.after === null ? nothing : this.pager(lobby)}`;
  }

  private pager(lobby: Lobby): TemplateResult {
    const { home } = this.w;
    return html`<div class="more">
      <p class="grow figures" role="status">${home.shown(lobby.rooms.length, lobby.total)}</p>
      ${lobby.asked.after === null
        ? nothing
        : html`<button class="quiet" data-testid="rooms-newest" @click=${(): void => this.newest(lobby)}>${home.newest}</button>`}
      ${lobby.next === null
        ? nothing
        : html`<button data-testid="rooms-more" @click=${(): void => this.more(lobby)}>${home.more}</button>`}
    </div>`;
  }

  private type(query: string, after: number): void {
    this.query = query;
    clearTimeout(this.#typed);
    this.#typed = setTimeout(() => void this.client.intents.searchRooms(query), after);
  }

  private more(lobby: Lobby): void {
    // The page grows, and reading goes on at the first new line; or another page begins.
    const grows = beyond(lobby)?.after === lobby.asked.after;
    this.#focusOn = { lobby, line: grows ? lobby.rooms.length : 0 };
    void this.client.intents.moreRooms();
  }

  private newest(lobby: Lobby): void {
    this.#focusOn = { lobby, line: 0 };
    void this.client.intents.searchRooms(lobby.asked.query);
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
