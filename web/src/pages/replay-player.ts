/** Plays a recorded race from its record: the whole race computed in this browser, with pause, restart and a position. */

import { css, html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import type { ThemeName } from "../art/theme.js";
import { PaddockElement } from "../parts/element.js";
import { icon } from "../parts/icons.js";
import { run, type Race } from "../race/race.js";
import type { RaceRecord } from "../race/record.js";
import { buttons, shared } from "../style/shared.js";
import type { RaceInput } from "../track/types.js";
import { clock } from "../words/numbers.js";
import { pickedLanes, pickers, racerOf } from "./facts.js";
import "./stage-view.js";

/** The gate is shown for this long before the start, and the end for this long after the last one is in, ms. */
const BEFORE_MS = 1_500;
const AFTER_MS = 2_500;
/** How often the position moves under the canvas, ms. */
const TICK_MS = 250;

@customElement("paddock-replay")
export class PaddockReplay extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    css`
      .controls {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        margin-top: var(--space-2);
      }
      input {
        flex: 1;
        min-width: 0;
        height: 44px;
        accent-color: var(--turf);
      }
    `,
  ];

  @property({ attribute: false }) record!: RaceRecord;
  @property() me = "";
  @property() theme: ThemeName = "day";
  @state() private position = -BEFORE_MS;
  @state() private playing = true;
  private race!: Race;
  private input!: Omit<RaceInput, "now">;
  private end = 0;
  /** While playing: the clock's reading at race time 0. */
  private origin = 0;
  private timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("record")) return;
    this.race = run(this.record.card, this.record.book, hexToBytes(this.record.seed));
    this.input = this.whole();
    this.end = Math.max(...this.race.finish.map((ms) => ms ?? 0)) + AFTER_MS;
    this.seek(-BEFORE_MS);
  }

  protected override render(): TemplateResult {
    const { replay, race } = this.w;
    return html`<div data-testid="replay-player">
      <paddock-stage .source=${this.source} .theme=${this.theme} .heading=${race.track(this.record.card.track)}></paddock-stage>
      <div class="controls">
        <button class="icon turf" data-testid="replay-play" aria-label=${this.playing ? replay.pause : replay.play} @click=${(): void => this.toggle()}>
          ${icon(this.playing ? "pause" : "play")}
        </button>
        <button class="icon" data-testid="replay-restart" aria-label=${replay.restart} @click=${(): void => this.seek(-BEFORE_MS)}>${icon("restart")}</button>
        <input
          type="range"
          min=${-BEFORE_MS}
          max=${this.end}
          step="100"
          aria-label=${replay.position}
          aria-valuetext=${clock(this.position)}
          .value=${String(Math.round(this.position))}
          @input=${(event: Event): void => this.seek(Number((event.target as HTMLInputElement).value))}
        />
        <span class="figures small">${clock(this.position)}</span>
      </div>
    </div>`;
  }

  private readonly source = (): RaceInput => ({ ...this.input, now: this.at() });

  private whole(): Omit<RaceInput, "now"> {
    const { card, names } = this.record;
    return {
      startsAt: 0,
      lengthMm: card.track * 1000,
      lineup: card.lineup,
      picked: pickedLanes(card),
      segments: this.race.segments,
      names: pickers(card, names),
      mine: racerOf(card, this.me),
      payingRank: card.draw.rank,
      order: this.race.order,
    };
  }

  /** Race time on screen now. */
  private at(): number {
    return this.playing ? Math.min(this.end, performance.now() - this.origin) : this.position;
  }

  private seek(position: number): void {
    this.position = position;
    this.playing = true;
    this.origin = performance.now() - position;
  }

  private toggle(): void {
    if (this.playing) {
      this.position = this.at();
      this.playing = false;
    } else this.seek(this.position >= this.end ? -BEFORE_MS : this.position);
  }

  private tick(): void {
    if (!this.playing) return;
    this.position = this.at();
    if (this.position >= this.end) this.playing = false;
  }
}
