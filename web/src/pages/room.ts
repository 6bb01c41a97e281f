/**
 * The room: its head, the stage for whatever phase it is in, the people and their talk. It shows one sheet at a time and
 * decides nothing; every press goes to the server and comes back as state.
 */

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { ThemeName } from "../art/theme.js";
import { shownCode } from "../model/address.js";
import type { Client } from "../model/intents.js";
import type { State } from "../model/state.js";
import { PaddockElement } from "../parts/element.js";
import { icon } from "../parts/icons.js";
import { shareLink } from "../parts/share.js";
import { buttons, shared } from "../style/shared.js";
import type { CountdownView, OwnView, RoomView, RunOffView } from "../wire.gen.js";
import { member, nameOf, seated } from "./facts.js";
import { Lamps } from "./lamps.js";
import type { OnTrack } from "./race-input.js";
import { room as styles } from "./room-style.js";
import type { Sheet } from "./room-sheets.js";
import "../parts/countdown.js";
import "./chat.js";
import "./draw.js";
import "./gate.js";
import "./history.js";
import "./podium.js";
import "./race.js";
import "./reveal.js";
import "./room-sheets.js";
import "./seats.js";
import "./start-bar.js";
import "./ticket.js";
import "./vote.js";

@customElement("paddock-room")
export class PaddockRoom extends PaddockElement {
  static override styles = [shared, buttons, styles];

  @property({ attribute: false }) client!: Client;
  @property({ attribute: false }) room!: RoomView;
  @property({ attribute: false }) own!: OwnView;
  @property({ attribute: false }) state!: State;
  @property() theme: ThemeName = "day";
  @state() private sheet: Sheet = { kind: "none" };

  private readonly lamps = new Lamps(this, () => this.startsSoon(), () => this.client.now());
  private wasOnTrack = false;

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("room");
    // Somebody who has gone takes their sheet along, so that it does not open by itself when they come back.
    if (this.sheet.kind === "player" && member(this.room, this.sheet.player) === null) this.sheet = { kind: "none" };
    const onTrack = this.onTrack() !== null;
    if ((before !== undefined && before.phase.type !== this.room.phase.type) || onTrack !== this.wasOnTrack) this.toTop();
    this.wasOnTrack = onTrack;
    if (before === undefined || before.host === this.room.host || this.room.host === null) return;
    const { crowned, crownedYou } = this.w.room;
    this.tell("toast", this.room.host === this.own.player ? crownedYou : crowned(nameOf(this.room, this.room.host)));
  }

  protected override render(): TemplateResult {
    const { phase } = this.room;
    const onTrack = this.onTrack() !== null;
    return html`<div class="room" phase=${phase.type} ?ontrack=${onTrack} data-testid="room">
      <p class="sr" role="status" data-testid="phase-told">${this.told()}</p>
      ${this.head()}
      ${this.people()}
      <main id="content" class="stage">${this.hostAway()}${this.stage()}</main>
      <aside class="side">
        <paddock-chat
          class="chat"
          ?bare=${onTrack}
          .client=${this.client}
          .lines=${this.state.chat}
          .members=${this.room.members}
          .me=${this.own.player}
        ></paddock-chat>
        <paddock-history .races=${this.state.history} .room=${this.room.room} .delayed=${this.state.delayed}></paddock-history>
      </aside>
      ${this.foot()}
      ${this.sheet.kind === "none"
        ? nothing
        : html`<paddock-room-sheets
            .client=${this.client}
            .room=${this.room}
            .me=${this.own.player}
            .theme=${this.theme}
            .sheet=${this.sheet}
            @sheet-closed=${(): void => void (this.sheet = { kind: "none" })}
            @open-player=${(event: CustomEvent<string>): void => void (this.sheet = { kind: "player", player: event.detail })}
          ></paddock-room-sheets>`}
    </div>`;
  }

  private head(): TemplateResult {
    const { room, rules, home } = this.w;
    const { settings } = this.room;
    const host = this.room.host === this.own.player;
    return html`<header class="head">
      <div class="row">
        <h1 class="clip title grow" title=${this.called()}>${this.called()}</h1>
        <button class="icon onturf" data-testid="share" aria-label=${room.share} @click=${(): void => void this.share()}>${icon("share")}</button>
        <button class="icon onturf" data-testid="qr" aria-label=${room.qr} @click=${(): void => this.open({ kind: "qr" })}>${icon("qr")}</button>
        ${host
          ? html`<button class="icon onturf" data-testid="host-menu" aria-label=${room.hostMenu} @click=${(): void => this.open({ kind: "host" })}>
              ${icon("gear")}
            </button>`
          : nothing}
        <button class="icon onturf" data-testid="menu" aria-label=${room.meMenu} @click=${(): void => this.open({ kind: "me" })}>${icon("menu")}</button>
      </div>
      <p class="facts small">
        <b class="code figures" data-testid="room-code" aria-label=${`${room.code} ${this.room.room}`}>${shownCode(this.room.room)}</b>
        <span>${rules[settings.rule]}</span>
        <span class="figures">${home.metres(settings.track)}</span>
        ${this.room.private ? html`<span>${icon("key", 16)}<span class="sr">${room.passwordOn}</span></span>` : nothing}
        ${settings.locked ? html`<span>${icon("lock", 16)}<span class="sr">${home.locked}</span></span>` : nothing}
      </p>
    </header>`;
  }

  /** The phase in a sentence, for those who do not see it change. */
  private told(): string {
    const { pick, draw, reveal, race, podium, common } = this.w;
    const { phase } = this.room;
    switch (phase.type) {
      case "gathering":
        return pick.title;
      case "drawing":
        return phase.draw.rule === "vote" ? draw.byVote : draw[phase.draw.rule];
      case "countdown":
        return reveal.title;
      case "runoff":
        return `${reveal.runoffTitle} ${reveal.runoffBody(Object.values(phase.names))}`;
      case "racing":
        return race.start;
      case "podium": {
        const { payers, names } = phase.result;
        const called = payers.map((player) => names[player] ?? player);
        return payers.length === 1 ? `${podium.on} ${common.join(called)} ${podium.onAfter}` : `${podium.notOver} ${podium.several(called)}`;
      }
      case "closed":
        return "";
    }
  }

  private people(): TemplateResult {
    return html`<paddock-seats
      class="people"
      .room=${this.room}
      .me=${this.own.player}
      .blind=${this.own.blind}
      .manages=${this.room.host === this.own.player}
      @open-player=${(event: CustomEvent<string>): void => this.open({ kind: "player", player: event.detail })}
      @open-host=${(): void => this.open({ kind: "host" })}
    ></paddock-seats>`;
  }

  private stage(): TemplateResult | typeof nothing {
    const { phase } = this.room;
    const me = this.own.player;
    const track = this.onTrack();
    if (track !== null) return this.track(track);
    switch (phase.type) {
      case "gathering": {
        const mine = member(this.room, me);
        const open = mine?.seated === true && mine.ready;
        return html`${this.alone()}
          <paddock-gate
            .client=${this.client}
            .phase=${phase}
            .own=${this.own}
            .open=${open}
            .resting=${mine?.seated === true && !mine.ready}
          ></paddock-gate>
          ${this.room.settings.rule === "vote"
            ? html`<paddock-vote .client=${this.client} .votes=${phase.votes} .mine=${this.own.vote} .open=${open}></paddock-vote>`
            : nothing}
          ${this.houseRules()}`;
      }
      case "drawing":
        return html`<paddock-draw .phase=${phase} .now=${this.client.now}></paddock-draw>`;
      case "countdown":
      case "runoff":
        return this.reveal(phase, "");
      case "podium":
        return html`<paddock-result
          .client=${this.client}
          .room=${this.room}
          .phase=${phase}
          .me=${me}
          .theme=${this.theme}
          .delayed=${this.state.delayed}
        ></paddock-result>`;
      case "racing":
      case "closed":
        return nothing;
    }
  }

  /** When the countdown of a heat ends; null without one. */
  private startsSoon(): number | null {
    const { phase } = this.room;
    return phase.type === "countdown" || phase.type === "runoff" ? phase.ends_at : null;
  }

  /** The heat that the track shows, which comes with the lamps over its gate; null while there is another stage. */
  private onTrack(): OnTrack | null {
    const { phase } = this.room;
    if (phase.type === "racing") return phase;
    return (phase.type === "countdown" || phase.type === "runoff") && this.lamps.on ? phase : null;
  }

  /** One canvas from the lamps to the line; until the start the picks can still be heard. */
  private track(phase: OnTrack): TemplateResult {
    return html`<paddock-race
        .phase=${phase}
        .track=${this.state.track}
        .lines=${this.state.chat}
        .me=${this.own.player}
        .theme=${this.theme}
        .now=${this.client.now}
      ></paddock-race>
      ${phase.type === "racing" ? nothing : this.reveal(phase, "sr")}`;
  }

  private reveal(phase: CountdownView | RunOffView, kind: string): TemplateResult {
    return html`<paddock-reveal class=${kind} .phase=${phase} .me=${this.own.player} .now=${this.client.now}></paddock-reveal>`;
  }

  /** Nobody else here yet: the way to change that is the largest thing on the page. */
  private alone(): TemplateResult | typeof nothing {
    if (this.room.members.length > 1) return nothing;
    const { room } = this.w;
    return html`<section class="alone card" data-testid="alone">
      <h2>${room.aloneTitle}</h2>
      <p class="soft">${room.aloneBody}</p>
      <paddock-ticket .code=${this.room.room} .silent=${true}></paddock-ticket>
      <p class="link figures" data-testid="room-link">${this.link()}</p>
      <div class="row wrap">
        <button class="turf grow" data-testid="share-big" @click=${(): void => void this.share()}>${icon("share")}${room.share}</button>
        <button class="grow" data-testid="qr-big" @click=${(): void => this.open({ kind: "qr" })}>${icon("qr")}${room.qr}</button>
      </div>
    </section>`;
  }

  private houseRules(): TemplateResult | typeof nothing {
    const { rules } = this.room.settings;
    if (rules === "") return nothing;
    return html`<section class="card" data-testid="house-rules">
      <h3>${this.w.room.rulesText}</h3>
      <p class="text">${rules}</p>
    </section>`;
  }

  private hostAway(): TemplateResult | typeof nothing {
    const host = member(this.room, this.room.host);
    if (host === null || host.away_since === null) return nothing;
    const says = (left: number): string => this.w.room.hostAway(host.name, left);
    return html`<p class="notice" role="status" data-testid="host-away">
      ${icon("crown", 20)}<paddock-countdown .until=${host.away_since + this.room.host_grace_ms} .now=${this.client.now} .says=${says}></paddock-countdown>
    </p>`;
  }

  private foot(): TemplateResult | typeof nothing {
    const { phase } = this.room;
    if (phase.type === "gathering") {
      return html`<footer class="foot">
        <paddock-start-bar
          .client=${this.client}
          .room=${this.room}
          .phase=${phase}
          .me=${this.own.player}
          .starting=${this.state.pending.includes("start_race")}
        ></paddock-start-bar>
      </footer>`;
    }
    if (phase.type !== "podium" || phase.result.payers.length > 1) return nothing;
    const { podium } = this.w;
    const soon = html`<paddock-countdown .until=${phase.ends_at} .now=${this.client.now} .says=${podium.nextSoon}></paddock-countdown>`;
    if (this.room.host !== this.own.player) {
      const host = nameOf(this.room, this.room.host);
      return html`<footer class="foot next small">
        ${host === "" ? nothing : html`<p>${podium.waitHost(host)}</p>`}
        <p class="soft">${soon}</p>
      </footer>`;
    }
    return html`<footer class="foot next">
      <button
        class="primary"
        data-testid="next-round"
        ?disabled=${this.state.pending.includes("next_round")}
        @click=${(): void => void this.client.intents.nextRound()}
      >
        ${podium.next}
      </button>
      <p class="small soft">${soon}</p>
    </footer>`;
  }

  /** A new phase begins at its head, but nobody is pulled away from what they are typing. */
  private toTop(): void {
    if (this.renderRoot.querySelector("paddock-chat:focus-within") !== null) return;
    window.scrollTo(0, 0);
    this.renderRoot.querySelector(".stage")?.scrollTo(0, 0);
  }

  private open(sheet: Sheet): void {
    this.sheet = sheet;
  }

  private called(): string {
    return this.w.roomTitle(this.room.settings.title, nameOf(this.room, this.room.host ?? seated(this.room)[0]?.player ?? null));
  }

  private link(): string {
    return `${location.origin}/r/${this.room.room}`;
  }

  private async share(): Promise<void> {
    const outcome = await shareLink(this.w.room.shareText(this.called()), this.link());
    if (outcome === "copied") this.tell("toast", this.w.common.copied);
    if (outcome === "failed") this.tell("toast", this.w.common.copyFailed);
  }
}
