/**
 * `<paddock-podium .places=${[{ kind: "fox", number: 2, rank: 1, pays: false }, ...]}>`: the end of a race as a picture.
 *
 * The payer's racer stands in front with a tray of coffee on its head; the others are on the steps behind and enjoy it.
 * It counts nothing: ranks and the payer are what the server said.
 */

import { css, type CSSResultGroup } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Surface } from "./canvas.js";
import { DrawnElement } from "./drawn-element.js";
import { Pen, oval, polygon, slab } from "./pen.js";
import type { Pose } from "./posture.js";
import { drawRacer, outline } from "./racer.js";
import { kindOf } from "./stable.js";

export interface PodiumPlace {
  readonly kind: string;
  /** The number on its cloth, from 1. */
  readonly number: number;
  /** From 1; a dead heat shares one. */
  readonly rank: number;
  /** Whether its picker pays. */
  readonly pays: boolean;
}

/** Heights of the steps by rank, in the podium's units (the whole is 260 high). */
const STEPS = [52, 38, 26] as const;
const TALL = 260;

@customElement("paddock-podium")
export class PaddockPodium extends DrawnElement {
  static override styles: CSSResultGroup = [
    DrawnElement.styles,
    css`
      :host {
        display: block;
        width: 100%;
        height: 260px;
      }
    `,
  ];

  @property({ attribute: false }) places: readonly PodiumPlace[] = [];

  protected rate(calm: boolean): number {
    return calm ? 0 : 30;
  }

  protected picture({ ctx, width, height }: Surface, time: number, calm: boolean): void {
    const unit = height / TALL;
    ctx.scale(unit, unit);
    const wide = width / unit;
    const pen = new Pen(ctx, outline(unit));
    const colours = getComputedStyle(this);
    this.ground(pen, wide, colours);
    const payers = this.places.filter(({ pays }) => pays);
    const stage = Math.min(wide * 0.27, 130) * Math.max(1, payers.length);
    const rest = this.places.filter(({ pays }) => !pays).sort((a, b) => a.rank - b.rank);
    const gap = Math.min(104, (wide - stage - 14) / 2 / Math.max(1, Math.ceil(rest.length / 2)));
    // Best first, left and right of the payer by turns; the far ones first, so that the near ones stand before them.
    for (let index = rest.length - 1; index >= 0; index--) {
      const side = index % 2 === 0 ? -1 : 1;
      const x = wide / 2 + side * (stage / 2 + gap * (Math.floor(index / 2) + 0.5));
      this.guest(pen, rest[index] as PodiumPlace, x, side === 1 ? -1 : 1, gap, time, calm);
    }
    payers.forEach((place, index) => {
      const x = wide / 2 + (index - (payers.length - 1) / 2) * Math.min(150, stage / payers.length) * 1.2;
      this.figure(pen, place, x, TALL - 14, Math.min(1.25, wide / 290), 1, "serve", time, calm);
    });
  }

  private ground(pen: Pen, wide: number, colours: CSSStyleDeclaration): void {
    const turf = colours.getPropertyValue("--turf") || "#3d7846";
    const deep = colours.getPropertyValue("--turf-deep") || "#22502f";
    pen.patch(deep, slab(0, 170, wide, TALL - 170, 18));
    pen.patch(turf, slab(0, 182, wide, TALL - 182, 18));
    pen.patch("rgb(255 250 230 / 0.16)", oval(wide / 2, TALL - 18, 96, 15));
    pen.patch("rgb(255 250 230 / 0.09)", polygon([wide / 2 - 30, 0], [wide / 2 + 30, 0], [wide / 2 + 110, TALL - 14], [wide / 2 - 110, TALL - 14]));
  }

  private guest(pen: Pen, place: PodiumPlace, x: number, facing: 1 | -1, gap: number, time: number, calm: boolean): void {
    const step = STEPS[place.rank - 1] ?? 0;
    const top = 196 - step;
    const half = Math.min(42, gap * 0.48);
    if (step > 0) {
      pen.shape("#f3e6cf", slab(x - half, top, half * 2, step + 6, 5));
      pen.ctx.fillStyle = "#33241b";
      pen.ctx.font = '800 18px "Pretendard Variable", Pretendard, system-ui, sans-serif';
      pen.ctx.textAlign = "center";
      pen.ctx.fillText(String(place.rank), x, top + 19);
    }
    const size = Math.min(0.72, gap / 114);
    this.figure(pen, place, x, top + 1, size, facing, place.rank === 1 ? "win" : "idle", time + place.number * 0.7, calm);
  }

  private figure(pen: Pen, place: PodiumPlace, x: number, y: number, scale: number, facing: 1 | -1, pose: Pose, time: number, calm: boolean): void {
    pen.within(x, y, 0, () => {
      pen.patch("rgb(12 30 16 / 0.3)", oval(0, 0, 50 * scale, 7 * scale));
      drawRacer(pen.ctx, kindOf(place.kind), { pose, time, scale, facing, number: place.number, calm });
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "paddock-podium": PaddockPodium;
  }
}
