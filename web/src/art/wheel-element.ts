/**
 * `<paddock-wheel .slices=${[{ label: "1st", weight: 2 }, ...]} .target=${1} .spin=${5500}>`: the roulette of the draw.
 *
 * It turns for `spin` ms from when `target` is set, less `elapsed` ms for those who come late, rests on that slice and
 * says `wheel-rest` once. Calm: it shows the result at once. It draws the shares it is given and decides nothing.
 */

import { css, type CSSResultGroup, type PropertyValues } from "lit";
import { customElement, property } from "lit/decorators.js";
import { prefersCalm, type Surface } from "./canvas.js";
import { DrawnElement } from "./drawn-element.js";
import { INK, Pen, oval, polygon } from "./pen.js";
import { arcs, turnAt } from "./wheel.js";

export interface Slice {
  readonly label: string;
  /** Its votes; a slice without any is not drawn. */
  readonly weight: number;
}

const FILLS = ["#3d7846", "#f3e6cf", "#9c5a33", "#e3b23c", "#3f6d8f", "#b5524a"] as const;
const INKS = ["#fdfbf3", INK, "#fdfbf3", INK, "#fdfbf3", "#fdfbf3"] as const;

@customElement("paddock-wheel")
export class PaddockWheel extends DrawnElement {
  static override styles: CSSResultGroup = [
    DrawnElement.styles,
    css`
      :host {
        width: 280px;
        height: 296px;
      }
    `,
  ];

  @property({ attribute: false }) slices: readonly Slice[] = [];
  /** The index of the slice it comes to rest on; null while it waits. */
  @property({ attribute: false }) target: number | null = null;
  /** How long it turns, in ms. */
  @property({ attribute: false }) spin = 0;
  /** How long ago the wheel was pushed when `target` was set, in ms. */
  @property({ attribute: false }) elapsed = 0;
  private pushed = 0;
  private rested = false;

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("target") || this.target === null) return;
    this.pushed = performance.now() - (prefersCalm() ? this.spin : this.elapsed);
    this.rested = false;
  }

  protected rate(calm: boolean): number {
    return this.target === null || calm ? 0 : 60;
  }

  protected picture({ ctx, width, height }: Surface, _time: number, calm: boolean): void {
    const weights = this.slices.map(({ weight }) => weight);
    const elapsed = calm ? this.spin : performance.now() - this.pushed;
    const turn = this.target === null ? 0 : turnAt(this.spin > 0 ? elapsed / this.spin : 1, weights, this.target);
    const radius = Math.min(width / 2, (height - 16) / 2) - 6;
    ctx.translate(width / 2, height / 2 + 8);
    const pen = new Pen(ctx, 3);
    const resting = this.target !== null && elapsed >= this.spin;
    pen.patch("rgb(0 0 0 / 0.16)", oval(0, 5, radius + 4));
    pen.within(0, 0, turn - Math.PI / 2, () => this.face(pen, radius, weights, resting));
    pen.shape("#fdfbf3", oval(0, 0, radius * 0.16));
    pen.shape("#6b3f22", oval(0, 0, radius * 0.11));
    this.pointer(pen, radius, turn, weights, resting);
    if (resting && !this.rested) {
      this.rested = true;
      this.dispatchEvent(new CustomEvent("wheel-rest", { bubbles: true, composed: true }));
    }
  }

  private face(pen: Pen, radius: number, weights: readonly number[], resting: boolean): void {
    const { ctx } = pen;
    for (const { index, from, to } of arcs(weights)) {
      const whole = to - from > Math.PI * 1.999;
      const wedge = (path: Pen["ctx"]): void => {
        if (!whole) path.moveTo(0, 0);
        path.arc(0, 0, radius, from, to);
        path.closePath();
      };
      ctx.globalAlpha = resting && index !== this.target ? 0.42 : 1;
      pen.shape(FILLS[index % FILLS.length] as string, wedge);
      pen.within(0, 0, (from + to) / 2, () => {
        ctx.fillStyle = INKS[index % INKS.length] as string;
        ctx.font = `800 ${radius * 0.17}px "Pretendard Variable", Pretendard, system-ui, sans-serif`;
        ctx.textAlign = "right";
        ctx.textBaseline = "middle";
        ctx.fillText(this.slices[index]?.label ?? "", radius * 0.9, 0, radius * 0.66);
      });
    }
    ctx.globalAlpha = 1;
    pen.line(oval(0, 0, radius), 6);
    pen.line(oval(0, 0, radius), 2, "#fdfbf3");
  }

  /** A wooden pointer that is pushed aside by every edge that passes. */
  private pointer(pen: Pen, radius: number, turn: number, weights: readonly number[], resting: boolean): void {
    const angle = (((-turn % (Math.PI * 2)) + Math.PI * 2) % (Math.PI * 2)) as number;
    const nearest = Math.min(...arcs(weights).map(({ from, to }) => Math.min(Math.abs(angle - from), Math.abs(angle - to))), 1);
    const push = resting || this.target === null ? 0 : -0.35 * Math.max(0, 1 - nearest / 0.09);
    pen.within(0, -radius - 8, push, () => {
      pen.shape("#c43a3a", polygon([-12, -6], [12, -6], [0, 24]));
      pen.shape("#fdfbf3", oval(0, -4, 4));
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "paddock-wheel": PaddockWheel;
  }
}
