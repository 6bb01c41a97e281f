/** Where a link leads without a seat: the code, a nickname, the door. The password is asked for only once it is needed. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Client } from "../model/intents.js";
import type { Me } from "../model/state.js";
import { PaddockElement } from "../parts/element.js";
import { buttons, fields, shared } from "../style/shared.js";
import { failure } from "./failure.js";
import "../parts/switch.js";
import "./ticket.js";

const NAME_UNITS = 60;

@customElement("paddock-invite")
export class PaddockInvite extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    fields,
    css`
      main {
        max-width: 480px;
        margin: 0 auto;
        padding: var(--space-4);
        padding-bottom: calc(var(--space-5) + env(safe-area-inset-bottom));
        display: grid;
        gap: var(--space-4);
        grid-template-columns: minmax(0, 1fr);
      }
      form {
        display: grid;
        gap: var(--space-4);
        grid-template-columns: minmax(0, 1fr);
      }
      .lead {
        text-align: center;
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  @property({ attribute: false }) me!: Me;
  @property() room = "";
  /** The room list says that it has a password. */
  @property({ type: Boolean }) locked = false;
  @property({ type: Boolean }) busy = false;
  @state() private watch = false;
  @state() private asksPassword = false;
  @state() private nameProblem = "";
  @state() private problem = "";
  @query("#name") private nameField!: HTMLInputElement;
  @query("#password") private passwordField!: HTMLInputElement | null;

  protected override render(): TemplateResult {
    const { home, invite, common } = this.w;
    return html`<main id="content">
      <paddock-ticket .code=${this.room}></paddock-ticket>
      <div class="lead">
        <h1>${invite.title}</h1>
        <p class="soft">${invite.lead}</p>
      </div>
      <form class="card" novalidate @submit=${(event: Event): void => this.submit(event)}>
        <div class="field">
          <label for="name">${home.name}</label>
          <input
            id="name"
            data-testid="name-input"
            autocomplete="nickname"
            enterkeyhint="go"
            maxlength=${NAME_UNITS}
            placeholder=${home.nameHint}
            aria-describedby="name-problem"
            aria-invalid=${this.nameProblem !== ""}
            .value=${this.me.name}
            @input=${(): void => void (this.nameProblem = "")}
          />
          <p class="problem" id="name-problem" role="alert">${this.nameProblem}</p>
        </div>
        ${this.asksPassword || this.locked ? this.password() : nothing}
        <paddock-switch
          name="watch-only"
          .label=${invite.watch}
          .hint=${invite.watchHint}
          .on=${this.watch}
          @flip=${(event: CustomEvent<boolean>): void => void (this.watch = event.detail)}
        ></paddock-switch>
        ${this.problem === "" ? nothing : html`<p class="problem" role="alert" data-testid="form-problem">${this.problem}</p>`}
        <button class="primary" data-testid="join" ?disabled=${this.busy}>${this.busy ? common.working : invite.join}</button>
      </form>
    </main>`;
  }

  private password(): TemplateResult {
    const { invite } = this.w;
    return html`<div class="field">
      <label for="password">${invite.password}</label>
      <input
        id="password"
        data-testid="password-input"
        type="password"
        autocomplete="current-password"
        autocapitalize="off"
        maxlength="100"
        enterkeyhint="go"
      />
    </div>`;
  }

  private submit(event: Event): void {
    event.preventDefault();
    const name = this.nameField.value.trim();
    if (name === "") {
      this.nameProblem = this.w.home.nameMissing;
      this.nameField.focus();
      return;
    }
    void this.enter(name);
  }

  private async enter(name: string): Promise<void> {
    const password = this.passwordField?.value ?? "";
    this.problem = "";
    this.client.intents.setName(name);
    const outcome = await this.client.intents.enter({
      room: this.room,
      name,
      seated: !this.watch,
      ...(password === "" ? {} : { password }),
    });
    if (outcome.ok) return;
    if (outcome.code === "bad_name") this.nameProblem = failure(this.w, outcome.code);
    else if (outcome.code === "no_room" && !this.asksPassword && !this.locked) await this.askPassword();
    else this.problem = failure(this.w, outcome.code);
  }

  /** The server does not tell a missing room from a missing password, so the field appears with both reasons. */
  private async askPassword(): Promise<void> {
    this.asksPassword = true;
    this.problem = this.w.invite.passwordAsk;
    await this.updateComplete;
    this.passwordField?.focus();
  }
}
