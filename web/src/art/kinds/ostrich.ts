/** Ostrich: a feather ball on stilts, a long neck with lashes on top; above all this. */

import { body, cloth, joint, leg, onBody, type LegShape } from "../anatomy.js";
import { eyes, jaw, sweat } from "../face.js";
import { INK, loop, oval, type Pen } from "../pen.js";
import type { Posture } from "../posture.js";
import type { Figure } from "./figure.js";

const FEATHER = "#47404a";
const FLUFF = "#f4efe6";
const SKIN = "#e8b79d";
const SHADE = "#bd8a70";
const BILL = "#e79a4c";
const STILT: LegShape = { fill: SKIN, thickness: 6, reach: 23, raise: 22, knee: -1.1, foot: SKIN, toe: 11, thigh: 0 };
const TEMPER = { skin: SKIN, lid: 0.45, brow: -0.25 };

function lashes(pen: Pen, x: number, y: number): void {
  pen.line((ctx) => {
    for (const [dx, dy] of [[-4, -6], [-7, -3]] as const) {
      ctx.moveTo(x + dx, y + dy);
      ctx.lineTo(x + dx * 1.7, y + dy * 1.6);
    }
  }, pen.weight * 0.8);
}

function fluffyTail(pen: Pen, p: Posture): void {
  pen.within(-25, -6, p.tail * 0.2, () => {
    pen.shape(FLUFF, loop([4, -8], [-8, -19], [-11, -11], [-21, -12], [-17, -3], [-25, 3], [-14, 6], [-14, 13], [3, 9]));
  });
}

export const ostrich: Figure = {
  draw(pen, p, number) {
    const b = body(p, -10, -52);
    leg(pen, p, joint(b, [6, 14]), 0.5, { ...STILT, fill: SHADE, foot: SHADE }, 6);
    const base = joint(b, [18, -4]);
    const sway = p.gait === "run" ? Math.sin(p.cycle * Math.PI * 4) * 3 : 0;
    const droop = Math.max(0, p.nod) * 34;
    const top = joint(b, [31 + sway + droop * 0.7, -42 + droop]);
    const bow = [base[0] + 13 + droop * 0.3, (base[1] + top[1]) / 2 + 4] as const;
    onBody(pen, b, () => {
      fluffyTail(pen, p);
      if (p.arms > 0.5) pen.within(-2, -10, p.arms * 0.9, () => pen.shape(FLUFF, loop([4, 2], [-16, -20], [-26, -12], [-22, -2], [-8, 8])));
    });
    pen.tube(SKIN, 8, base, bow, top);
    onBody(pen, b, () => {
      pen.shape(FEATHER, loop([-29, -2], [-20, -18], [0, -22], [20, -16], [26, 0], [16, 17], [-8, 20], [-26, 13]));
    });
    leg(pen, p, joint(b, [-2, 16]), 0, STILT);
    onBody(pen, b, () => {
      pen.patch(FEATHER, oval(-2, 13, 10, 6));
      pen.within(-12, 4, p.arms * 1.1, () => pen.shape(FLUFF, loop([-2, -8], [-18, -4], [-22, 4], [-14, 5], [-14, 11], [-5, 8], [4, 4])));
      cloth(pen, 6, -2, number, 22);
    });
    pen.within(top[0], top[1], b.turn * 0.5 + p.nod, () => {
      pen.line((ctx) => {
        for (const lean of [-0.9, -0.35, 0.2]) {
          ctx.moveTo(-1, -11);
          ctx.lineTo(-1 + Math.sin(lean - p.ears * 0.6) * 13, -11 - Math.cos(lean) * 10);
        }
      }, pen.weight * 0.9);
      const open = jaw(p.mouth);
      pen.within(11, 3, open * 0.4, () => pen.shape("#c9772c", loop([-3, -1], [12, 1], [18, 3], [8, 6], [-3, 5])));
      pen.shape(SKIN, loop([-14, -2], [-8, -13], [6, -14], [16, -5], [16, 4], [6, 10], [-8, 9]));
      pen.within(12, 2, -open * 0.25, () => {
        pen.shape(BILL, loop([-4, -5], [8, -5], [21, 0], [19, 3], [6, 4], [-3, 4]));
        pen.patch(INK, oval(7, -2, 1.6, 1));
      });
      eyes(pen, p, TEMPER, [9, -8], [-2, -7], 7);
      if (p.eyes === "open" || p.eyes === "closed" || p.eyes === "happy") lashes(pen, -2, -7);
      sweat(pen, p, [-12, -16]);
    });
  },
  portrait: [24, -97, 26],
  crown: [20, -110],
  saddle: [-14, -74],
  nape: [0, -72],
  extent: [50, 116],
};
