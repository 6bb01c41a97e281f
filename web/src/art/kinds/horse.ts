/** Horse: long legs, long face, a mane in the wind; noble and a little vain. */

import { body, cloth, farLegs, joint, nearLegs, onBody, onHead, pointedEar, type LegShape } from "../anatomy.js";
import { eyes, mouth, sweat } from "../face.js";
import { loop, oval, polygon } from "../pen.js";
import type { Figure } from "./figure.js";

const COAT = "#9c5a33";
const SHADE = "#74401f";
const MANE = "#3a2418";
const BLAZE = "#fbefdc";
const LEG: LegShape = { fill: COAT, thickness: 8.5, reach: 22, raise: 19, knee: 0.9, foot: MANE, toe: 7.5, thigh: 9 };
const STANCE = { fore: [17, 8], hind: [-21, 7], depth: 7 } as const;
const TEMPER = { skin: COAT, lid: 0.25, brow: 0 };

export const horse: Figure = {
  draw(pen, p, number) {
    const b = body(p, -10, -45);
    farLegs(pen, p, b, STANCE, LEG, SHADE);
    const [x, y] = joint(b, [-29, -8]);
    const swish = p.tail * 6;
    pen.shape(MANE, loop([x + 4, y - 5], [x - 13, y - 9 - swish], [x - 26, y + 6 - swish * 1.4], [x - 22, y + 26 - swish], [x - 13, y + 12], [x + 2, y + 6]));
    const withers = joint(b, [12, -4]);
    const poll = joint(b, [33, -33]);
    pen.merged(
      COAT,
      (ctx) => loop([poll[0] - 11, poll[1] - 6], [poll[0] + 8, poll[1] + 2], [withers[0] + 19, withers[1] + 4], [withers[0] + 6, withers[1] + 14], [withers[0] - 14, withers[1] - 4])(ctx),
      (ctx) => {
        ctx.save();
        ctx.translate(b.x, b.y);
        ctx.rotate(b.turn);
        ctx.scale(b.scaleX, b.scaleY);
        loop([-31, -4], [-18, -17], [6, -15], [25, -14], [29, 4], [14, 17], [-14, 16], [-31, 9])(ctx);
        ctx.restore();
      },
    );
    nearLegs(pen, p, b, STANCE, LEG);
    onBody(pen, b, () => cloth(pen, -6, -1, number));
    onHead(pen, b, [33, -38], p, () => {
      const flow = p.ears * 9;
      pen.shape(MANE, loop([2, -19], [-10, -17], [-20 - flow, -4], [-17 - flow, 6], [-23 - flow, 13], [-16 - flow * 0.7, 21], [-18, 30], [-8, 24], [-2, 6]));
      pointedEar(pen, p, SHADE, SHADE, [7, -15], 15, 5, 0.25);
      pen.shape(COAT, loop([-11, -8], [-2, -18], [11, -16], [22, -3], [33, 9], [31, 21], [18, 22], [7, 12], [-7, 10]));
      pen.patch(BLAZE, loop([13, -13], [24, -1], [30, 7], [24, 8], [16, -4]));
      pen.shape("#d8a987", loop([23, 6], [34, 8], [35, 18], [27, 24], [18, 22], [17, 13]));
      pen.patch(MANE, oval(31, 12, 1.6, 2.2));
      pointedEar(pen, p, COAT, "#d8a987", [-3, -15], 17, 5.5, -0.1);
      pen.shape(MANE, polygon([-4, -17], [8, -20], [13, -12], [7, -13], [3, -11]));
      eyes(pen, p, TEMPER, [16, -7], [5, -4], 6.2);
      mouth(pen, p.mouth, 26, 18, 12);
      sweat(pen, p, [-8, -22]);
    });
  },
  portrait: [28, -80, 31],
  crown: [26, -101],
  saddle: [-14, -64],
  nape: [6, -70],
  extent: [60, 110],
};
