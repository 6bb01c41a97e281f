/** A person's figures: who they are, how often they raced, won and paid, their runs of luck. It asks for nothing. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Profile } from "../api.gen.js";
import { icon, type IconName } from "../parts/icons.js";
import { shared } from "../style/shared.js";
import { dayOf, grouped, percent, wholeDay } from "../words/moments.js";
import { RecordsElement } from "./element.js";
import "./lane.js";

/** Who stands for somebody without a favourite. */
const NOBODYS = "horse";

@customElement("paddock-profile")
export class PaddockProfile extends RecordsElement {
  static override styles = [
    shared,
    css`
      section {
        display: grid;
        gap: var(--space-3);
        grid-template-columns: minmax(0, 1fr);
      }
      .hero {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: end;
        gap: var(--space-2);
        overflow: hidden;
        min-height: 148px;
        padding: var(--space-4) var(--space-4) 0;
        border-radius: var(--radius-l);
        border-bottom: 10px solid var(--turf);
        background: var(--turf-deep);
        color: var(--chalk);
      }
      .who {
        align-self: center;
        padding-bottom: var(--space-3);
      }
      .who p {
        margin-top: var(--space-1);
      }
      h1 {
        overflow-wrap: anywhere;
      }
      .long {
        font-size: var(--text-20);
      }
      .hero paddock-racer {
        width: 128px;
        height: 120px;
      }
      dl.counts {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: var(--space-2);
      }
      dl.counts div {
        display: flex;
        flex-direction: column-reverse;
        padding: var(--space-3) var(--space-2);
        text-align: center;
      }
      dl.counts dd {
        font-size: var(--text-28);
        font-weight: 900;
        line-height: 1.15;
      }
      dl.counts dt {
        font-size: var(--text-14);
        color: var(--ink-soft);
      }
      dl.rates {
        display: grid;
        gap: var(--space-4);
        grid-template-columns: minmax(0, 1fr);
      }
      dl.rates div {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: var(--space-1) var(--space-2);
        align-items: baseline;
      }
      dl.rates dd b {
        font-size: var(--text-20);
      }
      .along {
        grid-column: 1 / -1;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
      li {
        display: flex;
        align-items: center;
        gap: var(--space-1);
        padding: var(--space-1) var(--space-3);
        border: 1.5px solid var(--line);
        border-radius: var(--radius-m);
        font-size: var(--text-14);
        font-weight: 700;
      }
      li.on {
        border-color: transparent;
        background: var(--signal);
        color: var(--signal-ink);
      }
      @media (min-width: 620px) {
        dl.rates {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
      }
    `,
  ];

  @property({ attribute: false }) profile!: Profile;
  @property() zone = "";

  protected override render(): TemplateResult {
    const { profile } = this.r;
    const { code } = this.w;
    const { name, since, favourite, races, wins, paid, win_rate: winRate, pay_rate: payRate } = this.profile;
    const count = (value: number): string => grouped(value, code);
    return html`<section>
      <div class="hero">
        <div class="who">
          <h1 class=${name.length > 12 ? "long" : ""} data-testid="profile-name">${name}</h1>
          <p class="small">${profile.since(wholeDay(dayOf(since, this.zone), code))}</p>
          <p class="small">${favourite === null ? profile.noFavourite : profile.favourite(this.w.racer(favourite))}</p>
        </div>
        <paddock-racer aria-hidden="true" kind=${favourite ?? NOBODYS} pose="idle"></paddock-racer>
      </div>
      <dl class="counts figures">
        ${this.count(profile.races, count(races), "races")} ${this.count(profile.wins, count(wins), "wins")} ${this.count(profile.paid, count(paid), "paid")}
      </dl>
      <dl class="rates card">
        ${this.rate(profile.winRate, winRate, count(wins), favourite)} ${this.rate(profile.payRate, payRate, count(paid), favourite)}
      </dl>
      ${this.streaks()}
    </section>`;
  }

  private count(name: string, value: string, testid: string): TemplateResult {
    return html`<div class="card">
      <dt>${name}</dt>
      <dd data-testid=${`count-${testid}`}>${value}</dd>
    </div>`;
  }

  private rate(name: string, share: number, part: string, favourite: string | null): TemplateResult {
    const { races } = this.profile;
    return html`<div>
      <dt>${name}</dt>
      <dd class="figures">
        <span class="small soft">${this.r.profile.rateHelp(part, grouped(races, this.w.code))}</span>
        <b>${percent(share)}</b>
      </dd>
      <dd class="along" aria-hidden="true"><paddock-share .share=${share} .kind=${favourite ?? NOBODYS}></paddock-share></dd>
    </div>`;
  }

  private streaks(): TemplateResult | typeof nothing {
    const { profile } = this.r;
    const { win_streak: winning, best_win_streak: best, paid_streak: paying, worst_paid_streak: worst } = this.profile;
    const told: readonly (readonly [boolean, IconName, string, boolean])[] = [
      [winning > 1, "flame", profile.winStreak(winning), true],
      [paying > 1, "cup", profile.paidStreak(paying), true],
      [best > 1, "rosette", profile.bestWinStreak(best), false],
      [worst > 1, "cup", profile.worstPaidStreak(worst), false],
    ];
    const shown = told.filter(([tells]) => tells);
    if (shown.length === 0) return nothing;
    return html`<ul>
      ${shown.map(([, picture, text, on]) => html`<li class=${on ? "on" : ""}>${icon(picture, 18)}${text}</li>`)}
    </ul>`;
  }
}
