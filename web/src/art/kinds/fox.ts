/** Fox: a brush as big as the fox, sharp ears, half-closed eyes; knows something you do not. */

import { body, cloth, farLegs, joint, nearLegs, onBody, onHead, pointedEar, type LegShape } from "../anatomy.js";
import { eyes, mouth, sweat } from "../face.js";
import { INK, loop, oval, polygon } from "../pen.js";
import type { Figure } from "./figure.js";

const COAT = "#d2552d";
const SHADE = "#a23d1d";
const WHITE = "#fff4e4";
const SOCK = "#4a2c22";
const LEG: LegShape = { fill: COAT, thickness: 8, reach: 20, raise: 14, knee: 0.5, foot: SOCK, toe: 8, thigh: 8 };
const STANCE = { fore: [16, 7], hind: [-18, 7], depth: 7 } as const;
const TEMPER = { skin: COAT, lid: 0.36, brow: 0.35 };

export const fox: Figure = {
  draw(pen, p, number) {
    const b = body(p, -4, -34);
    farLegs(pen, p, b, STANCE, LEG, SHADE);
    const [x, y] = joint(b, [-22, -2]);
    pen.within(x, y, p.tail * 0.24 + (p.gait === "slump" ? -0.5 : 0.12), () => {
      const brush = loop([4, -5], [-12, -14], [-30, -28], [-42, -31], [-46, -20], [-36, -2], [-20, 8], [2, 6]);
      pen.shape(COAT, brush);
      pen.clipped(brush, () => pen.patch(WHITE, polygon([-34, -46], [-28, -24], [-37, -20], [-33, -10], [-44, -6], [-60, -20])));
      pen.line(brush);
    });
    onBody(pen, b, () => {
      const trunk = loop([-26, -2], [-14, -14], [8, -14], [24, -13], [26, 3], [12, 14], [-14, 13], [-26, 7]);
      pen.shape(COAT, trunk);
      pen.clipped(trunk, () => pen.patch(WHITE, oval(24, 8, 13, 13)));
      pen.line(trunk);
    });
    nearLegs(pen, p, b, STANCE, LEG);
    onBody(pen, b, () => cloth(pen, -4, -1, number, 21));
    onHead(pen, b, [24, -19], p, () => {
      pointedEar(pen, p, COAT, SOCK, [12, -14], 22, 8, 0.22);
      pointedEar(pen, p, COAT, SOCK, [-8, -14], 24, 9, -0.18);
      const skull = loop([-22, 3], [-14, -14], [2, -19], [16, -15], [24, -2], [36, 8], [33, 13], [16, 15], [-4, 15]);
      pen.shape(COAT, skull);
      pen.clipped(skull, () => pen.patch(WHITE, loop([-26, 4], [-6, 6], [8, 3], [22, 5], [40, 8], [36, 22], [-20, 22])));
      pen.line(skull);
      pen.shape(INK, oval(34.5, 8, 3.6, 3));
      eyes(pen, p, TEMPER, [15, -4], [2, -3], 6.6);
      mouth(pen, p.mouth, 19, 11, 13);
      sweat(pen, p, [-12, -20]);
    });
  },
  portrait: [24, -56, 31],
  crown: [21, -72],
  saddle: [-10, -48],
  nape: [6, -52],
  extent: [62, 92],
};
