/** Races a day as posts along a track, drawn by hand; a day is read off by pointing at it, and all of them in the table. */

import { css, html, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { DayRow } from "../api.gen.js";
import { shared } from "../style/shared.js";
import { grouped, shortDay, wholeDay } from "../words/moments.js";
import { wobbly } from "./drawing.js";
import { RecordsElement } from "./element.js";
import { steps } from "./scale.js";
import { numbersOf, tables } from "./tables.js";

const TALL = 190;
const TOP = 12;
const FOOT = 26;
/** Room for the numbers of the scale. */
const LEFT = 34;
const LINES = 4;
/** The width before the element has been measured. */
const USUAL = 320;

@customElement("paddock-chart-days")
export class PaddockChartDays extends RecordsElement {
  static override styles = [
    shared,
    tables,
    css`
      section {
        display: grid;
        gap: var(--space-2);
        grid-template-columns: minmax(0, 1fr);
      }
      .told {
        min-height: 2.9em;
      }
      svg {
        display: block;
        width: 100%;
        height: 190px;
        touch-action: pan-y;
      }
      .bar {
        /* Towards the ink of the theme, so that it stands out from paper by night as well. */
        fill: color-mix(in srgb, var(--turf) 76%, var(--ink));
        stroke: var(--turf-deep);
        stroke-width: 1.5px;
        stroke-linejoin: round;
      }
      .best {
        fill: var(--signal);
        stroke: color-mix(in srgb, var(--signal) 62%, black);
      }
      .at {
        stroke: var(--ink);
        stroke-width: 2.5px;
      }
      .line {
        stroke: var(--line);
        stroke-width: 1px;
        stroke-dasharray: 3 5;
      }
      .ground {
        fill: none;
        stroke: var(--turf-deep);
        stroke-width: 3px;
        stroke-linecap: round;
      }
      text {
        fill: var(--ink-soft);
        font-size: 12px;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  /** Oldest first, without gaps. */
  @property({ attribute: false }) days: readonly DayRow[] = [];
  @state() private wide = USUAL;
  /** The day pointed at, by its place. */
  @state() private at: number | null = null;
  private resizer: ResizeObserver | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    if (typeof ResizeObserver === "undefined") return;
    this.resizer = new ResizeObserver(([entry]) => {
      // Inside of the card's padding and border.
      if (entry !== undefined && entry.contentRect.width > 0) this.wide = Math.round(entry.contentRect.width) - 34;
    });
    this.resizer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizer?.disconnect();
  }

  protected override render(): TemplateResult {
    const { stats } = this.r;
    return html`<section class="card" aria-labelledby="days" data-testid="chart-days">
      <h2 id="days">${stats.days}</h2>
      <p class="small soft told">${this.told()}</p>
      ${this.picture()} ${this.table()}
    </section>`;
  }

  /** What the picture says, in a sentence; or what it says of the day pointed at. */
  private told(): string {
    const { stats, boards } = this.r;
    const { code } = this.w;
    const pointed = this.at === null ? undefined : this.days[this.at];
    if (pointed !== undefined) {
      return `${wholeDay(pointed.day, code)}: ${stats.racesCount(grouped(pointed.races, code))} · ${boards.people(grouped(pointed.players, code))}`;
    }
    const sum = this.days.reduce((all, day) => all + day.races, 0);
    if (sum === 0) return stats.daysNone(this.days.length);
    const best = this.days[this.best()] as DayRow;
    return stats.daysTold(grouped(sum, code), this.days.length, wholeDay(best.day, code), grouped(best.races, code));
  }

  private picture(): TemplateResult {
    const most = Math.max(1, ...this.days.map((day) => day.races));
    const scale = steps(most, LINES);
    const top = scale[scale.length - 1] as number;
    const high = TALL - TOP - FOOT;
    const each = (this.wide - LEFT) / Math.max(1, this.days.length);
    const y = (count: number): number => TOP + high - (high * count) / top;
    const best = this.best();
    return html`<svg
      viewBox=${`0 0 ${this.wide} ${TALL}`}
      aria-hidden="true"
      @pointermove=${(event: PointerEvent): void => this.point(event, each)}
      @pointerdown=${(event: PointerEvent): void => this.point(event, each)}
      @pointerleave=${(): void => void (this.at = null)}
    >
      ${scale.map(
        (count) => svg`<line class="line" x1=${LEFT} x2=${this.wide} y1=${y(count)} y2=${y(count)}/>
          <text x=${LEFT - 8} y=${y(count) + 4} text-anchor="end">${count}</text>`,
      )}
      ${this.days.map(({ races }, at) => {
        if (races === 0) return "";
        const kind = `bar${at === best ? " best" : ""}${at === this.at ? " at" : ""}`;
        return svg`<path class=${kind} d=${wobbly(LEFT + each * at + each * 0.14, y(races), each * 0.72, y(0) - y(races), at)}/>`;
      })}
      <path class="ground" d=${`M${LEFT - 4} ${TALL - FOOT + 1}L${this.wide - 2} ${TALL - FOOT + 1}`} />
      ${this.labels(each)}
    </svg>`;
  }

  /** The first day, the last, and the one in the middle. */
  private labels(each: number): readonly SVGTemplateResult[] {
    const last = this.days.length - 1;
    const places: readonly (readonly [number, string])[] = [
      [0, "start"],
      [Math.round(last / 2), "middle"],
      [last, "end"],
    ];
    return places.map(([at, anchor]) => {
      const day = this.days[at];
      const x = anchor === "start" ? LEFT : anchor === "end" ? this.wide - 2 : LEFT + each * (at + 0.5);
      return svg`<text x=${x} y=${TALL - 6} text-anchor=${anchor}>${day === undefined ? "" : shortDay(day.day, this.w.code)}</text>`;
    });
  }

  private best(): number {
    return this.days.reduce((best, day, at) => (day.races > (this.days[best]?.races ?? 0) ? at : best), 0);
  }

  private point(event: PointerEvent, each: number): void {
    const box = (event.currentTarget as SVGSVGElement).getBoundingClientRect();
    const at = Math.floor(((event.clientX - box.left) * (this.wide / box.width) - LEFT) / each);
    this.at = at >= 0 && at < this.days.length ? at : null;
  }

  private table(): TemplateResult {
    const { stats } = this.r;
    const { code } = this.w;
    return numbersOf("days", stats.days, stats.table, {
      head: [stats.day, stats.races, stats.players, stats.rooms],
      rows: [...this.days].reverse().map(({ day, races, players, rooms }) => [wholeDay(day, code), ...[races, players, rooms].map((count) => grouped(count, code))]),
    });
  }
}
