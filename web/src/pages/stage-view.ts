/**
 * The canvas of a race, for a running race and for a replay alike; the order drawn on it stands beside it as a list for
 * those who hear the page.
 *
 * It asks its owner for the race on every frame and redraws the list a few times a second; times, names and ranks come
 * from there, nothing here decides anything.
 */

import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { ThemeName } from "../art/theme.js";
import { PaddockElement } from "../parts/element.js";
import { standings, type Standing } from "../race/position.js";
import { shared } from "../style/shared.js";
import type { RaceInput, TrackWords } from "../track/types.js";
import { TrackView } from "../track/view.js";
import { clock } from "../words/numbers.js";

/** How often the list of the order is redrawn, in ms: readable, and cheap for 50 people's phones. */
const ORDER_EVERY_MS = 250;

@customElement("paddock-stage")
export class PaddockStage extends PaddockElement {
  static override styles = [
    shared,
    css`
      .stage {
        position: relative;
        overflow: hidden;
        background: var(--turf-deep);
      }
      canvas {
        display: block;
        width: 100%;
        height: var(--stage-height, clamp(320px, 100dvh - 226px, 640px));
      }
      .picture {
        position: relative;
      }
      .top {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-2);
        padding: var(--space-2) var(--space-3);
        background: var(--turf-deep);
        color: var(--chalk);
      }
      .place {
        font-size: var(--text-20);
        font-weight: 900;
      }
      .clock {
        font-size: var(--text-20);
        font-weight: 800;
      }
      .over {
        position: absolute;
        inset: auto 0 52px;
        padding: 0 var(--space-2);
        pointer-events: none;
      }
      @media (min-width: 900px) {
        canvas {
          height: var(--stage-height, clamp(320px, 100dvh - 190px, 640px));
        }
        .stage,
        :host {
          border-radius: var(--radius-m);
          overflow: hidden;
        }
      }
    `,
  ];

  /** The race now; asked on every frame. */
  @property({ attribute: false }) source: (() => RaceInput) | null = null;
  @property() theme: ThemeName = "day";
  @property() heading = "";
  @state() private order: readonly Standing[] = [];
  @state() private elapsed = 0;
  @query("canvas") private canvas!: HTMLCanvasElement;
  private view: TrackView | null = null;
  private told = 0;
  private dressed = "";

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.view?.stop();
    this.view = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.follow();
  }

  protected override firstUpdated(): void {
    this.follow();
  }

  protected override updated(changed: PropertyValues<this>): void {
    const dress = `${this.theme} ${this.w.code}`;
    if (changed.has("theme") || dress !== this.dressed) {
      this.dressed = dress;
      this.view?.wear({ theme: this.theme, words: this.callouts() });
    }
  }

  protected override render(): TemplateResult {
    const { race } = this.w;
    const mine = this.source?.().mine ?? null;
    const place = this.order.find((one) => one.lane === mine);
    return html`<div class="stage">
      <div class="top">
        <span class="place" data-testid="my-place">
          ${place === undefined ? this.heading : html`${race.place(place.rank)} ▲ ${race.you}`}
        </span>
        <span class="clock figures" data-testid="race-clock" aria-label=${race.clock}>${clock(this.elapsed)}</span>
      </div>
      <div class="picture">
        <canvas data-testid="track" role="img" aria-label=${this.heading}></canvas>
        <div class="over"><slot></slot></div>
      </div>
      <ol class="sr" data-testid="order" aria-label=${race.order}>
        ${repeat(this.order, (one) => one.lane, (one) => this.line(one, mine))}
      </ol>
    </div>`;
  }

  private line(one: Standing, mine: number | null): TemplateResult | typeof nothing {
    const kind = this.source?.().lineup[one.lane];
    if (kind === undefined) return nothing;
    return html`<li data-racer=${one.lane} data-rank=${one.rank}>
      ${this.w.rank(one.rank)} ${this.w.racer(kind)}${one.lane === mine ? ` (${this.w.race.you})` : nothing}
    </li>`;
  }

  private follow(): void {
    const source = this.source;
    if (source === null) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.view = new TrackView(this.canvas, { theme: this.theme, calm, words: this.callouts() });
    this.view.follow(() => this.asked());
  }

  /** Hands the frame its race and lets the list follow at its own pace. */
  private asked(): RaceInput {
    const input = (this.source as () => RaceInput)();
    const at = performance.now();
    if (at - this.told >= ORDER_EVERY_MS) {
      this.told = at;
      const time = input.now - input.startsAt;
      this.elapsed = Math.max(0, time);
      // In the gate nobody leads, though the first segments may be here already.
      this.order = time > 0 ? standings(input.segments, time) : [];
      this.tell("standings", this.order);
    }
    return input;
  }

  private callouts(): TrackWords {
    const { race } = this.w;
    return { mood: race.callout, rank: this.w.rank, metres: race.metres, finish: race.line, go: race.go };
  }
}
