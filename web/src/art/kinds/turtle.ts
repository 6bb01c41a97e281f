/** Turtle: a tall dome on stumps with a long neck; has all evening. */

import { body, cloth, farLegs, joint, nearLegs, onBody, onHead, type LegShape } from "../anatomy.js";
import { cheek, eyes, mouth, sweat } from "../face.js";
import { loop, oval, polygon } from "../pen.js";
import type { Figure } from "./figure.js";

const SKIN = "#a9c76a";
const SHADE = "#83a04c";
const SHELL = "#4f8a5b";
const PLATE = "#6fab74";
const RIM = "#d9c27c";
const STUMP: LegShape = { fill: SKIN, thickness: 13, reach: 14, raise: 9, knee: 0, foot: SKIN, toe: 9, thigh: 0 };
const STANCE = { fore: [17, 8], hind: [-20, 8], depth: 8 } as const;
const TEMPER = { skin: SKIN, lid: 0.42, brow: 0 };

export const turtle: Figure = {
  draw(pen, p, number) {
    const b = body(p, -8, -28);
    farLegs(pen, p, b, STANCE, STUMP, SHADE);
    const [tx, ty] = joint(b, [-33, 6]);
    pen.shape(SKIN, polygon([tx + 4, ty - 5], [tx - 11, ty + 4 - p.tail * 4], [tx + 4, ty + 6]));
    const throat = joint(b, [22, 2]);
    const chin = joint(b, [40, -20]);
    pen.tube(SKIN, 14, throat, [(throat[0] + chin[0]) / 2 + 5, (throat[1] + chin[1]) / 2 + 4], chin);
    nearLegs(pen, p, b, STANCE, STUMP);
    onBody(pen, b, () => {
      const dome = loop([-36, 6], [-34, -16], [-18, -36], [2, -40], [20, -32], [30, -12], [30, 6], [0, 9]);
      pen.shape(SHELL, dome);
      pen.clipped(dome, () => {
        for (const [x, y] of [[-24, -14], [19, -16], [-12, -38], [10, -38], [-36, -34]] as const) {
          const plate = polygon([x - 9, y], [x - 5, y - 9], [x + 5, y - 9], [x + 9, y], [x + 5, y + 9], [x - 5, y + 9]);
          pen.patch(PLATE, plate);
        }
      });
      pen.line(dome);
      pen.shape(RIM, loop([-40, 6], [-36, 0], [0, 2], [32, 0], [35, 6], [30, 11], [0, 12], [-36, 12]));
      cloth(pen, -2, -17, number);
    });
    onHead(pen, b, [40, -24], p, () => {
      pen.shape(SKIN, loop([-14, -4], [-7, -17], [8, -18], [19, -8], [20, 5], [8, 14], [-7, 13], [-14, 6]));
      eyes(pen, p, TEMPER, [13, -6], [1, -5], 6.8);
      pen.patch("#5c7434", oval(18, 1, 1.2));
      mouth(pen, p.mouth, 11, 7, 12);
      cheek(pen, -4, 5, 4);
      sweat(pen, p, [-9, -19]);
    });
  },
  portrait: [33, -52, 25],
  crown: [33, -70],
  saddle: [-12, -64],
  nape: [4, -56],
  extent: [58, 76],
};
