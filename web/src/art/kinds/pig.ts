/** Pig: a barrel on four pegs, a snout, a curl for a tail; delighted to be here. */

import { body, cloth, farLegs, joint, nearLegs, onBody, onHead, type LegShape } from "../anatomy.js";
import { cheek, eyes, mouth, sweat } from "../face.js";
import { loop, oval, type Pen } from "../pen.js";
import type { Posture } from "../posture.js";
import type { Figure } from "./figure.js";

const SKIN = "#f4b2ac";
const SHADE = "#d68d88";
const SNOUT = "#e88f8c";
const HOOF = "#8b5148";
const PEG: LegShape = { fill: SKIN, thickness: 10, reach: 14, raise: 11, knee: 0.2, foot: HOOF, toe: 6.5, thigh: 8 };
const STANCE = { fore: [17, 15], hind: [-20, 15], depth: 9 } as const;
const TEMPER = { skin: SKIN, lid: 0.08, brow: -0.1 };

function flap(pen: Pen, p: Posture, x: number, lean: number): void {
  pen.within(x, -18, lean - p.ears * 0.5, () => {
    pen.shape(SNOUT, loop([-8, 1], [-9, -12], [1, -17], [12, -8], [14, 3], [6, 1]));
  });
}

export const pig: Figure = {
  draw(pen, p, number) {
    const b = body(p, -8, -36);
    farLegs(pen, p, b, STANCE, PEG, SHADE);
    const [x, y] = joint(b, [-33, -5]);
    const curl = p.tail * 2.5;
    pen.tube(SNOUT, 4, [x + 3, y], [x - 9, y + 2], [x - 10, y - 9 - curl], [x - 3, y - 7], [x - 8, y + 1], [x - 18, y - 6 - curl]);
    onBody(pen, b, () => {
      const barrel = loop([-35, 0], [-25, -22], [0, -26], [24, -20], [33, 0], [23, 22], [-2, 26], [-27, 20]);
      pen.shape(SKIN, barrel);
      pen.clipped(barrel, () => pen.patch("rgb(255 255 255 / 0.22)", oval(-6, -18, 22, 8)));
      pen.line(barrel);
    });
    nearLegs(pen, p, b, STANCE, PEG);
    onBody(pen, b, () => cloth(pen, -9, 0, number));
    onHead(pen, b, [27, -14], p, () => {
      flap(pen, p, 13, 0.35);
      pen.shape(SKIN, loop([-19, -5], [-9, -21], [9, -22], [22, -9], [23, 6], [11, 18], [-8, 18], [-19, 8]));
      flap(pen, p, -9, -0.2);
      eyes(pen, p, TEMPER, [16, -8], [2, -7], 6.4);
      mouth(pen, p.mouth, 10, 13, 13);
      pen.shape(SNOUT, loop([11, 1], [18, -5], [28, -3], [31, 5], [25, 12], [15, 11]));
      pen.patch(HOOF, oval(19.5, 3.5, 2, 3));
      pen.patch(HOOF, oval(26, 3.5, 2, 3));
      cheek(pen, -6, 7, 5.5);
      sweat(pen, p, [-13, -24]);
    });
  },
  portrait: [21, -52, 30],
  crown: [19, -73],
  saddle: [-14, -62],
  nape: [4, -56],
  extent: [56, 80],
};
