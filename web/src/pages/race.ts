/** The race from the lamps over the gate to the line: the stage, the talk floating over it, and the race told in sentences for those who listen. */

import { css, html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { ThemeName } from "../art/theme.js";
import type { Track } from "../model/state.js";
import { PaddockElement } from "../parts/element.js";
import type { Standing } from "../race/position.js";
import { shared } from "../style/shared.js";
import type { RaceInput } from "../track/types.js";
import type { ChatMessage } from "../wire.gen.js";
import { NOTHING_TOLD, tellRace, type Told } from "./commentary.js";
import { liveInput, segmentsOf, type OnTrack } from "./race-input.js";
import "./stage-view.js";

/** Lines floating over the track at once, and how old they may be, ms. */
const FLOATING = 3;
const FLOATS_MS = 8_000;

@customElement("paddock-race")
export class PaddockRace extends PaddockElement {
  static override styles = [
    shared,
    css`
      .float {
        display: grid;
        justify-items: start;
        gap: 2px;
      }
      .float li {
        max-width: 100%;
        padding: 2px var(--space-2);
        border-radius: var(--radius-s);
        background: rgb(20 28 20 / 0.72);
        color: #fdfbf3;
        font-size: var(--text-14);
        animation: rise var(--motion) ease-out;
      }
      .float b {
        color: #ffc795;
      }
      /* Where the talk stands beside the track, it does not float over it too. */
      @media (min-width: 900px) {
        .float {
          display: none;
        }
      }
      @keyframes rise {
        from {
          transform: translateY(8px);
          opacity: 0;
        }
      }
    `,
  ];

  @property({ attribute: false }) phase!: OnTrack;
  @property({ attribute: false }) track: Track | null = null;
  @property({ attribute: false }) lines: readonly ChatMessage[] = [];
  @property() me = "";
  @property() theme: ThemeName = "day";
  @property({ attribute: false }) now: () => number = Date.now;
  @state() private sentence = "";
  @state() private floating: readonly ChatMessage[] = [];
  private input!: Omit<RaceInput, "now">;
  private told: Told = NOTHING_TOLD;
  private race = "";
  /** When this race came on screen, by the server's clock. */
  private since = 0;

  /** The gate stays shut until the race is there: it starts a moment after the countdown. */
  private readonly source = (): RaceInput => {
    const now = this.now();
    return { ...this.input, now: this.phase.type === "racing" ? now : Math.min(now, this.phase.ends_at - 1) };
  };

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("phase") || changed.has("track")) {
      const { race, lineup } = this.phase.card;
      this.input = liveInput(this.phase, segmentsOf(this.track, race, lineup.length), this.me);
      if (race !== this.race) {
        this.race = race;
        this.since = this.now();
        this.told = NOTHING_TOLD;
        this.sentence = "";
      }
      // The server's clock was set back meanwhile.
      this.since = Math.min(this.since, this.now());
    }
    if (changed.has("lines")) this.float();
  }

  protected override render(): TemplateResult {
    return html`<paddock-stage
        .source=${this.source}
        .theme=${this.theme}
        .heading=${this.w.race.track(this.phase.card.track)}
        @standings=${(event: CustomEvent<readonly Standing[]>): void => this.follow(event.detail)}
      >
        <ul class="float">
          ${repeat(
            this.floating,
            (line) => line.version,
            (line) => html`<li class="clip" data-testid="floating-line"><b>${line.name}</b> ${line.text}</li>`,
          )}
        </ul>
      </paddock-stage>
      <p class="sr" aria-live="polite" data-testid="commentary">${this.sentence}</p>`;
  }

  private follow(order: readonly Standing[]): void {
    const input = this.source();
    const { told, sentence } = tellRace(this.told, order, input.now - input.startsAt, input.lineup, input.mine, this.w);
    this.told = told;
    if (sentence !== null) this.sentence = sentence;
    const young = this.floating.filter((line) => this.now() - line.at < FLOATS_MS);
    if (young.length !== this.floating.length) this.floating = young;
  }

  /** What was said before the racers stood in the gate would only hide them. */
  private float(): void {
    const from = Math.max(this.since, this.now() - FLOATS_MS);
    this.floating = this.lines.filter((line) => line.at > from).slice(-FLOATING);
  }
}
