/** The host's settings: each change is sent as it is made; texts and the password have their own button. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Client, SettingsForm } from "../model/intents.js";
import type { Chosen } from "../parts/choice.js";
import { PaddockElement } from "../parts/element.js";
import { icon } from "../parts/icons.js";
import { buttons, fields, shared } from "../style/shared.js";
import type { Listing, MemberView, RoomView, Rule } from "../wire.gen.js";
import { failure } from "./failure.js";
import { RULES, TRACKS } from "./choices.js";
import "../parts/choice.js";
import "../parts/switch.js";

const RACERS = [4, 5, 6] as const;
const PICK_SECONDS = [0, 15, 30, 60, 120] as const;
const LIVES_H = [1, 3, 6] as const;
const LEAST_SEATS = 2;
const MOST_SEATS = 200;

@customElement("paddock-host-sheet")
export class PaddockHostSheet extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    fields,
    css`
      :host {
        display: grid;
        gap: var(--space-5);
        grid-template-columns: minmax(0, 1fr);
      }
      section,
      form {
        display: grid;
        gap: var(--space-3);
        grid-template-columns: minmax(0, 1fr);
      }
      .line {
        display: flex;
        align-items: stretch;
        gap: var(--space-2);
      }
      .line input {
        flex: 1;
        min-width: 0;
      }
      .people li {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-2);
        min-height: 48px;
        border-bottom: 1px solid var(--line);
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  @property({ attribute: false }) room!: RoomView;
  @property() me = "";
  @state() private problem = "";
  @query("#title") private titleField!: HTMLInputElement;
  @query("#rules") private rulesField!: HTMLTextAreaElement;
  @query("#capacity") private capacityField!: HTMLInputElement;
  @query("#password") private passwordField!: HTMLInputElement;

  protected override render(): TemplateResult {
    return html`
      ${this.problem === "" ? nothing : html`<p class="problem" role="alert" data-testid="settings-problem">${this.problem}</p>`} ${this.race()}
      ${this.door()} ${this.texts()} ${this.people()}
    `;
  }

  private race(): TemplateResult {
    const { host, rules, home } = this.w;
    const { settings, phase } = this.room;
    const fixed = phase.type !== "gathering";
    return html`<section>
      <h3>${host.race}</h3>
      ${fixed ? html`<p class="hint">${host.onlyWhileGathering}</p>` : nothing}
      ${this.choice("set-rule", host.pays, settings.rule, RULES.map((rule) => [rule, rules[rule]]), (value) => ({ rule: value as Rule }), fixed)}
      ${this.choice("set-track", host.track, settings.track, TRACKS.map((metres) => [metres, home.metres(metres)]), (value) => ({ track: Number(value) }), fixed)}
      ${this.choice("set-racers", host.racers, settings.racers, RACERS.map((count) => [count, host.racersCount(count)]), (value) => ({ racers: Number(value) }), fixed)}
      <p class="hint">${host.racersWarn}</p>
      ${this.choice(
        "set-deadline",
        host.deadline,
        settings.pick_seconds,
        PICK_SECONDS.map((count) => [count, count === 0 ? host.deadlineOff : host.deadlineSeconds(count)]),
        (value) => ({ pick_seconds: Number(value) }),
        fixed,
      )}
    </section>`;
  }

  private door(): TemplateResult {
    const { host } = this.w;
    const { settings } = this.room;
    return html`<section>
      <h3>${host.door}</h3>
      ${this.flag("set-locked", host.lock, host.lockHint, settings.locked, (on) => ({ locked: on }))}
      ${this.flag("set-one-device", host.oneDevice, "", settings.one_device, (on) => ({ one_device: on }))}
      ${this.choice(
        "set-listing",
        host.listing,
        settings.listing,
        [
          ["public", host.listed],
          ["unlisted", host.unlisted],
        ],
        (value) => ({ listing: value as Listing }),
        false,
      )}
      <form class="field" novalidate @submit=${(event: Event): void => this.savePassword(event)}>
        <label for="password">${this.room.private ? host.passwordSet : host.password}</label>
        <div class="line">
          <input id="password" data-testid="set-password" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="100" placeholder=${host.passwordNew} />
          <button data-testid="save-password">${this.w.common.save}</button>
        </div>
      </form>
      ${this.room.private
        ? html`<button class="danger" data-testid="remove-password" @click=${(): void => void this.change({ password: "" })}>${host.passwordRemove}</button>`
        : nothing}
      <form class="field" novalidate @submit=${(event: Event): void => this.saveCapacity(event)}>
        <label for="capacity">${host.capacity}</label>
        <div class="line">
          <input
            id="capacity"
            data-testid="set-capacity"
            type="number"
            inputmode="numeric"
            min=${LEAST_SEATS}
            max=${MOST_SEATS}
            .value=${String(settings.capacity)}
          />
          <button data-testid="save-capacity">${this.w.common.save}</button>
        </div>
      </form>
      ${this.choice("set-life", host.life, settings.life_h, LIVES_H.map((hours) => [hours, host.hours(hours)]), (value) => ({ life_h: Number(value) }), false)}
    </section>`;
  }

  private texts(): TemplateResult {
    const { host, common } = this.w;
    const { settings } = this.room;
    return html`<form novalidate @submit=${(event: Event): void => this.saveTexts(event)}>
      <h3>${host.room}</h3>
      <div class="field">
        <label for="title">${host.title}</label>
        <input id="title" data-testid="set-title" maxlength="90" autocomplete="off" .value=${settings.title} />
      </div>
      <div class="field">
        <label for="rules">${host.rules}</label>
        <textarea id="rules" data-testid="set-rules" maxlength="1500" placeholder=${host.rulesHint} .value=${settings.rules}></textarea>
      </div>
      <button class="turf" data-testid="save-texts">${common.save}</button>
    </form>`;
  }

  private people(): TemplateResult {
    const { host } = this.w;
    const others = this.room.members.filter((one) => one.player !== this.me);
    return html`<section class="people">
      <h3>${host.people}</h3>
      ${others.length === 0 ? html`<p class="soft">${host.nobodyElse}</p>` : nothing}
      <ul>
        ${others.map((one) => this.person(one))}
      </ul>
      ${this.room.blocked.length === 0
        ? nothing
        : html`<h3>${host.blocked}</h3>
            <ul data-testid="blocked">
              ${this.room.blocked.map(
                (name, place) =>
                  html`<li>
                    <span class="clip">${name}</span>
                    <button data-testid="unblock" @click=${(): void => void this.client.intents.unblock(place)}>${host.unblock}</button>
                  </li>`,
              )}
            </ul>`}
    </section>`;
  }

  private person(one: MemberView): TemplateResult {
    return html`<li>
      <span class="clip">${one.name}</span>
      <button
        class="icon quiet"
        data-testid="manage-player"
        data-player=${one.player}
        aria-label=${this.w.host.actionsFor(one.name)}
        @click=${(): void => this.tell("open-player", one.player)}
      >
        ${icon("menu")}
      </button>
    </li>`;
  }

  private choice(
    name: string,
    legend: string,
    value: string | number,
    options: readonly (readonly [string | number, string])[],
    form: (value: string) => SettingsForm,
    disabled: boolean,
  ): TemplateResult {
    return html`<paddock-choice
      .name=${name}
      .legend=${legend}
      .value=${String(value)}
      .disabled=${disabled}
      .options=${options.map(([option, label]) => ({ value: String(option), label }))}
      @choice=${(event: Chosen): void => void this.change(form(event.detail))}
    ></paddock-choice>`;
  }

  private flag(name: string, label: string, hint: string, on: boolean, form: (on: boolean) => SettingsForm): TemplateResult {
    return html`<paddock-switch
      .name=${name}
      .label=${label}
      .hint=${hint}
      .on=${on}
      @flip=${(event: CustomEvent<boolean>): void => void this.change(form(event.detail))}
    ></paddock-switch>`;
  }

  private saveTexts(event: Event): void {
    event.preventDefault();
    void this.change({ title: this.titleField.value.trim(), rules: this.rulesField.value.trim() });
  }

  private saveCapacity(event: Event): void {
    event.preventDefault();
    void this.change({ capacity: Math.round(Number(this.capacityField.value)) });
  }

  private savePassword(event: Event): void {
    event.preventDefault();
    const password = this.passwordField.value;
    if (password === "") return;
    this.passwordField.value = "";
    void this.change({ password });
  }

  private async change(form: SettingsForm): Promise<void> {
    this.problem = "";
    const outcome = await this.client.intents.changeSettings(form);
    if (outcome.ok) this.tell("note", this.w.common.saved);
    else this.problem = failure(this.w, outcome.code);
    // A refused choice shows what still stands.
    this.requestUpdate();
  }
}
