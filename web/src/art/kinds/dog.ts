/** Dog: floppy ears, a patch over one eye, a collar; thinks the race is about him, and fetches. */

import { body, cloth, farLegs, joint, nearLegs, onBody, onHead, type LegShape } from "../anatomy.js";
import { cheek, eyes, mouth, sweat } from "../face.js";
import { INK, loop, oval, polygon, type Pen } from "../pen.js";
import type { Posture } from "../posture.js";
import type { Figure } from "./figure.js";

const COAT = "#f3e6cf";
const SHADE = "#cdb992";
const PATCH = "#a9713f";
const COLLAR = "#3b6ea5";
const LEG: LegShape = { fill: COAT, thickness: 9, reach: 20, raise: 14, knee: 0.5, foot: COAT, toe: 9, thigh: 8 };
const STANCE = { fore: [16, 8], hind: [-19, 8], depth: 7 } as const;
const TEMPER = { skin: COAT, lid: 0.06, brow: -0.3 };

function ear(pen: Pen, p: Posture, x: number, y: number, lean: number): void {
  pen.within(x, y, lean + p.ears * 0.9, () => {
    pen.shape(PATCH, loop([4, -5], [-5, -5], [-13, 8], [-12, 24], [-4, 26], [3, 12]));
  });
}

export const dog: Figure = {
  draw(pen, p, number) {
    const b = body(p, -8, -35);
    farLegs(pen, p, b, STANCE, LEG, SHADE);
    const [x, y] = joint(b, [-26, -7]);
    pen.within(x, y, p.tail * 0.45, () => pen.tube(COAT, 6, [2, 2], [-8, -6], [-13, -18], [-9, -26]));
    onBody(pen, b, () => {
      const trunk = loop([-29, -3], [-15, -16], [8, -15], [26, -14], [27, 5], [12, 16], [-14, 14], [-29, 8]);
      pen.shape(COAT, trunk);
      pen.clipped(trunk, () => pen.patch(PATCH, loop([-34, -12], [-18, -20], [-14, -4], [-24, 6], [-34, 4])));
      pen.line(trunk);
    });
    nearLegs(pen, p, b, STANCE, LEG);
    onBody(pen, b, () => {
      cloth(pen, -2, 0, number, 22);
      pen.shape(COLLAR, polygon([14, -18], [32, -8], [29, -2], [12, -12]));
    });
    onHead(pen, b, [25, -21], p, () => {
      ear(pen, p, 15, -14, -0.75);
      const skull = loop([-20, -4], [-12, -19], [6, -21], [18, -12], [31, -1], [32, 10], [17, 16], [-4, 16], [-18, 9]);
      pen.shape(COAT, skull);
      pen.clipped(skull, () => pen.patch(PATCH, oval(1, -7, 13, 13)));
      pen.line(skull);
      pen.shape(INK, oval(31, 1, 5, 4));
      eyes(pen, p, { ...TEMPER, skin: PATCH }, [15, -6], [2, -6], 6.6);
      mouth(pen, p.mouth === "smile" && p.gait === "run" ? "tongue" : p.mouth, 20, 9, 13);
      ear(pen, p, -12, -14, 0.3);
      cheek(pen, -4, 8, 4.5);
      sweat(pen, p, [-8, -24]);
    });
  },
  portrait: [22, -56, 30],
  crown: [19, -77],
  saddle: [-12, -51],
  nape: [4, -54],
  extent: [54, 86],
};
