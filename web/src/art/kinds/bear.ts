/** Bear: the biggest back on the track, small ears; would rather be asleep. */

import { body, cloth, farLegs, joint, nearLegs, onBody, onHead, roundEar, type LegShape } from "../anatomy.js";
import { cheek, eyes, mouth, sweat } from "../face.js";
import { INK, loop, oval } from "../pen.js";
import type { Figure } from "./figure.js";

const FUR = "#7a5238";
const SHADE = "#573824";
const MUZZLE = "#d9b48c";
const PAW: LegShape = { fill: FUR, thickness: 15, reach: 17, raise: 12, knee: 0.3, foot: SHADE, toe: 11, thigh: 11 };
const STANCE = { fore: [20, 12], hind: [-23, 12], depth: 8 } as const;
const TEMPER = { skin: FUR, lid: 0.32, brow: 0.2 };

export const bear: Figure = {
  draw(pen, p, number) {
    const b = body(p, -10, -42);
    farLegs(pen, p, b, STANCE, PAW, SHADE);
    const [x, y] = joint(b, [-36, -3]);
    pen.shape(FUR, oval(x, y + p.tail, 7));
    onBody(pen, b, () => {
      pen.shape(FUR, loop([-38, 4], [-32, -20], [-10, -30], [12, -33], [32, -22], [37, 2], [22, 23], [-16, 24], [-36, 16]));
    });
    nearLegs(pen, p, b, STANCE, PAW);
    onBody(pen, b, () => cloth(pen, -8, -3, number, 26));
    onHead(pen, b, [31, -20], p, () => {
      roundEar(pen, p, FUR, MUZZLE, [-14, -18], 8.5);
      roundEar(pen, p, FUR, MUZZLE, [11, -21], 8.5);
      pen.shape(FUR, loop([-22, -5], [-11, -22], [10, -23], [24, -8], [25, 8], [11, 20], [-8, 20], [-21, 9]));
      pen.shape(MUZZLE, loop([4, 6], [12, -2], [24, -1], [31, 7], [25, 18], [11, 18]));
      pen.shape(INK, loop([19, 0], [29, 0], [25, 6]));
      eyes(pen, p, TEMPER, [17, -8], [3, -7], 6);
      mouth(pen, p.mouth, 18, 13, 12);
      cheek(pen, -5, 7, 5);
      sweat(pen, p, [-14, -24]);
    });
  },
  portrait: [23, -63, 32],
  crown: [21, -85],
  saddle: [-16, -72],
  nape: [4, -70],
  extent: [58, 96],
};
