/** Leaderboards: what is ranked, over which time, where; the best first, and one's own place always in sight. */

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Board, BoardPage, BoardRow, Period } from "../api.gen.js";
import { BOARDS, FIRST_BOARD, PERIODS, shownCode, type BoardChoice } from "../model/address.js";
import type { Client } from "../model/intents.js";
import type { Chosen } from "../parts/choice.js";
import { icon } from "../parts/icons.js";
import { buttons, shared } from "../style/shared.js";
import { grouped, percent } from "../words/moments.js";
import { Paging } from "./asking.js";
import { RecordsElement } from "./element.js";
import type { Stepped } from "./period-steps.js";
import { records } from "./style.js";
import { board as styles } from "./boards-style.js";
import "../parts/choice.js";
import "./nav.js";
import "./period-steps.js";
import "./rosette.js";
import "./trouble.js";

/** Boards of rates list who has raced this often at least. */
const LEAST_RACES = 5;
const EVERYWHERE = "";
const BONES = 8;

@customElement("paddock-boards-page")
export class PaddockBoardsPage extends RecordsElement {
  static override styles = [shared, buttons, records, styles];

  @property({ attribute: false }) client!: Client;
  @property({ attribute: false }) choice: BoardChoice = FIRST_BOARD;
  /** The room this page was opened for; its board stays within one press. */
  @state() private home: string | null = null;
  @state() private own: BoardRow | null = null;
  @state() private told = "";
  /** The board that is on screen, as the server told of it: its time, and those beside it. */
  @state() private shown: BoardPage | null = null;
  private readonly rows = new Paging<BoardRow>(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("choice")) return;
    this.home = this.choice.room ?? this.home;
    this.load();
  }

  protected override render(): TemplateResult {
    const { boards } = this.r;
    const { items, trouble, waits } = this.rows.now;
    return html`<main id="content" data-testid="boards-page">
      <paddock-records-nav here="boards"></paddock-records-nav>
      <h1>${this.choice.room === null ? boards.title : boards.ofRoom(shownCode(this.choice.room))}</h1>
      ${this.choices()} ${this.steps()}
      <p class="sr" role="status">${this.told}</p>
      ${this.choice.board === "win_rate" ? html`<p class="small soft" data-testid="least">${boards.rateHelp(LEAST_RACES)}</p>` : nothing}
      <section aria-label=${boards.list} aria-busy=${waits}>
        ${trouble !== null
          ? html`<paddock-trouble .code=${trouble} .waits=${waits} @again=${(): void => this.load()}></paddock-trouble>`
          : items === null
            ? this.bones()
            : items.length === 0
              ? this.empty()
              : this.list(items)}
      </section>
      ${items === null || items.length === 0 ? nothing : this.place()}
    </main>`;
  }

  private choices(): TemplateResult {
    const { boards } = this.r;
    const { board, period, room } = this.choice;
    const times = this.past ? boards.spans : boards.periods;
    return html`<div class="choices">
      <paddock-choice
        name="board"
        .legend=${boards.board}
        .value=${board}
        .options=${BOARDS.map((value) => ({ value, label: boards.boards[value] }))}
        @choice=${(event: Chosen): void => this.choose({ board: event.detail as Board })}
      ></paddock-choice>
      <paddock-choice
        name="period"
        .legend=${boards.period}
        .value=${period}
        .options=${PERIODS.map((value) => ({ value, label: times[value] }))}
        @choice=${(event: Chosen): void => this.choose({ period: event.detail as Period })}
      ></paddock-choice>
      ${this.home === null
        ? nothing
        : html`<paddock-choice
            name="scope"
            .legend=${boards.scope}
            .value=${room ?? EVERYWHERE}
            .options=${[
              { value: this.home, label: boards.onlyRoom(this.home) },
              { value: EVERYWHERE, label: boards.everywhere },
            ]}
            @choice=${(event: Chosen): void => this.choose({ room: event.detail === EVERYWHERE ? null : event.detail })}
          ></paddock-choice>`}
    </div>`;
  }

  /** What was told of the board that is meant; null while another one is on screen. */
  private get meant(): BoardPage | null {
    const { on, period } = this.choice;
    return this.shown?.period === period && (on === null || this.shown.on === on) ? this.shown : null;
  }

  /** Whether it is of a time that is over. */
  private get past(): boolean {
    return this.choice.on !== null && this.meant?.later !== null;
  }

  private steps(): TemplateResult | typeof nothing {
    const { on, period } = this.choice;
    if (period === "all") return nothing;
    const { meant } = this;
    return html`<paddock-period-steps
      .period=${period}
      .on=${on ?? meant?.on ?? ""}
      .earlier=${meant?.earlier ?? null}
      .later=${meant?.later ?? null}
      @step=${(event: Stepped): void => this.choose({ on: event.detail })}
    ></paddock-period-steps>`;
  }

  private list(items: readonly BoardRow[]): TemplateResult {
    const shared = sharedRanks(items);
    return html`<ol class="card waits" data-testid="board">
        ${repeat(
          items,
          ({ profile }) => profile,
          (row) => this.row(row, shared.has(row.rank)),
        )}
      </ol>
      ${this.further()}`;
  }

  private row(row: BoardRow, shared: boolean): TemplateResult {
    const { boards } = this.r;
    const { code } = this.w;
    const mine = row.profile === this.own?.profile;
    const count = (value: number): string => grouped(value, code);
    return html`<li class=${mine ? "row mine" : "row"} data-testid="board-row" data-rank=${row.rank} data-profile=${row.profile}>
      <paddock-rosette .rank=${row.rank} aria-hidden="true"></paddock-rosette>
      <span class="sr">${boards.rank(row.rank, shared)}</span>
      <span class="grow">
        <a class="clip block name" href=${`/p/${row.profile}`}>${row.name === "" ? this.w.replay.nameless : row.name}</a>
        <span class="small soft block clip figures"
          >${shared ? html`<span aria-hidden="true">${boards.rank(row.rank, true)} · </span>` : nothing}${boards.facts(count(row.races), count(row.wins), count(row.paid))}</span
        >
      </span>
      ${mine ? html`<span class="you small">${boards.you}</span>` : nothing}
      <b class="value figures">${this.value(row)}</b>
    </li>`;
  }

  private value(row: BoardRow): string {
    const { board } = this.choice;
    if (board === "win_rate") return percent(row.win_rate);
    return this.r.boards.value[board](grouped(row[board], this.w.code));
  }

  /** One's own place, at the thumb whatever part of the board is on screen. */
  private place(): TemplateResult {
    const { boards } = this.r;
    const { own } = this;
    const none = this.past ? boards.ownPast : this.choice.board === "win_rate" ? boards.ownFew(LEAST_RACES) : boards.ownNone;
    return html`<aside class="own" aria-label=${boards.own} data-testid="own-place" data-rank=${own?.rank ?? ""}>
      ${own === null
        ? html`<p class="small soft grow">${none}</p>`
        : html`<paddock-rosette .rank=${own.rank} aria-hidden="true"></paddock-rosette>
            <span class="grow">
              <span class="small soft block">${boards.own}</span>
              <a class="clip block name" href="/me">${own.name} · ${this.w.rank(own.rank)}</a>
            </span>
            <b class="value figures">${this.value(own)}</b>`}
    </aside>`;
  }

  private further(): TemplateResult | typeof nothing {
    const { more } = this.rows.now;
    if (more === null) return nothing;
    if (more.trouble !== null) return html`<paddock-trouble .code=${more.trouble} @again=${(): void => (more.trouble === "bad_cursor" ? this.load() : this.grow())}></paddock-trouble>`;
    return html`<button class="more" data-testid="more" aria-disabled=${more.waits} @click=${(): void => this.grow()}>
      ${more.waits ? this.w.common.working : this.r.more}
    </button>`;
  }

  private grow(): void {
    void this.rows.grow().then((count) => {
      if (count > 0) this.told = this.r.moreCame(count);
    });
  }

  private empty(): TemplateResult {
    const { boards } = this.r;
    return html`<div class="card nothing" data-testid="empty">
      <paddock-racer aria-hidden="true" kind="ostrich"></paddock-racer>
      ${this.past
        ? html`<h2>${boards.emptyPast}</h2>`
        : html`<h2>${boards.empty}</h2>
            <p class="soft">${this.choice.board === "win_rate" ? boards.emptyFew(LEAST_RACES) : boards.emptyBody}</p>
            <a class="button turf" href=${this.home === null ? "/" : `/r/${this.home}`}>${icon("play", 20)}${boards.emptyAction}</a>`}
    </div>`;
  }

  private bones(): TemplateResult {
    const bone = html`<li class="row">
      <span class="bone round"></span><span class="grow"><span class="bone"></span></span>
    </li>`;
    return html`<p class="sr" role="status">${this.r.loading}</p>
      <ol class="card" aria-hidden="true">
        ${Array.from({ length: BONES }, () => bone)}
      </ol>`;
  }

  private choose(change: Partial<BoardChoice>): void {
    const { board, period, room, on } = { ...this.choice, ...change };
    this.client.intents.turn({ to: "boards", board, period, room, on: period === "all" ? null : on });
  }

  private load(): void {
    const { board, period, room, on } = this.choice;
    void this.rows.begin(async (cursor, signal) => {
      const answer = await this.client.records.ask("board", { board, period, room, on, cursor }, { signal });
      if (!answer.ok) return answer;
      const page: BoardPage = answer.value;
      if (cursor === null && !signal.aborted) {
        this.own = page.own;
        this.shown = page;
      }
      return { ok: true, value: { items: page.rows, next: page.next } };
    });
  }
}

/** The ranks that more than one person has, among those on screen. */
function sharedRanks(rows: readonly BoardRow[]): ReadonlySet<number> {
  const seen = new Set<number>();
  const twice = new Set<number>();
  for (const { rank } of rows) {
    if (seen.has(rank)) twice.add(rank);
    seen.add(rank);
  }
  return twice;
}
