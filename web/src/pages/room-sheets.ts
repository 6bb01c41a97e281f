/** Which sheet of the room is open, and what stands in it: QR code, my menu, one player, the host's settings. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { ThemeName } from "../art/theme.js";
import type { Client } from "../model/intents.js";
import type { Outcome } from "../model/state.js";
import { PaddockElement } from "../parts/element.js";
import { icon } from "../parts/icons.js";
import type { PaddockSheet } from "../parts/sheet.js";
import { copyText } from "../parts/share.js";
import { buttons, fields, shared } from "../style/shared.js";
import type { MemberView, RoomView } from "../wire.gen.js";
import { member } from "./facts.js";
import { failure } from "./failure.js";
import "../parts/preferences.js";
import "../parts/qr.js";
import "../parts/sheet.js";
import "./host-sheet.js";
import "./records-ways.js";

export type Sheet =
  | { readonly kind: "none" }
  | { readonly kind: "qr" }
  | { readonly kind: "me" }
  | { readonly kind: "host" }
  | { readonly kind: "player"; readonly player: string };

const NAME_UNITS = 60;

@customElement("paddock-room-sheets")
export class PaddockRoomSheets extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    fields,
    css`
      .list {
        display: grid;
        gap: var(--space-3);
        grid-template-columns: minmax(0, 1fr);
      }
      .list > button:not(.center) {
        justify-content: flex-start;
      }
      .list > button {
        width: 100%;
        min-height: 52px;
      }
      form .row {
        align-items: stretch;
      }
      form button {
        flex: none;
      }
      .link {
        overflow-wrap: anywhere;
        user-select: all;
        font-weight: 700;
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  @property({ attribute: false }) room!: RoomView;
  @property() me = "";
  @property() theme: ThemeName = "day";
  @property({ attribute: false }) sheet: Sheet = { kind: "none" };
  @state() private problem = "";
  @state() private leaving = false;
  @query("#my-name") private nameField!: HTMLInputElement;
  @query("paddock-sheet") private open!: PaddockSheet | null;

  protected override render(): TemplateResult | typeof nothing {
    const { room } = this.w;
    switch (this.sheet.kind) {
      case "none":
        return nothing;
      case "qr":
        return html`<paddock-sheet .heading=${room.share}>${this.qr()}</paddock-sheet>`;
      case "me":
        return html`<paddock-sheet .heading=${room.meMenu}>${this.mine()}</paddock-sheet>`;
      case "host":
        return html`<paddock-sheet .heading=${room.hostMenu}>
          <paddock-host-sheet .client=${this.client} .room=${this.room} .me=${this.me}></paddock-host-sheet>
        </paddock-sheet>`;
      case "player": {
        const one = member(this.room, this.sheet.player);
        return one === null ? nothing : html`<paddock-sheet .heading=${one.name}>${this.player(one)}</paddock-sheet>`;
      }
    }
  }

  private qr(): TemplateResult {
    const { room } = this.w;
    const link = `${location.origin}/r/${this.room.room}`;
    return html`<div class="list center">
      <paddock-qr data-testid="qr-code" .text=${link} .label=${room.qr}></paddock-qr>
      <p class="soft">${room.qrHelp}</p>
      <p class="link" data-testid="qr-link">${link}</p>
      <button class="turf center" data-testid="copy-link" @click=${(): void => void this.copy(link)}>
        ${icon("copy")}${room.copyLink}
      </button>
    </div>`;
  }

  private mine(): TemplateResult {
    const { room, home, common } = this.w;
    const mine = member(this.room, this.me);
    const { intents } = this.client;
    return html`<div class="list">
      <form class="field" novalidate @submit=${(event: Event): void => this.rename(event)}>
        <label for="my-name">${home.name}</label>
        <div class="row">
          <input id="my-name" data-testid="rename-input" maxlength=${NAME_UNITS} autocomplete="nickname" .value=${mine?.name ?? ""} />
          <button class="turf" data-testid="rename">${common.save}</button>
        </div>
        <p class="problem" role="alert">${this.problem}</p>
      </form>
      ${mine?.seated === true
        ? html`<button data-testid="give-up-seat" @click=${(): void => this.then(intents.giveUpSeat())}>${icon("eye")}${room.watchOnly}</button>`
        : html`<button data-testid="take-seat-menu" @click=${(): void => this.then(intents.takeSeat())}>${icon("person")}${room.takeSeat}</button>`}
      <paddock-records-ways .room=${this.room.room}></paddock-records-ways>
      <paddock-preferences .client=${this.client} .theme=${this.theme}></paddock-preferences>
      ${this.leaving
        ? html`<p>${room.leaveAsk}</p>
            <button class="danger" data-testid="leave-sure" @click=${(): void => void intents.leave()}>${icon("door")}${room.leave}</button>
            <button @click=${(): void => void (this.leaving = false)}>${common.cancel}</button>`
        : html`<button class="danger" data-testid="leave" @click=${(): void => void (this.leaving = true)}>${icon("door")}${room.leave}</button>`}
    </div>`;
  }

  private player(one: MemberView): TemplateResult {
    const { host } = this.w;
    const { intents } = this.client;
    return html`<div class="list">
      ${one.seated
        ? html`<button data-testid="hand-over" @click=${(): void => this.then(intents.handOver(one.player))}>${icon("crown")}${host.handOver}</button>`
        : nothing}
      <button data-testid="kick" @click=${(): void => this.then(intents.kick(one.player))}>${icon("door")}${host.kick}</button>
      <button class="danger" data-testid="block" @click=${(): void => this.then(intents.block(one.player))}>${icon("lock")}${host.block}</button>
      <p class="problem" role="alert">${this.problem}</p>
    </div>`;
  }

  private rename(event: Event): void {
    event.preventDefault();
    this.then(this.client.intents.rename(this.nameField.value.trim()));
  }

  /** Closes the sheet when it worked, and says why when it did not. */
  private then(intent: Promise<Outcome>): void {
    this.problem = "";
    void intent.then((outcome) => {
      if (outcome.ok) this.open?.close();
      else this.problem = failure(this.w, outcome.code);
    });
  }

  private async copy(link: string): Promise<void> {
    const outcome = await copyText(link);
    this.tell("toast", outcome === "copied" ? this.w.common.copied : this.w.common.copyFailed);
  }
}
