/**
 * One racer on a canvas: kind, pose and mood in, a drawing out.
 *
 *     drawRacer(ctx, "tiger", { pose: "run", phase: 3.2, time: 1.5, scale: 0.6, number: 2, mood: "slip" })
 *
 * The origin of the context is the ground under the racer; at scale 1 it is about 100 pixels tall. Nothing is kept
 * between calls, so the same arguments draw the same picture.
 */

import { Pen, type Context } from "./pen.js";
import { posture, type Mood, type Pose } from "./posture.js";
import { before, behind, tray } from "./props.js";
import { STABLE, type Kind } from "./stable.js";

export interface RacerLook {
  readonly pose: Pose;
  /** Run cycles since the start, from the distance run. */
  readonly phase?: number;
  /** Seconds, of any origin: breathing, blinking, flames. */
  readonly time?: number;
  /** Pixels per design unit; a racer is about 100 units tall. */
  readonly scale?: number;
  /** 1 looks to the right, -1 to the left. */
  readonly facing?: 1 | -1;
  /** On the cloth; none when null or absent. */
  readonly number?: number | null;
  /** What it goes through; matters in the pose `run`. */
  readonly mood?: Mood;
  /** True under prefers-reduced-motion: neither shake nor flash. */
  readonly calm?: boolean;
}

/** Outline in design units: never thinner than 1.15 pixels, so that a racer of 32 pixels keeps its shape. */
export function outline(scale: number): number {
  return Math.min(6, Math.max(2.8, 1.15 / scale));
}

/** Draws a racer standing on the context's origin. */
export function drawRacer(ctx: Context, kind: Kind, look: RacerLook): void {
  const { pose, phase = 0, time = 0, scale = 1, facing = 1, number = null, mood = "run", calm = false } = look;
  const figure = STABLE[kind];
  const p = posture({ pose, mood, phase, time, calm });
  const shown: Mood = pose === "run" ? mood : "run";
  ctx.save();
  ctx.scale(scale * facing, scale);
  const pen = new Pen(ctx, outline(scale), facing === -1);
  behind(pen, figure, p, shown, calm);
  figure.draw(pen, p, number);
  before(pen, figure, p, shown, calm);
  if (pose === "serve") tray(pen, figure.crown, p, calm);
  ctx.restore();
}

/** Draws only the face, filling a circle of `radius` pixels around the origin: for chips, maps and lists. */
export function drawPortrait(ctx: Context, kind: Kind, radius: number, look: Omit<RacerLook, "scale">): void {
  const [x, y, r] = STABLE[kind].portrait;
  const scale = radius / r;
  ctx.save();
  ctx.beginPath();
  ctx.arc(0, 0, radius, 0, Math.PI * 2);
  ctx.clip();
  ctx.translate(-x * scale * (look.facing ?? 1), -y * scale);
  drawRacer(ctx, kind, { ...look, scale });
  ctx.restore();
}
