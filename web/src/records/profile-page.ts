/** The record of a person: figures and last races; for the person at this browser also what they can do with it. */

import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Profile, RaceLine } from "../api.gen.js";
import type { Client } from "../model/intents.js";
import type { Answer } from "../model/records.js";
import { icon } from "../parts/icons.js";
import { shareLink } from "../parts/share.js";
import { buttons, shared } from "../style/shared.js";
import { readersZone } from "../words/moments.js";
import { Asking, Paging } from "./asking.js";
import { RecordsElement } from "./element.js";
import { records } from "./style.js";
import "./keeping.js";
import "./nav.js";
import "./profile-view.js";
import "./rounds-list.js";
import "./trouble.js";

@customElement("paddock-profile-page")
export class PaddockProfilePage extends RecordsElement {
  static override styles = [
    shared,
    buttons,
    records,
    css`
      .bones {
        display: grid;
        gap: var(--space-3);
      }
      .bones :nth-child(1) {
        height: 158px;
        border-radius: var(--radius-l);
      }
      .bones :nth-child(2) {
        height: 88px;
      }
      .bones :nth-child(3) {
        height: 190px;
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  /** Whose; null is the person at this browser. */
  @property({ attribute: false }) profile: string | null = null;
  @state() private told = "";
  /** Where the days of the records begin; until it is told, where the reader's do. */
  @state() private zone = readersZone();
  private readonly person = new Asking<Profile>(this);
  private readonly races = new Paging<RaceLine>(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("profile")) return;
    this.person.put(null);
    this.races.clear();
    void this.load();
  }

  protected override render(): TemplateResult {
    const mine = this.profile === null;
    return html`<main id="content" data-testid="profile-page">
      <paddock-records-nav .here=${mine ? "me" : ""}></paddock-records-nav>
      <p class="sr" role="status">${this.told}</p>
      ${this.body(mine)}
    </main>`;
  }

  private body(mine: boolean): TemplateResult {
    const { value, trouble, waits } = this.person.now;
    if (trouble === "no_profile" && mine) return this.none();
    const heading = html`<h1 class="sr">${mine ? this.r.profile.mine : this.r.profile.title}</h1>`;
    if (trouble !== null) return html`${heading}<paddock-trouble .code=${trouble} .waits=${waits} @again=${(): void => void this.load()}></paddock-trouble>`;
    if (value === null) return html`${heading}${this.bones()}`;
    const races = this.races.now;
    return html`<paddock-profile .profile=${value} .zone=${this.zone}></paddock-profile>
      <button data-testid="share-profile" @click=${(): void => void this.share(value)}>${icon("share", 20)}${this.r.profile.share}</button>
      <section class="stack" aria-labelledby="last">
        <h2 id="last">${this.r.profile.last}</h2>
        <paddock-rounds
          .races=${races}
          .zone=${this.zone}
          .own=${value.profile}
          tellsRoom
          @again=${(): void => this.loadRaces(value.profile)}
          @told=${(event: CustomEvent<string>): void => void (this.told = event.detail)}
        ></paddock-rounds>
      </section>
      ${mine ? this.keeping(value) : nothing}`;
  }

  /** Nothing recorded for this device; it may still become somebody's who is. */
  private none(): TemplateResult {
    const { profile } = this.r;
    return html`<section class="card nothing" data-testid="empty">
        <paddock-racer aria-hidden="true" kind="turtle"></paddock-racer>
        <h1>${profile.noneTitle}</h1>
        <p class="soft">${profile.noneBody}</p>
        <a class="button turf" href="/">${icon("play", 20)}${profile.noneAction}</a>
      </section>
      ${this.keeping(null)}`;
  }

  private keeping(profile: Profile | null): TemplateResult {
    return html`<paddock-keeping
      .client=${this.client}
      .profile=${profile}
      @profile=${(event: CustomEvent<Profile>): void => this.became(event.detail)}
      @erased=${(): void => this.erased()}
    ></paddock-keeping>`;
  }

  private bones(): TemplateResult {
    return html`<p class="sr" role="status">${this.r.loading}</p>
      <div class="bones" aria-hidden="true"><span class="bone"></span><span class="bone"></span><span class="bone"></span></div>`;
  }

  private async load(): Promise<void> {
    const { profile } = this;
    if (profile !== null) this.loadRaces(profile);
    const { records } = this.client;
    const answer: Answer<Profile> | null = await this.person.ask((signal) =>
      profile === null ? records.ask("me", {}, { signal }) : records.ask("profile", { profile }, { signal }),
    );
    if (profile === null && answer?.ok === true) this.loadRaces(answer.value.profile);
  }

  private loadRaces(profile: string): void {
    void this.races.begin(async (cursor, signal) => {
      const answer = await this.client.records.ask("profile_races", { profile, cursor }, { signal });
      if (!answer.ok) return answer;
      this.zone = answer.value.zone;
      return { ok: true, value: { items: answer.value.races, next: answer.value.next } };
    });
  }

  /** Another name, or another person altogether. */
  private became(profile: Profile): void {
    const another = this.person.now.value?.profile !== profile.profile;
    this.person.put(profile);
    if (another) this.loadRaces(profile.profile);
  }

  private erased(): void {
    this.told = this.r.profile.erased;
    this.tell("toast", this.told);
    this.races.clear();
    void this.load();
    window.scrollTo(0, 0);
  }

  private async share({ name, paid, profile }: Profile): Promise<void> {
    const outcome = await shareLink(this.r.profile.shareText(name, paid), `${location.origin}/p/${profile}`);
    if (outcome === "copied") this.tell("toast", this.w.common.copied);
    if (outcome === "failed") this.tell("toast", this.w.common.copyFailed);
  }
}
