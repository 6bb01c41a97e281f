/** Cat: a tuxedo, whiskers, a tail like a question mark; runs only because nobody told it to. */

import { body, cloth, farLegs, joint, nearLegs, onBody, onHead, pointedEar, type LegShape } from "../anatomy.js";
import { eyes, mouth, sweat } from "../face.js";
import { loop, oval, type Pen } from "../pen.js";
import type { Figure } from "./figure.js";

const FUR = "#565a6e";
const SHADE = "#3d4052";
const WHITE = "#fbf7ee";
const PINK = "#e79a98";
const LEG: LegShape = { fill: FUR, thickness: 8, reach: 19, raise: 14, knee: 0.4, foot: WHITE, toe: 8, thigh: 8 };
const STANCE = { fore: [15, 8], hind: [-18, 8], depth: 6 } as const;
const TEMPER = { skin: FUR, lid: 0.4, brow: -0.15, iris: "#2b3b2a" };

function whiskers(pen: Pen): void {
  pen.line((ctx) => {
    for (const [x, y, dx, dy] of [[6, 8, -17, -3], [6, 10, -16, 4], [23, 7, 13, -4], [23, 9, 12, 3]] as const) {
      ctx.moveTo(x, y);
      ctx.lineTo(x + dx, y + dy);
    }
  }, 1.4, WHITE);
}

export const cat: Figure = {
  draw(pen, p, number) {
    const b = body(p, -8, -33);
    farLegs(pen, p, b, STANCE, LEG, SHADE);
    const [x, y] = joint(b, [-24, -5]);
    const sway = p.tail * 6;
    pen.tube(FUR, 7, [x, y], [x - 9, y - 8], [x - 11 + sway * 0.4, y - 26], [x - 20 + sway, y - 40], [x - 10 + sway, y - 47]);
    onBody(pen, b, () => {
      const trunk = loop([-27, -3], [-14, -15], [8, -14], [24, -12], [26, 4], [12, 15], [-14, 14], [-27, 8]);
      pen.shape(FUR, trunk);
      pen.clipped(trunk, () => pen.patch(WHITE, oval(25, 6, 11, 13)));
      pen.line(trunk);
    });
    nearLegs(pen, p, b, STANCE, LEG);
    onBody(pen, b, () => cloth(pen, -5, -1, number, 22));
    onHead(pen, b, [22, -20], p, () => {
      pointedEar(pen, p, FUR, PINK, [14, -13], 17, 8.5, 0.28);
      pointedEar(pen, p, FUR, PINK, [-9, -13], 18, 9, -0.24);
      const skull = loop([-21, 0], [-13, -16], [4, -19], [19, -15], [25, 1], [17, 15], [2, 17], [-14, 14]);
      pen.shape(FUR, skull);
      pen.clipped(skull, () => pen.patch(WHITE, loop([6, 2], [14, -8], [22, 2], [27, 14], [12, 22], [0, 14])));
      pen.line(skull);
      eyes(pen, p, TEMPER, [17, -4], [3, -3], 6.8);
      pen.shape(PINK, loop([12.5, 4], [18.5, 4], [15.5, 7.5]));
      mouth(pen, p.mouth, 15, 11, 11);
      whiskers(pen);
      sweat(pen, p, [-14, -20]);
    });
  },
  portrait: [16, -55, 29],
  crown: [16, -71],
  saddle: [-12, -48],
  nape: [4, -52],
  extent: [52, 88],
};
