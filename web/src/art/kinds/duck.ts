/** Duck: two flat feet, a bill, a tuft; shouts at everybody. */

import { body, cloth, joint, leg, onBody, onHead, type LegShape } from "../anatomy.js";
import { cheek, eyes, jaw, sweat } from "../face.js";
import { INK, arc, loop, oval, type Pen } from "../pen.js";
import type { Figure } from "./figure.js";

const DOWN = "#f8d34b";
const SHADE = "#d9ac2c";
const BILL = "#e8842d";
const WEB: LegShape = { fill: BILL, thickness: 6, reach: 17, raise: 14, knee: -0.5, foot: BILL, toe: 13, thigh: 0 };
const TEMPER = { skin: DOWN, lid: 0, brow: 0.15 };

function wing(pen: Pen, lift: number): void {
  pen.within(-14, -8, 0.25 + lift * 2.1, () => {
    pen.shape(SHADE, loop([4, -6], [-14, -8], [-30, 2], [-22, 5], [-24, 11], [-14, 10], [-4, 11], [5, 5]));
  });
}

function bill(pen: Pen, open: number): void {
  pen.within(14, 5, open * 0.35, () => {
    pen.shape("#c9681c", loop([-2, -2], [12, 0], [22, 2], [12, 8], [0, 7]));
  });
  if (open > 0.3) pen.patch("#8f2f26", loop([15, 3], [28, 3 + open * 4], [16, 7]));
  pen.within(14, 3, -open * 0.22, () => {
    pen.shape(BILL, loop([-4, -6], [8, -7], [22, -4], [25, 1], [12, 4], [-2, 5]));
    pen.patch(INK, oval(9, -3.5, 1.6, 1));
  });
}

export const duck: Figure = {
  draw(pen, p, number) {
    const b = body(p, -6, -34);
    leg(pen, p, joint(b, [4, 12]), 0.5, { ...WEB, fill: "#c9681c", foot: "#c9681c" }, 4);
    onBody(pen, b, () => {
      if (p.arms > 0.4) pen.within(8, -2, 0, () => wing(pen, p.arms * 0.9));
      pen.shape(DOWN, loop([-44, -18 - p.tail * 3], [-30, -10], [-8, -17], [16, -18], [25, -2], [18, 15], [-6, 20], [-28, 12], [-36, -2]));
    });
    leg(pen, p, joint(b, [-4, 16]), 0, WEB);
    onBody(pen, b, () => {
      wing(pen, p.arms);
      cloth(pen, -9, 3, number, 20);
    });
    onHead(pen, b, [15, -24], p, () => {
      pen.line(arc(-6 - p.ears * 2, -26, 6, 0.1 * Math.PI, 1.1 * Math.PI), pen.weight + 2);
      pen.merged(DOWN, oval(0, -4, 20, 19), loop([-13, 6], [14, 6], [14, 20], [-16, 20]));
      pen.line(arc(-4 - p.ears * 3, -27, 5, 0.55 * Math.PI, 1.25 * Math.PI));
      pen.line(arc(3 - p.ears * 3, -28, 6, 0.6 * Math.PI, 1.2 * Math.PI));
      eyes(pen, p, TEMPER, [11, -9], [-1, -8], 7.2);
      bill(pen, jaw(p.mouth));
      cheek(pen, -5, 3, 4.5);
      sweat(pen, p, [-14, -22]);
    });
  },
  portrait: [16, -63, 29],
  crown: [9, -80],
  saddle: [-16, -52],
  nape: [-4, -60],
  extent: [52, 92],
};
