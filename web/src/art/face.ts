/**
 * Faces: eyes, lids, mouths, sweat. A temper is what a kind brings along, the posture is what just happened to it.
 *
 * Coordinates are the head's; nothing here knows which animal it belongs to.
 */

import { INK, arc, curve, loop, oval, polygon, type Pen, type Point } from "./pen.js";
import type { Mouth, Posture } from "./posture.js";

/** The look a kind has when nothing happens. */
export interface Temper {
  /** Colour of the lids: the skin around the eyes. */
  readonly skin: string;
  /** How far the upper lid hangs, 0 wide awake, 0.5 half asleep. */
  readonly lid: number;
  /** Slope of the brow, -1 sorry to 1 fierce. */
  readonly brow: number;
  /** Colour of the pupil. */
  readonly iris?: string;
}

const WHITE = "#fffdf6";
const MOUTH_RED = "#a8322d";
const TONGUE = "#ef8b83";

/** A pair of eyes: the far one first, the near one a little larger and over it. */
export function eyes(pen: Pen, p: Posture, temper: Temper, far: Point, near: Point, radius: number): void {
  eye(pen, p, temper, far, radius * 0.9, 1);
  eye(pen, p, temper, near, radius, -1);
}

/** One eye; `side` is 1 for the far one, -1 for the near one, which decides how the brow slopes. */
export function eye(pen: Pen, p: Posture, temper: Temper, [x, y]: Point, r: number, side: number): void {
  const thin = pen.weight * 0.8;
  switch (p.eyes) {
    case "closed":
      return pen.line(arc(x, y - r * 0.3, r * 0.8, 0.15 * Math.PI, 0.85 * Math.PI), pen.weight);
    case "happy":
      return pen.line(arc(x, y + r * 0.45, r * 0.85, 1.12 * Math.PI, 1.88 * Math.PI), pen.weight * 1.2);
    case "tight":
      return pen.line(
        (ctx) => {
          ctx.moveTo(x + side * r * 0.7, y - r * 0.65);
          ctx.lineTo(x - side * r * 0.6, y);
          ctx.lineTo(x + side * r * 0.7, y + r * 0.65);
        },
        pen.weight * 1.2,
      );
    case "dizzy":
      pen.shape(WHITE, oval(x, y, r * 1.05));
      return pen.line((ctx) => {
        for (let i = 0; i <= 18; i++) {
          const [turn, out] = [i * 0.62 + p.time * 5, (i / 18) * r * 0.82];
          ctx.lineTo(x + Math.cos(turn) * out, y + Math.sin(turn) * out);
        }
      }, thin * 0.8);
    case "fiery":
      pen.patch("#f6c544", oval(x, y, r * 1.1));
      pen.line(oval(x, y, r * 1.1), thin);
      pen.patch("#fff3c4", oval(x, y, r * 0.55));
      return lid(pen, temper.skin, x, y, r * 1.1, 0.2, 1, side);
    case "wide": {
      const big = r * 1.22;
      pen.patch(WHITE, oval(x, y, big));
      pen.line(oval(x, y, big), thin);
      return pen.patch(temper.iris ?? INK, oval(x + p.gaze * big * 0.3, y, big * 0.34));
    }
    case "open":
      pen.patch(WHITE, oval(x, y, r, r * 1.08));
      pen.line(oval(x, y, r, r * 1.08), thin);
      pen.patch(temper.iris ?? INK, oval(x + p.gaze * r * 0.32, y + r * 0.08, r * 0.58, r * 0.66));
      pen.patch(WHITE, oval(x + p.gaze * r * 0.32 + r * 0.16, y - r * 0.22, r * 0.2));
      return lid(pen, temper.skin, x, y, r * 1.06, temper.lid, temper.brow + p.brow, side);
  }
}

/** The upper lid: a segment of the eye's circle, sloped by the brow. */
function lid(pen: Pen, skin: string, x: number, y: number, r: number, hang: number, brow: number, side: number): void {
  const slope = Math.max(-1, Math.min(1.2, brow)) * 0.42 * -side;
  const fall = Math.min(0.8, hang + Math.abs(brow) * 0.16);
  if (fall < 0.05) return;
  const edge = Math.asin(1 - Math.min(0.95, fall * 2 * 0.62));
  pen.within(x, y, slope, () => {
    pen.patch(skin, (ctx) => {
      ctx.arc(0, 0, r * 1.1, Math.PI + edge, -edge);
      ctx.closePath();
    });
    pen.line((ctx) => {
      ctx.moveTo(-r * 1.1 * Math.cos(edge), -r * 1.1 * Math.sin(edge));
      ctx.lineTo(r * 1.1 * Math.cos(edge), -r * 1.1 * Math.sin(edge));
    });
  });
}

/** A mouth of about the given width, centred below the nose. */
export function mouth(pen: Pen, kind: Mouth, x: number, y: number, width: number): void {
  const w = width / 2;
  switch (kind) {
    case "smile":
      return pen.line(curve([x - w, y - w * 0.25], [x, y + w * 0.28], [x + w, y - w * 0.35]));
    case "flat":
      return pen.line(curve([x - w * 0.8, y], [x + w * 0.8, y]));
    case "frown":
      return pen.line(curve([x - w * 0.8, y + w * 0.45], [x, y - w * 0.05], [x + w * 0.8, y + w * 0.45]));
    case "wavy":
      return pen.line(curve([x - w, y], [x - w * 0.5, y - w * 0.3], [x, y + w * 0.2], [x + w * 0.5, y - w * 0.3], [x + w, y]));
    case "gasp":
      return pen.shape(MOUTH_RED, oval(x, y + w * 0.25, w * 0.5, w * 0.62));
    case "open": {
      const trace = oval(x, y + w * 0.4, w * 0.78, w * 0.88);
      pen.patch(MOUTH_RED, trace);
      pen.clipped(trace, () => pen.patch(TONGUE, oval(x, y + w * 1.05, w * 0.6, w * 0.45)));
      return pen.line(trace);
    }
    case "grin": {
      const trace = loop([x - w * 1.05, y - w * 0.4], [x, y - w * 0.12], [x + w * 1.05, y - w * 0.5], [x + w * 0.55, y + w * 0.75], [x - w * 0.45, y + w * 0.75]);
      pen.patch(MOUTH_RED, trace);
      pen.clipped(trace, () => {
        pen.patch(TONGUE, oval(x, y + w * 0.85, w * 0.6, w * 0.4));
        pen.patch(WHITE, polygon([x - w * 1.2, y - w], [x + w * 1.2, y - w], [x + w * 1.2, y - w * 0.02], [x, y + w * 0.18], [x - w * 1.2, y + w * 0.05]));
      });
      return pen.line(trace);
    }
    case "grit": {
      const trace = loop([x - w, y - w * 0.25], [x, y - w * 0.32], [x + w, y - w * 0.35], [x + w, y + w * 0.38], [x, y + w * 0.45], [x - w, y + w * 0.4]);
      pen.shape(WHITE, trace);
      return pen.line((ctx) => {
        for (const at of [-0.45, 0.05, 0.55]) {
          ctx.moveTo(x + w * at, y - w * 0.3);
          ctx.lineTo(x + w * at, y + w * 0.42);
        }
      }, pen.weight * 0.6);
    }
    case "tongue":
      pen.shape(TONGUE, loop([x - w * 0.1, y], [x + w * 0.7, y], [x + w * 0.75, y + w * 1.05], [x + w * 0.25, y + w * 1.3], [x - w * 0.1, y + w]));
      return pen.line(curve([x - w, y - w * 0.2], [x, y + w * 0.15], [x + w, y - w * 0.2]));
  }
}

/** How far a bill or beak opens for a mouth, 0 to 1. */
export function jaw(kind: Mouth): number {
  switch (kind) {
    case "open":
      return 1;
    case "grin":
    case "gasp":
      return 0.7;
    case "tongue":
      return 0.55;
    case "smile":
      return 0.12;
    default:
      return 0;
  }
}

/** Drops of sweat that run off a head towards the back. */
export function sweat(pen: Pen, p: Posture, [x, y]: Point): void {
  if (!p.sweat) return;
  const slide = (p.time * 0.9) % 1;
  for (const [dx, dy, size] of [[0, slide * 5, 4.6], [-8, 7 + slide * 4, 3.2]] as const) {
    pen.within(x + dx, y + dy, -0.35, () => {
      const drop = loop([0, -size * 1.5], [size * 0.75, size * 0.1], [0, size * 0.9], [-size * 0.75, size * 0.1]);
      pen.patch("#8fcbe8", drop);
      pen.line(drop, pen.weight * 0.7);
    });
  }
}

/** A rosy cheek. */
export function cheek(pen: Pen, x: number, y: number, radius = 4.5): void {
  pen.patch("rgb(230 96 84 / 0.38)", oval(x, y, radius, radius * 0.7));
}
