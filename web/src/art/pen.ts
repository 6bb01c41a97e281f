/**
 * The hand that draws: flat fills with one warm outline of even weight, on a Canvas 2D context.
 *
 * Everything is in design units: a racer is about 100 units tall, stands on y = 0 and looks along +x. The pen knows
 * shapes, never animals, and leaves the context's transform as it found it.
 */

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Adds a path to the context; the pen begins, fills and strokes it. */
export type Trace = (ctx: Context) => void;

export type Point = readonly [x: number, y: number];

/** The outline of every figure: dark umber, softer than black on paper and on turf. */
export const INK = "#33241b";

const TAU = Math.PI * 2;

/** An ellipse with radii `rx`, `ry` around (x, y), turned by `turn` radians. */
export function oval(x: number, y: number, rx: number, ry: number = rx, turn = 0): Trace {
  return (ctx) => {
    ctx.moveTo(x + rx * Math.cos(turn), y + rx * Math.sin(turn));
    ctx.ellipse(x, y, rx, ry, turn, 0, TAU);
  };
}

/** A polygon with the given corners; the pen rounds its joins. */
export function polygon(...corners: Point[]): Trace {
  return (ctx) => {
    corners.forEach(([x, y], i) => (i === 0 ? ctx.moveTo(x, y) : ctx.lineTo(x, y)));
    ctx.closePath();
  };
}

/** A closed curve through all points (Catmull-Rom, so that a figure is a short list of points on its outline). */
export function loop(...points: Point[]): Trace {
  return (ctx) => spline(ctx, points, true);
}

/** An open curve through all points. */
export function curve(...points: Point[]): Trace {
  return (ctx) => spline(ctx, points, false);
}

/** A rectangle with round corners. */
export function slab(x: number, y: number, width: number, height: number, radius: number): Trace {
  return (ctx) => ctx.roundRect(x, y, width, height, radius);
}

/** An arc around (x, y) between two angles in radians, clockwise on screen. */
export function arc(x: number, y: number, radius: number, from: number, to: number): Trace {
  return (ctx) => {
    ctx.moveTo(x + radius * Math.cos(from), y + radius * Math.sin(from));
    ctx.arc(x, y, radius, from, to);
  };
}

function spline(ctx: Context, points: readonly Point[], closed: boolean): void {
  const count = points.length;
  const at = (i: number): Point =>
    (closed ? points[((i % count) + count) % count] : points[Math.min(Math.max(i, 0), count - 1)]) as Point;
  ctx.moveTo(at(0)[0], at(0)[1]);
  for (let i = 0; i < (closed ? count : count - 1); i++) {
    const [before, from, to, after] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    ctx.bezierCurveTo(
      from[0] + (to[0] - before[0]) / 6,
      from[1] + (to[1] - before[1]) / 6,
      to[0] - (after[0] - from[0]) / 6,
      to[1] - (after[1] - from[1]) / 6,
      to[0],
      to[1],
    );
  }
  if (closed) ctx.closePath();
}

export class Pen {
  /**
   * @param weight width of the outline in design units
   * @param mirrored whether the figure is drawn facing left, so that numbers can be turned back
   */
  constructor(
    readonly ctx: Context,
    readonly weight: number = 3,
    readonly mirrored: boolean = false,
  ) {
    ctx.lineJoin = "round";
    ctx.lineCap = "round";
  }

  /** Fills and outlines one path. */
  shape(fill: string, trace: Trace): void {
    this.patch(fill, trace);
    this.line(trace);
  }

  /** Fills without an outline: a belly, a stripe, a cheek. */
  patch(fill: string, trace: Trace): void {
    this.ctx.beginPath();
    trace(this.ctx);
    this.ctx.fillStyle = fill;
    this.ctx.fill();
  }

  /** Strokes without filling. */
  line(trace: Trace, width: number = this.weight, colour: string = INK): void {
    this.ctx.beginPath();
    trace(this.ctx);
    this.ctx.lineWidth = width;
    this.ctx.strokeStyle = colour;
    this.ctx.stroke();
  }

  /** Several paths as one body: no line shows where they overlap. */
  merged(fill: string, ...traces: Trace[]): void {
    for (const trace of traces) this.line(trace, this.weight * 2);
    for (const trace of traces) this.patch(fill, trace);
  }

  /** A limb: a thick curve through points, outlined, with round ends. */
  tube(fill: string, thickness: number, ...points: Point[]): void {
    const trace = curve(...points);
    this.line(trace, thickness + this.weight * 2);
    this.line(trace, thickness, fill);
  }

  /** Draws inside a frame moved to (x, y), turned by `turn` radians and scaled. */
  within(x: number, y: number, turn: number, draw: () => void, scaleX = 1, scaleY: number = scaleX): void {
    this.ctx.save();
    this.ctx.translate(x, y);
    if (turn !== 0) this.ctx.rotate(turn);
    if (scaleX !== 1 || scaleY !== 1) this.ctx.scale(scaleX, scaleY);
    draw();
    this.ctx.restore();
  }

  /** Keeps marks of `draw` inside a path: stripes on a body, a patch on a head. */
  clipped(trace: Trace, draw: () => void): void {
    this.ctx.save();
    this.ctx.beginPath();
    trace(this.ctx);
    this.ctx.clip();
    draw();
    this.ctx.restore();
  }
}
