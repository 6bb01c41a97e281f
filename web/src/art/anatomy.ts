/**
 * What all animals share: a body frame that carries joints, legs that reach the ground, tails, cloth with a number.
 *
 * It draws parts from a posture and never decides one.
 */

import { INK, oval, polygon, slab, type Pen, type Point } from "./pen.js";
import { fraction, type Posture } from "./posture.js";

/** The body as a moving frame: joints given in its own coordinates come out on the ground's. */
export interface Body {
  readonly x: number;
  readonly y: number;
  readonly turn: number;
  readonly scaleX: number;
  readonly scaleY: number;
}

/** Puts a body whose centre stands at (x, y) into a posture; stretching keeps its volume. */
export function body(p: Posture, x: number, y: number): Body {
  return { x: x + p.tremble, y: y - p.lift, turn: p.pitch, scaleX: p.stretch, scaleY: 1 / p.stretch };
}

/** A joint of the body on the ground's coordinates. */
export function joint(b: Body, [x, y]: Point): Point {
  const [sx, sy] = [x * b.scaleX, y * b.scaleY];
  const [cos, sin] = [Math.cos(b.turn), Math.sin(b.turn)];
  return [b.x + sx * cos - sy * sin, b.y + sx * sin + sy * cos];
}

/** Draws in the body's own coordinates. */
export function onBody(pen: Pen, b: Body, draw: () => void): void {
  pen.within(b.x, b.y, b.turn, draw, b.scaleX, b.scaleY);
}

/** Draws a head in coordinates around its neck joint, nodding against the body. */
export function onHead(pen: Pen, b: Body, neck: Point, p: Posture, draw: () => void): void {
  const [x, y] = joint(b, neck);
  pen.within(x, y, b.turn * 0.5 + p.nod, draw);
}

export interface LegShape {
  readonly fill: string;
  readonly thickness: number;
  /** Half a stride in design units. */
  readonly reach: number;
  /** How high the foot is carried, in design units. */
  readonly raise: number;
  /** Which way the knee bends, 1 forward, -1 backward; 0 for stumps. */
  readonly knee: number;
  readonly foot: string;
  /** Length of the foot in design units. */
  readonly toe: number;
  /** Radius of the thigh that joins the leg to the body without a line; 0 for none. */
  readonly thigh: number;
}

/** Where a foot is in its cycle: along the stride from -1 to 1, and its height from 0 to 1 (down for 45 % of it). */
export function step(cycle: number): Point {
  const at = fraction(cycle);
  if (at < 0.45) return [1 - (at / 0.45) * 2, 0];
  const swing = (at - 0.45) / 0.55;
  return [-Math.cos(swing * Math.PI), Math.sin(swing * Math.PI)];
}

/** Where the foot of a leg stands whose joint is at `hip`; `offset` is its share of the run cycle, 0 to 1. */
export function footing(p: Posture, hip: Point, offset: number, shape: LegShape, ahead: number): Point {
  const drop = -hip[1];
  switch (p.gait) {
    case "run": {
      const [along, height] = step(p.cycle + offset);
      return [hip[0] + along * shape.reach * p.stride, -height * shape.raise * (0.5 + p.stride / 2)];
    }
    case "stand":
      return [hip[0] + ahead, 0];
    case "brace":
      return [hip[0] + shape.reach * 0.95 + ahead, 0];
    case "slump":
      return [hip[0] + shape.reach * 0.55 + ahead, 0];
    case "tuck":
      return [hip[0] + shape.reach * (offset < 0.4 ? 0.75 : -0.5), hip[1] + drop * 0.55];
    case "fly":
      return [hip[0] - shape.reach * 1.25, hip[1] + drop * (0.42 + 0.12 * Math.sin(p.time * 24 + offset * 9))];
  }
}

/** A leg from its joint to the ground, bent at the knee when the foot comes near, with a foot at its end. */
export function leg(pen: Pen, p: Posture, hip: Point, offset: number, shape: LegShape, ahead = 0): void {
  const foot = footing(p, hip, offset, shape, ahead);
  const bend = Math.max(0, 1 - Math.hypot(foot[0] - hip[0], foot[1] - hip[1]) / Math.max(8, -hip[1]));
  const push = shape.knee * (3 + bend * 14);
  const knee: Point = [(hip[0] + foot[0]) / 2 + push, (hip[1] + foot[1]) / 2];
  const tip = shape.toe;
  const ground = foot[1] - shape.thickness * 0.35;
  pen.tube(shape.fill, shape.thickness, hip, knee, [foot[0], ground - 1]);
  pen.shape(shape.foot, oval(foot[0] + tip * 0.35, ground, tip * 0.75, shape.thickness * 0.48));
  if (shape.thigh > 0) pen.patch(shape.fill, oval(hip[0], hip[1] - shape.thigh * 0.25, shape.thigh));
}

/** Where the four legs of an animal join its body, in the body's coordinates; the near pair is the one in front. */
export interface Stance {
  readonly fore: Point;
  readonly hind: Point;
  /** How far the far legs stand ahead of the near ones. */
  readonly depth: number;
}

/** The two legs on the far side, in shadow; drawn before the body. */
export function farLegs(pen: Pen, p: Posture, b: Body, stance: Stance, shape: LegShape, shade: string): void {
  const shaded = { ...shape, fill: shade, foot: shade, thigh: 0 };
  const { fore, hind, depth } = stance;
  leg(pen, p, joint(b, [hind[0] + depth, hind[1]]), 0.64, shaded);
  leg(pen, p, joint(b, [fore[0] + depth, fore[1]]), 0.14, shaded);
}

/** The two legs on the near side; drawn over the body. */
export function nearLegs(pen: Pen, p: Posture, b: Body, stance: Stance, shape: LegShape): void {
  leg(pen, p, joint(b, stance.hind), 0.5, shape);
  leg(pen, p, joint(b, stance.fore), 0, shape);
}

/** The white cloth with the racer's number; nothing without a number. */
export function cloth(pen: Pen, x: number, y: number, number: number | null, size = 24, turn = 0): void {
  if (number === null) return;
  pen.within(x, y, turn, () => {
    pen.shape("#fdfbf3", slab(-size / 2, -size / 2, size, size, size * 0.28));
    pen.ctx.fillStyle = INK;
    pen.ctx.font = `800 ${size * (number > 9 ? 0.62 : 0.86)}px ui-rounded, "Pretendard Variable", Pretendard, system-ui, sans-serif`;
    pen.ctx.textAlign = "center";
    pen.ctx.textBaseline = "alphabetic";
    if (pen.mirrored) pen.ctx.scale(-1, 1);
    pen.ctx.fillText(String(number), 0, size * (number > 9 ? 0.23 : 0.31));
  });
}

/** A pointed ear on a head: base centre, height, half-width; laid back as the posture says. */
export function pointedEar(pen: Pen, p: Posture, fill: string, inner: string, at: Point, height: number, half: number, lean: number): void {
  pen.within(at[0], at[1], lean - p.ears * 0.55, () => {
    pen.shape(fill, polygon([-half, 2], [0, -height], [half, 2]));
    pen.patch(inner, polygon([-half * 0.45, 0], [0, -height * 0.62], [half * 0.45, 0]));
  });
}

/** A round ear on a head. */
export function roundEar(pen: Pen, p: Posture, fill: string, inner: string, at: Point, radius: number): void {
  const [x, y] = [at[0] - p.ears * 2.5, at[1] + p.ears * 2.5];
  pen.shape(fill, oval(x, y, radius));
  pen.patch(inner, oval(x + 0.5, y + 1, radius * 0.5));
}
