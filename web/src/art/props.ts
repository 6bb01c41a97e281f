/**
 * Things that happen to a racer: a rocket, a block of ice, a hurdle, a puddle of mud, a cape, a cup of coffee.
 *
 * Drawn in the racer's own units around the places its figure names; moods decide which, never the kind.
 */

import { curve, loop, oval, polygon, slab, type Pen, type Point } from "./pen.js";
import type { Figure } from "./kinds/figure.js";
import type { Mood, Posture } from "./posture.js";

const FLAME = "#f6a02d";
const FLAME_CORE = "#ffe58a";
const GOLD = "#f6c544";

/** What lies behind the figure: capes, glows, the mud it stands in. */
export function behind(pen: Pen, figure: Figure, p: Posture, mood: Mood, calm: boolean): void {
  switch (mood) {
    case "charge":
      return glow(pen, figure, p, calm);
    case "transform":
      return cape(pen, figure, p, calm);
    case "fakeout":
      return rag(pen, figure, p);
    case "ice":
      return pen.patch("rgb(196 232 246 / 0.75)", block(figure));
    default:
      return;
  }
}

/** What lies over the figure. */
export function before(pen: Pen, figure: Figure, p: Posture, mood: Mood, calm: boolean): void {
  const [half] = figure.extent;
  switch (mood) {
    case "rocket":
      return rocket(pen, figure.saddle, p, calm);
    case "ice":
      return ice(pen, figure);
    case "obstacle":
      return hurdle(pen, half - 4);
    case "slip":
      return banana(pen, -half * 0.62);
    case "trap":
      return mud(pen, half);
    case "stop":
      return snooze(pen, figure.crown, p, calm);
    case "wobble":
      return stars(pen, figure.crown, p, calm);
    case "boost":
      return cup(pen, figure.crown[0] + 24, figure.crown[1] + 2, 0.85, p.time, calm);
    default:
      return;
  }
}

function glow(pen: Pen, figure: Figure, p: Posture, calm: boolean): void {
  const [half, height] = figure.extent;
  const turn = calm ? 0.2 : p.time * 2.2;
  pen.patch("rgb(255 222 104 / 0.85)", (ctx) => {
    for (let i = 0; i < 24; i++) {
      const angle = turn + (i / 24) * Math.PI * 2;
      const radius = (i % 2 === 0 ? 1.12 : 0.78) * Math.max(half, height * 0.6);
      ctx.lineTo(Math.cos(angle) * radius, -height * 0.45 + Math.sin(angle) * radius);
    }
    ctx.closePath();
  });
}

function cape(pen: Pen, figure: Figure, p: Posture, calm: boolean): void {
  const [x, y] = figure.nape;
  const wave = calm ? 0 : Math.sin(p.time * 9) * 6;
  const lift = p.lift;
  const top = y - lift;
  pen.shape("#b3262f", loop([x + 9, top - 5], [x - 20, top - 15 + wave * 0.5], [x - 48, top - 10 - wave], [x - 74, top - 20 + wave * 0.6], [x - 80, top + 6 + wave], [x - 70, top + 22 - wave], [x - 38, top + 16 + wave * 0.4], [x + 2, top + 15]));
  pen.line(curve([x - 20, top + 2 + wave * 0.4], [x - 46, top + 4 - wave * 0.6], [x - 66, top + 2 + wave]), pen.weight * 0.7, "#7d1820");
  pen.patch(GOLD, oval(x + 6, top + 2, 5));
}

/** What the cape turns out to be when the transformation was a bluff: a kitchen towel. */
function rag(pen: Pen, figure: Figure, p: Posture): void {
  const [x, y] = figure.nape;
  pen.within(x, y - p.lift, 0.5, () => {
    pen.shape("#fdfbf3", polygon([4, -8], [-30, -4], [-34, 14], [-24, 9], [-16, 17], [-8, 10], [4, 12]));
    for (const at of [-24, -12]) pen.patch("#c43a3a", polygon([at, -4], [at + 4, -5], [at + 3, 11], [at - 1, 10]));
  });
}

function rocket(pen: Pen, [x, y]: Point, p: Posture, calm: boolean): void {
  const flare = calm ? 0.7 : 0.6 + 0.4 * Math.abs(Math.sin(p.time * 43));
  pen.within(x - 9, y - p.lift, p.pitch, () => {
    pen.patch(FLAME, loop([-22, -9], [-42 - flare * 22, -7], [-60 - flare * 26, 0], [-42 - flare * 22, 7], [-22, 9]));
    pen.patch(FLAME_CORE, loop([-22, -5], [-36 - flare * 12, -3], [-44 - flare * 14, 0], [-36 - flare * 12, 3], [-22, 5]));
    pen.shape("#8a3030", polygon([-12, -9], [-27, -17], [-23, 0], [-27, 17], [-12, 9]));
    pen.shape("#e9e3d6", slab(-23, -9, 40, 18, 6));
    pen.shape("#c43a3a", loop([15, -9], [26, -6], [34, 0], [26, 6], [15, 9]));
    pen.patch("#c43a3a", slab(-12, -7.5, 6, 15, 1));
    pen.shape("#9fd0e6", oval(5, 0, 4.4));
  });
}

function block(figure: Figure): (ctx: Pen["ctx"]) => void {
  const [half, height] = figure.extent;
  return polygon([-half - 3, 3], [-half + 1, -height * 0.55], [-half + 9, -height - 4], [half * 0.3, -height - 8], [half + 2, -height + 4], [half + 5, -height * 0.3], [half + 1, 3]);
}

function ice(pen: Pen, figure: Figure): void {
  const [half, height] = figure.extent;
  pen.patch("rgb(206 238 250 / 0.45)", block(figure));
  pen.line(block(figure), pen.weight, "#6fa9c4");
  pen.line((ctx) => {
    ctx.moveTo(-half + 12, -height + 14);
    ctx.lineTo(-half + 8, -height * 0.45);
    ctx.moveTo(-half + 22, -height + 12);
    ctx.lineTo(-half + 19, -height * 0.66);
    ctx.moveTo(half - 12, -18);
    ctx.lineTo(half - 9, -32);
  }, pen.weight * 1.3, "#ffffff");
}

function hurdle(pen: Pen, x: number): void {
  pen.shape("#fdfbf3", slab(x - 3, -40, 6, 40, 2));
  pen.shape("#fdfbf3", slab(x + 9, -34, 6, 37, 2));
  pen.shape("#c43a3a", polygon([x - 7, -42], [x + 19, -36], [x + 19, -26], [x - 7, -32]));
  pen.patch("#fdfbf3", polygon([x + 2, -39], [x + 9, -37.4], [x + 9, -29], [x + 2, -30.4]));
  star(pen, x - 2, -48, 8, GOLD);
}

/** The peel under the hind feet that explains everything. */
function banana(pen: Pen, x: number): void {
  const peel = "#f4cf3f";
  pen.shape(peel, loop([x - 2, -9], [x - 12, -7], [x - 20, 2], [x - 13, 3], [x - 5, -2]));
  pen.shape(peel, loop([x + 1, -9], [x + 11, -6], [x + 20, 3], [x + 12, 3], [x + 4, -2]));
  pen.shape("#fbe58a", loop([x - 5, -8], [x, -12], [x + 5, -8], [x + 3, 4], [x - 3, 4]));
  pen.patch("#6b4a20", oval(x, -12.5, 2.4));
}

function mud(pen: Pen, half: number): void {
  pen.shape("#6b4a30", loop([-half - 2, -1], [-half * 0.6, -8], [-half * 0.2, -5], [half * 0.2, -9], [half * 0.6, -5], [half + 2, -2], [half * 0.7, 6], [-half * 0.6, 6]));
  pen.patch("#8a6344", oval(-half * 0.3, -1, half * 0.22, 2));
  for (const [x, y, r] of [[-half * 0.5, -14, 3], [half * 0.45, -15, 2.6], [half * 0.1, -13, 2]] as const) pen.shape("#6b4a30", oval(x, y, r));
}

/** Three little waves of sleep: a stopped racer has simply lost interest. */
function snooze(pen: Pen, [x, y]: Point, p: Posture, calm: boolean): void {
  const rise = calm ? 0.4 : (p.time * 0.8) % 1;
  for (let i = 0; i < 3; i++) {
    const [left, top, size] = [x + 12 + i * 9 + rise * 4, y + 6 - i * 10 - rise * 5, 3.2 + i * 1.6];
    const zed = (ctx: Pen["ctx"]): void => {
      ctx.moveTo(left - size, top - size);
      ctx.lineTo(left + size, top - size);
      ctx.lineTo(left - size, top + size);
      ctx.lineTo(left + size, top + size);
    };
    pen.line(zed, pen.weight * 1.9, "#fdfbf3");
    pen.line(zed, pen.weight * 0.9);
  }
}

function stars(pen: Pen, [x, y]: Point, p: Posture, calm: boolean): void {
  for (let i = 0; i < 3; i++) {
    const turn = (calm ? 0 : p.time * 5) + (i / 3) * Math.PI * 2;
    star(pen, x + Math.cos(turn) * 22, y - 2 + Math.sin(turn) * 7, 6, GOLD);
  }
}

/** A five-pointed star. */
export function star(pen: Pen, x: number, y: number, radius: number, fill: string): void {
  pen.shape(fill, (ctx) => {
    for (let i = 0; i < 10; i++) {
      const [turn, out] = [(i / 10) * Math.PI * 2 - Math.PI / 2, i % 2 === 0 ? radius : radius * 0.48];
      ctx.lineTo(x + Math.cos(turn) * out, y + Math.sin(turn) * out);
    }
    ctx.closePath();
  });
}

/** A cup of coffee standing on (x, y), with steam that drifts. */
export function cup(pen: Pen, x: number, y: number, size: number, time: number, calm: boolean): void {
  pen.within(x, y, 0, () => {
    const drift = calm ? 0 : Math.sin(time * 3) * 2;
    for (const at of [-4, 4]) {
      pen.line((ctx) => {
        ctx.moveTo(at, -23);
        ctx.bezierCurveTo(at - 4 + drift, -28, at + 4 + drift, -32, at + drift, -38);
      }, 2.4, "rgb(255 252 240 / 0.9)");
    }
    pen.line(oval(13, -9, 5, 5), 4.5);
    pen.line(oval(13, -9, 5, 5), 1.6, "#fdfbf3");
    pen.shape("#fdfbf3", loop([-12, -18], [12, -18], [10, -3], [5, 0], [-5, 0], [-10, -3]));
    pen.shape("#6b3f22", oval(0, -18, 12, 3.4));
    pen.patch("#c43a3a", slab(-10.4, -12, 20.6, 4, 1));
  }, size);
}

/** A tray with three cups, balanced on a head. */
export function tray(pen: Pen, [x, y]: Point, p: Posture, calm: boolean): void {
  const tilt = calm ? 0 : Math.sin(p.time * 3.1) * 0.06;
  pen.within(x + p.tremble, y - p.lift - 1, tilt, () => {
    for (const at of [-21, 21, 0]) cup(pen, at, -4, 0.82, p.time + at, calm);
    pen.shape("#9aa7a8", slab(-40, -5, 80, 6, 3));
    pen.patch("#c9d3d2", slab(-34, -3.6, 50, 1.8, 1));
  });
}
