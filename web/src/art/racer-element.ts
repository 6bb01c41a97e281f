/**
 * `<paddock-racer kind="tiger" pose="win" number="3">`: one racer for cards, lists and results.
 *
 * Attributes: `kind` (any name; an unknown one gets a figure of the stable), `pose` (idle, run, win, lose, serve),
 * `mood`, `number`, `facing="left"`, `portrait` (face only), `still`, `label`. Its size is the host's: 96 x 88 px unless
 * the page says otherwise. It holds no racing state.
 */

import { css, type CSSResultGroup } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Surface } from "./canvas.js";
import { DrawnElement } from "./drawn-element.js";
import type { Mood, Pose } from "./posture.js";
import { drawPortrait, drawRacer, type RacerLook } from "./racer.js";
import { STABLE, kindOf } from "./stable.js";

@customElement("paddock-racer")
export class PaddockRacer extends DrawnElement {
  static override styles: CSSResultGroup = [
    DrawnElement.styles,
    css`
      :host {
        width: 96px;
        height: 88px;
      }
      :host([portrait]) {
        width: 40px;
        height: 40px;
      }
    `,
  ];

  @property() kind = "tiger";
  @property() pose: Pose = "idle";
  @property() mood: Mood = "run";
  @property({ type: Number }) number: number | null = null;
  @property() facing: "left" | "right" = "right";
  /** Only the face, in a circle. */
  @property({ type: Boolean, reflect: true }) portrait = false;
  /** One picture, no breath: for long lists. */
  @property({ type: Boolean }) still = false;

  protected rate(calm: boolean): number {
    if (calm || this.still || this.portrait) return 0;
    return this.pose === "idle" ? 12 : 30;
  }

  protected picture({ ctx, width, height }: Surface, time: number, calm: boolean): void {
    const kind = kindOf(this.kind);
    const beat = this.still || this.portrait ? 1 : time + seedOf(this.kind);
    const look: RacerLook = {
      pose: this.pose,
      mood: this.mood,
      phase: beat * 2.4,
      time: beat,
      number: this.number,
      facing: this.facing === "left" ? -1 : 1,
      calm,
    };
    if (this.portrait) {
      ctx.translate(width / 2, height / 2);
      drawPortrait(ctx, kind, Math.min(width, height) / 2, look);
      return;
    }
    // Room above for a jump or a tray, and one scale for all kinds, so that a snail stays smaller than a horse.
    const room = this.pose === "serve" ? STABLE[kind].extent[1] + 46 : this.pose === "win" ? 128 : 116;
    const scale = Math.min(width / 126, height / (room + 8));
    ctx.translate(width / 2, height - 7 * scale);
    drawRacer(ctx, kind, { ...look, scale });
  }
}

/** Seconds that set the kinds apart, so that a row of them does not breathe in step. */
function seedOf(kind: string): number {
  return ((kind.charCodeAt(0) * 7 + kind.length * 13) % 50) / 10;
}

declare global {
  interface HTMLElementTagNameMap {
    "paddock-racer": PaddockRacer;
  }
}
