/** The first page: who am I, make a room, enter a code, rooms that are open, back to my room. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { shownCode } from "../model/address.js";
import type { Client } from "../model/intents.js";
import type { Lobby, Me } from "../model/state.js";
import type { Chosen } from "../parts/choice.js";
import { PaddockElement } from "../parts/element.js";
import { icon } from "../parts/icons.js";
import { buttons, fields, shared } from "../style/shared.js";
import type { Listing, Rule } from "../wire.gen.js";
import "../parts/choice.js";
import "./home-code.js";
import "./home-hero.js";
import "./home-rooms.js";
import "./records-ways.js";
import { RULES, TRACKS } from "./choices.js";
import { failure } from "./failure.js";

/** Who may come in, as one choice: a password keeps a room out of nobody's list. */
type Entrance = Listing | "password";

/** Hard limits of the fields, in UTF-16 units: graphemes are counted by the server. */
const NAME_UNITS = 60;
const TITLE_UNITS = 90;

@customElement("paddock-home")
export class PaddockHome extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    fields,
    css`
      .page {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-4);
        max-width: 1080px;
        margin: 0 auto;
        padding: var(--space-4);
        padding-bottom: calc(var(--space-6) + env(safe-area-inset-bottom));
      }
      .side {
        display: grid;
        gap: var(--space-4);
        align-content: start;
        grid-template-columns: minmax(0, 1fr);
      }
      .resume {
        justify-content: space-between;
        text-align: start;
        width: 100%;
        min-height: 56px;
      }
      form {
        display: grid;
        gap: var(--space-4);
        grid-template-columns: minmax(0, 1fr);
      }
      @media (min-width: 900px) {
        .page {
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
          gap: var(--space-5);
          padding: var(--space-5);
        }
        paddock-home-hero {
          grid-column: 1 / -1;
        }
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  @property({ attribute: false }) me!: Me;
  @property({ attribute: false }) lobby: Lobby | null = null;
  @property({ type: Boolean }) busy = false;
  @state() private name = "";
  @state() private entrance: Entrance = "public";
  @state() private rule: Rule = "last";
  @state() private track = 500;
  @state() private opened = false;
  @state() private nameProblem = "";
  @state() private passwordProblem = "";
  @state() private problem = "";
  @query("#name") private nameField!: HTMLInputElement;
  @query("#title") private titleField!: HTMLInputElement | null;
  @query("#password") private passwordField!: HTMLInputElement | null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.name = this.me.name;
    void this.client.intents.watchLobby();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    void this.client.intents.unwatchLobby();
  }

  protected override render(): TemplateResult {
    const { home } = this.w;
    return html`<main class="page" id="content">
      <paddock-home-hero></paddock-home-hero>
      <div class="side">
        ${this.resume()}
        <form class="card" novalidate @submit=${(event: Event): void => this.make(event)}>
          <div class="field">
            <label for="name">${home.name}</label>
            <input
              id="name"
              data-testid="name-input"
              autocomplete="nickname"
              enterkeyhint="done"
              maxlength=${NAME_UNITS}
              placeholder=${home.nameHint}
              aria-describedby="name-problem"
              aria-invalid=${this.nameProblem !== ""}
              .value=${this.name}
              @input=${(): void => this.named()}
            />
            <p class="problem" id="name-problem" role="alert">${this.nameProblem}</p>
          </div>
          ${this.opened ? this.options() : nothing}
          ${this.problem === "" ? nothing : html`<p class="problem" role="alert" data-testid="form-problem">${this.problem}</p>`}
          <button class="primary" data-testid="create-room" ?disabled=${this.busy}>
            ${this.busy ? this.w.common.working : this.opened ? home.makeNow : home.make}
          </button>
          ${this.opened
            ? nothing
            : html`<button type="button" class="quiet" data-testid="room-options" aria-expanded="false" @click=${(): void => void (this.opened = true)}>
                ${icon("gear", 20)}${home.options}
              </button>`}
        </form>
        <paddock-records-ways></paddock-records-ways>
      </div>
      <div class="side">
        <paddock-home-code .client=${this.client}></paddock-home-code>
        <paddock-home-rooms .client=${this.client} .lobby=${this.lobby}></paddock-home-rooms>
      </div>
    </main>`;
  }

  private options(): TemplateResult {
    const { home, rules, listings } = this.w;
    return html`
      <div class="field">
        <label for="title">${home.title}</label>
        <input id="title" data-testid="title-input" autocomplete="off" maxlength=${TITLE_UNITS} placeholder=${home.titleHint(this.name.trim())} />
      </div>
      <paddock-choice
        name="listing"
        .legend=${home.who}
        .value=${this.entrance}
        .options=${[
          { value: "public", label: listings.public },
          { value: "unlisted", label: listings.unlisted },
          { value: "password", label: home.withPassword },
        ]}
        @choice=${(event: Chosen): void => void (this.entrance = event.detail as Entrance)}
      ></paddock-choice>
      ${this.entrance === "password" ? this.password() : nothing}
      <paddock-choice
        name="rule"
        .legend=${home.pays}
        .value=${this.rule}
        .options=${RULES.map((rule) => ({ value: rule, label: rules[rule] }))}
        @choice=${(event: Chosen): void => void (this.rule = event.detail as Rule)}
      ></paddock-choice>
      <paddock-choice
        name="track"
        .legend=${home.track}
        .value=${String(this.track)}
        .options=${TRACKS.map((metres) => ({ value: String(metres), label: home.metres(metres) }))}
        @choice=${(event: Chosen): void => void (this.track = Number(event.detail))}
      ></paddock-choice>
    `;
  }

  private password(): TemplateResult {
    const { home } = this.w;
    return html`<div class="field">
      <label for="password">${home.password}</label>
      <input
        id="password"
        data-testid="new-password"
        type="text"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        maxlength="100"
        placeholder=${home.passwordHint}
        aria-describedby="password-problem"
        aria-invalid=${this.passwordProblem !== ""}
      />
      <p class="problem" id="password-problem" role="alert">${this.passwordProblem}</p>
    </div>`;
  }

  private resume(): TemplateResult | typeof nothing {
    const seat = this.me.seats[0];
    if (seat === undefined) return nothing;
    return html`<button class="turf resume" data-testid="resume" @click=${(): void => void this.client.intents.openRoom(seat.room)}>
      <span class="grow">
        <span class="small">${this.w.home.resume}</span><br />
        <span class="clip">${this.w.roomTitle(seat.title, "")} · <span class="figures">${shownCode(seat.room)}</span></span>
      </span>
      ${icon("next")}
    </button>`;
  }

  private named(): void {
    this.name = this.nameField.value;
    this.nameProblem = "";
    this.client.intents.setName(this.name.trim());
  }

  private make(event: Event): void {
    event.preventDefault();
    const name = this.name.trim();
    if (name === "") {
      this.nameProblem = this.w.home.nameMissing;
      this.nameField.focus();
      return;
    }
    const password = this.entrance === "password" ? (this.passwordField?.value ?? "") : "";
    if (this.entrance === "password" && password === "") {
      this.passwordProblem = this.w.home.passwordMissing;
      this.passwordField?.focus();
      return;
    }
    void this.create(name, password);
  }

  private async create(name: string, password: string): Promise<void> {
    this.problem = "";
    this.passwordProblem = "";
    const listing: Listing = this.entrance === "unlisted" ? "unlisted" : "public";
    // A name of its own, so that the room keeps it when the crown moves on.
    const title = (this.titleField?.value ?? "").trim() || this.w.roomTitle("", name);
    const outcome = await this.client.intents.createRoom({
      name,
      title,
      listing,
      rule: this.rule,
      track: this.track,
      ...(password === "" ? {} : { password }),
    });
    if (outcome.ok) return;
    if (outcome.code === "bad_name") {
      this.nameProblem = failure(this.w, outcome.code);
      this.nameField.focus();
    } else this.problem = failure(this.w, outcome.code);
  }
}
