/** Tiger: stripes, a round head, a long curled tail; takes every race personally. */

import { body, cloth, farLegs, nearLegs, onBody, onHead, roundEar, joint, type LegShape } from "../anatomy.js";
import { cheek, eyes, mouth, sweat } from "../face.js";
import { INK, loop, oval, polygon, type Pen } from "../pen.js";
import type { Figure } from "./figure.js";

const COAT = "#f0982f";
const SHADE = "#c97620";
const CREAM = "#fff1d6";
const PAW: LegShape = { fill: COAT, thickness: 11, reach: 19, raise: 13, knee: 0.5, foot: CREAM, toe: 9, thigh: 9 };
const STANCE = { fore: [17, 9], hind: [-22, 9], depth: 8 } as const;
const TEMPER = { skin: COAT, lid: 0.14, brow: 0.7 };

function head(pen: Pen): void {
  const skull = loop([-20, -8], [-8, -25], [10, -25], [23, -10], [25, 6], [12, 19], [-6, 19], [-20, 9]);
  pen.shape(COAT, skull);
  pen.clipped(skull, () => {
    pen.patch(CREAM, oval(17, 14, 17, 12));
    for (const [x, turn] of [[-4, -0.25], [3, 0], [10, 0.25]] as const) {
      pen.within(x, -25, turn, () => pen.patch(INK, polygon([-2.4, -2], [2.4, -2], [0, 10])));
    }
    pen.patch(INK, polygon([-22, -4], [-22, 1], [-11, 0]));
    pen.patch(INK, polygon([-22, 6], [-20, 11], [-10, 7]));
  });
  pen.line(skull);
}

export const tiger: Figure = {
  draw(pen, p, number) {
    const b = body(p, -8, -38);
    farLegs(pen, p, b, STANCE, PAW, SHADE);
    const root = joint(b, [-28, -6]);
    const wag = p.tail * 7;
    const tip = [root[0] - 15 + wag, root[1] - 33 - p.tail * 5] as const;
    pen.tube(COAT, 8, root, [root[0] - 17, root[1] + 2], [root[0] - 24, root[1] - 17], tip);
    pen.line((ctx) => {
      ctx.moveTo(tip[0] - 2, tip[1] + 5);
      ctx.lineTo(tip[0], tip[1]);
    }, 8);
    onBody(pen, b, () => {
      const trunk = loop([-32, -4], [-20, -19], [8, -19], [28, -14], [30, 6], [12, 18], [-16, 18], [-32, 10]);
      pen.shape(COAT, trunk);
      pen.clipped(trunk, () => {
        pen.patch(CREAM, oval(2, 21, 24, 7));
        for (const x of [-26, -17, 12, 21]) pen.patch(INK, polygon([x - 3, -24], [x + 3, -24], [x + 0.5, -5]));
      });
      pen.line(trunk);
    });
    nearLegs(pen, p, b, STANCE, PAW);
    onBody(pen, b, () => cloth(pen, -4, -1, number));
    onHead(pen, b, [28, -22], p, () => {
      roundEar(pen, p, COAT, "#f7c9a0", [-13, -20], 8);
      roundEar(pen, p, COAT, "#f7c9a0", [13, -22], 8);
      head(pen);
      eyes(pen, p, TEMPER, [16, -6], [3, -5], 7);
      pen.shape("#d9635a", loop([15, 5], [24, 4], [20, 10]));
      mouth(pen, p.mouth, 16, 13, 12);
      cheek(pen, -4, 8);
      sweat(pen, p, [-14, -26]);
    });
  },
  portrait: [22, -62, 31],
  crown: [21, -85],
  saddle: [-14, -58],
  nape: [8, -60],
  extent: [56, 92],
};
