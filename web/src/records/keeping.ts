/**
 * What a person can do with their own record: another name, another device, a copy of it all, an end to it. Every step
 * says what it did; nothing is deleted by one press.
 */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Api, Profile } from "../api.gen.js";
import type { Client } from "../model/intents.js";
import type { AddressName, Along, Answer, Trouble } from "../model/records.js";
import { icon } from "../parts/icons.js";
import { copyText } from "../parts/share.js";
import { buttons, fields, shared } from "../style/shared.js";
import { RecordsElement } from "./element.js";
import { saveFile } from "./file.js";
import "../parts/countdown.js";

type Step = "rename" | "offer" | "take" | "export" | "erase";

/** Hard limits of the fields, in UTF-16 units: what counts is counted by the server. */
const NAME_UNITS = 60;
const CODE_UNITS = 40;

@customElement("paddock-keeping")
export class PaddockKeeping extends RecordsElement {
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
      .step {
        display: grid;
        gap: var(--space-2);
        grid-template-columns: minmax(0, 1fr);
        padding-top: var(--space-3);
        border-top: 1px solid var(--line);
      }
      h2 + .step {
        border-top: 0;
        padding-top: 0;
      }
      .step > button,
      .sure button {
        justify-content: flex-start;
        width: 100%;
        min-height: 52px;
      }
      form .row {
        align-items: stretch;
      }
      form button {
        flex: none;
      }
      #code {
        font-weight: 800;
        letter-spacing: 0.12em;
        text-transform: uppercase;
      }
      .ticket {
        display: grid;
        justify-items: center;
        gap: var(--space-2);
        padding: var(--space-4);
        border: 2px dashed var(--line);
        border-radius: var(--radius-m);
        background: var(--paper);
        text-align: center;
      }
      .ticket output {
        max-width: 100%;
        font-size: clamp(28px, 10vw, 40px);
        font-weight: 900;
        letter-spacing: 0.1em;
        line-height: 1.2;
        overflow-wrap: anywhere;
        user-select: all;
      }
      .sure {
        display: grid;
        gap: var(--space-2);
        padding: var(--space-4);
        border: 2px solid var(--danger);
        border-radius: var(--radius-m);
      }
      .sure .danger {
        border-color: transparent;
        background: var(--danger);
        color: var(--danger-ink);
        box-shadow: none;
      }
      @media (min-width: 720px) {
        section {
          column-gap: var(--space-5);
        }
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  /** The person; null while nothing is recorded of this device. */
  @property({ attribute: false }) profile: Profile | null = null;
  /** The code for the other device, and until when by this device's clock. */
  @state() private offered: { readonly code: string; readonly until: number } | null = null;
  /** The code's time is over. */
  @state() private over = false;
  @state() private sure = false;
  @state() private busy: Step | null = null;
  @state() private problem: { readonly step: Step; readonly text: string } | null = null;
  @query("#name") private nameField!: HTMLInputElement;
  @query("#code") private codeField!: HTMLInputElement;
  private leaving = new AbortController();
  private ends: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.leaving = new AbortController();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.leaving.abort();
    clearTimeout(this.ends);
  }

  protected override render(): TemplateResult {
    const { keeping } = this.r;
    return html`<section class="card" aria-labelledby="keeping" data-testid="keeping">
      <h2 id="keeping">${keeping.title}</h2>
      ${this.profile === null ? nothing : html`${this.naming(this.profile)} ${this.moving()}`} ${this.taking()}
      ${this.profile === null ? nothing : html`${this.exporting()} ${this.erasing()}`}
    </section>`;
  }

  private naming({ name }: Profile): TemplateResult {
    const { keeping } = this.r;
    return html`<form class="step" novalidate @submit=${(event: Event): void => void this.rename(event)}>
      <label for="name">${keeping.rename}</label>
      <div class="row">
        <input id="name" data-testid="profile-rename-input" maxlength=${NAME_UNITS} autocomplete="nickname" aria-describedby="name-hint rename-problem" .value=${name} />
        <button class="turf" data-testid="profile-rename" ?disabled=${this.busy === "rename"}>${this.w.common.save}</button>
      </div>
      <p class="hint" id="name-hint">${keeping.renameHint}</p>
      ${this.trouble("rename")}
    </form>`;
  }

  private moving(): TemplateResult {
    const { keeping } = this.r;
    return html`<div class="step">
      <h3>${keeping.move}</h3>
      <p class="hint">${keeping.moveHint}</p>
      ${this.offered === null ? nothing : this.ticket(this.offered.code, this.offered.until)}
      <button data-testid="offer-move" ?disabled=${this.busy === "offer"} @click=${(): void => void this.offer()}>
        ${icon("phones")}${this.offered === null ? keeping.offer : keeping.again}
      </button>
      ${this.trouble("offer")}
    </div>`;
  }

  private ticket(code: string, until: number): TemplateResult {
    const { keeping } = this.r;
    if (this.over) return html`<p class="ticket" role="status" data-testid="move-over">${keeping.over}</p>`;
    const says = (left: number): string => keeping.left(Math.floor(left / 60), left % 60);
    return html`<div class="ticket" role="status">
      <output class="figures" data-testid="move-code">${code}</output>
      <p class="small" aria-hidden="true"><paddock-countdown data-testid="move-left" .until=${until} .says=${says}></paddock-countdown></p>
      <p class="small soft">${keeping.offered}</p>
      <button @click=${(): void => void this.copy(code)}>${icon("copy", 20)}${keeping.copyCode}</button>
    </div>`;
  }

  private taking(): TemplateResult {
    const { keeping } = this.r;
    return html`<form class="step" novalidate @submit=${(event: Event): void => void this.take(event)}>
      <h3>${keeping.take}</h3>
      <p class="hint" id="take-hint">${keeping.takeHint}</p>
      <div class="row">
        <input
          id="code"
          data-testid="move-input"
          aria-label=${keeping.takeLabel}
          aria-describedby="take-hint take-problem"
          autocomplete="one-time-code"
          autocapitalize="characters"
          spellcheck="false"
          maxlength=${CODE_UNITS}
        />
        <button class="turf" data-testid="take-move" ?disabled=${this.busy === "take"}>${keeping.takeAction}</button>
      </div>
      ${this.trouble("take")}
    </form>`;
  }

  private exporting(): TemplateResult {
    const { keeping } = this.r;
    return html`<div class="step">
      <button data-testid="export" ?disabled=${this.busy === "export"} @click=${(): void => void this.download()}>${icon("download")}${keeping.export}</button>
      <p class="hint">${keeping.exportHint}</p>
      ${this.trouble("export")}
    </div>`;
  }

  private erasing(): TemplateResult {
    const { keeping } = this.r;
    return html`<div class="step">
      ${this.sure
        ? html`<div class="sure" role="group" aria-labelledby="sure" data-testid="erase-ask">
            <h3 id="sure" tabindex="-1">${keeping.eraseAsk}</h3>
            <p>${keeping.eraseBody}</p>
            <button class="danger" data-testid="erase-sure" ?disabled=${this.busy === "erase"} @click=${(): void => void this.erase()}>
              ${icon("bin")}${keeping.eraseSure}
            </button>
            <button data-testid="erase-cancel" @click=${(): void => this.ask(false)}>${this.w.common.cancel}</button>
          </div>`
        : html`<button class="danger" data-testid="erase" @click=${(): void => this.ask(true)}>${icon("bin")}${keeping.erase}</button>`}
      ${this.trouble("erase")}
    </div>`;
  }

  private trouble(step: Step): TemplateResult {
    const { problem } = this;
    return html`<p class="problem" id=${`${step}-problem`} role="alert" data-testid=${`${step}-problem`}>${problem?.step === step ? problem.text : ""}</p>`;
  }

  private async rename(event: Event): Promise<void> {
    event.preventDefault();
    const name = this.nameField.value.trim();
    const renamed = await this.step("rename", "rename", { body: { name } });
    if (!renamed.ok) return this.nameField.focus();
    this.client.intents.setName(renamed.value.name);
    this.tell("profile", renamed.value);
    this.tell("toast", this.r.keeping.renamed);
  }

  private async offer(): Promise<void> {
    const offered = await this.step("offer", "offer_move", {});
    if (!offered.ok) return;
    const { code, lasts_ms: lasts } = offered.value;
    this.offered = { code, until: Date.now() + lasts };
    this.over = false;
    clearTimeout(this.ends);
    this.ends = setTimeout(() => (this.over = true), lasts);
  }

  private async take(event: Event): Promise<void> {
    event.preventDefault();
    const code = this.codeField.value.trim();
    if (code === "") {
      this.problem = { step: "take", text: this.r.keeping.takeMissing };
      return this.codeField.focus();
    }
    const taken = await this.step("take", "take_move", { body: { code } });
    if (!taken.ok) return this.codeField.focus();
    this.codeField.value = "";
    this.offered = null;
    this.client.intents.setName(taken.value.name);
    this.tell("profile", taken.value);
    this.tell("toast", this.r.keeping.taken(taken.value.name));
  }

  private async download(): Promise<void> {
    const everything = await this.step("export", "export", {});
    if (!everything.ok) return;
    saveFile(`paddock-${everything.value.profile.profile}.json`, JSON.stringify(everything.value, null, 2));
    this.tell("toast", this.r.keeping.exported);
  }

  private async erase(): Promise<void> {
    const erased = await this.step("erase", "erase", {});
    if (!erased.ok) return;
    this.sure = false;
    this.offered = null;
    this.tell("erased", null);
  }

  /** Asks, with its button out of use meanwhile, and says beside it what went wrong. */
  private async step<N extends AddressName>(step: Step, name: N, along: Omit<Along<N>, "signal">): Promise<Answer<Api[N]["answer"]>> {
    this.busy = step;
    this.problem = null;
    const { signal } = this.leaving;
    const answer = await this.client.records.ask(name, {} as Api[N]["question"], { ...along, signal } as Along<N>);
    if (signal.aborted) return { ok: false, code: "late", after: null };
    this.busy = null;
    if (!answer.ok) this.problem = { step, text: this.said(answer.code) };
    return answer;
  }

  private said(code: Trouble): string {
    return this.r.troubles[code] ?? this.r.troubles.internal;
  }

  private ask(sure: boolean): void {
    this.sure = sure;
    this.problem = null;
    const next = sure ? "#sure" : "[data-testid=erase]";
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(next)?.focus());
  }

  private async copy(code: string): Promise<void> {
    const outcome = await copyText(code);
    this.tell("toast", outcome === "copied" ? this.r.keeping.codeCopied : this.w.common.copyFailed);
  }
}
