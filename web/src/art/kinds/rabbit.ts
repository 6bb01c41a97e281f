/** Rabbit: two long ears, big feet, a cotton tail; nervous, and fast because of it. */

import { body, cloth, farLegs, joint, nearLegs, onBody, onHead, type LegShape } from "../anatomy.js";
import { cheek, eyes, mouth, sweat } from "../face.js";
import { loop, oval, slab, type Pen } from "../pen.js";
import type { Posture } from "../posture.js";
import type { Figure } from "./figure.js";

const FUR = "#efe6da";
const SHADE = "#c9bba8";
const PINK = "#f2b3ac";
const LEG: LegShape = { fill: FUR, thickness: 9, reach: 17, raise: 15, knee: -0.6, foot: FUR, toe: 12, thigh: 8 };
const STANCE = { fore: [15, 9], hind: [-16, 9], depth: 6 } as const;
const TEMPER = { skin: FUR, lid: 0, brow: -0.35 };

function ear(pen: Pen, p: Posture, x: number, lean: number): void {
  pen.within(x, -16, lean - p.ears * 1.15, () => {
    pen.shape(FUR, loop([-6, 3], [-8, -16], [-3, -37], [3, -37], [8, -16], [6, 3]));
    pen.patch(PINK, loop([-2.5, -3], [-3.5, -17], [0, -31], [3.5, -17], [2.5, -3]));
  });
}

export const rabbit: Figure = {
  draw(pen, p, number) {
    const b = body(p, -6, -32);
    farLegs(pen, p, b, STANCE, LEG, SHADE);
    const [x, y] = joint(b, [-28, -6]);
    pen.shape("#ffffff", oval(x, y + p.tail * 2, 9, 8.5));
    onBody(pen, b, () => {
      pen.shape(FUR, loop([-26, 0], [-20, -18], [2, -20], [20, -12], [24, 4], [10, 17], [-14, 18], [-26, 12]));
    });
    nearLegs(pen, p, b, STANCE, LEG);
    const haunch = joint(b, [-15, 3]);
    pen.patch(FUR, oval(haunch[0], haunch[1], 12, 13));
    onBody(pen, b, () => {
      pen.line((ctx) => ctx.arc(-15, 3, 12.5, -1.9, 0.6), pen.weight * 0.8);
      cloth(pen, 3, -1, number, 22);
    });
    onHead(pen, b, [22, -22], p, () => {
      ear(pen, p, 6, 0.2);
      pen.shape(FUR, loop([-18, -4], [-8, -19], [10, -19], [22, -5], [22, 9], [9, 18], [-8, 17], [-18, 8]));
      ear(pen, p, -6, -0.16);
      eyes(pen, p, TEMPER, [16, -5], [3, -4], 7.2);
      pen.shape(PINK, loop([15, 4], [22, 4], [18.5, 8.5]));
      if (p.mouth === "smile" || p.mouth === "grin" || p.mouth === "grit") pen.shape("#fffdf6", slab(14.5, 11, 8, 8, 2));
      mouth(pen, p.mouth === "grit" ? "flat" : p.mouth, 17, 12, 11);
      cheek(pen, -3, 8);
      sweat(pen, p, [-14, -20]);
    });
  },
  portrait: [18, -60, 33],
  crown: [18, -74],
  saddle: [-12, -51],
  nape: [4, -54],
  extent: [50, 108],
};
