/** Penguin: upright, flippers, a red scarf; earnest, and built for something else entirely. */

import { body, cloth, joint, leg, onBody, onHead, type LegShape } from "../anatomy.js";
import { cheek, eyes, jaw, sweat } from "../face.js";
import { loop, oval, polygon, type Pen } from "../pen.js";
import type { Posture } from "../posture.js";
import type { Figure } from "./figure.js";

const COAT = "#3b4560";
const SHADE = "#2a3247";
const WHITE = "#fbf7ee";
const BILL = "#f0a235";
const SCARF = "#c43a3a";
const FOOT: LegShape = { fill: BILL, thickness: 7, reach: 12, raise: 10, knee: 0, foot: BILL, toe: 12, thigh: 0 };
const TEMPER = { skin: COAT, lid: 0.06, brow: -0.2 };

function flipper(pen: Pen, fill: string, x: number, turn: number): void {
  pen.within(x, -12, turn, () => pen.shape(fill, loop([-6, -2], [5, -3], [8, 14], [3, 31], [-4, 28], [-8, 12])));
}

function scarf(pen: Pen, p: Posture): void {
  const flutter = p.gait === "run" || p.gait === "fly" ? Math.sin(p.cycle * Math.PI * 2) * 4 : 0;
  const flow = p.ears * 16;
  pen.shape(SCARF, polygon([-14, -21], [-22 - flow, -16 + flutter], [-27 - flow, -2 + flutter - flow * 0.35], [-15 - flow, -4 + flutter - flow * 0.3], [-6, -14]));
  pen.shape(SCARF, loop([-22, -26], [0, -22], [24, -27], [25, -18], [2, -13], [-22, -17]));
}

export const penguin: Figure = {
  draw(pen, p, number) {
    const b = body(p, -2, -40);
    leg(pen, p, joint(b, [10, 27]), 0.5, { ...FOOT, fill: "#c9801f", foot: "#c9801f" }, 3);
    onBody(pen, b, () => {
      flipper(pen, SHADE, 20, -0.35 - p.arms * 2.1);
      pen.shape(COAT, polygon([-22, 18], [-36, 28 - p.tail * 3], [-16, 28]));
      const trunk = loop([-27, 4], [-22, -22], [0, -32], [22, -22], [28, 4], [20, 28], [0, 33], [-20, 28]);
      pen.shape(COAT, trunk);
      pen.clipped(trunk, () => pen.patch(WHITE, oval(11, 8, 20, 29)));
      pen.line(trunk);
    });
    leg(pen, p, joint(b, [-5, 29]), 0, FOOT);
    onBody(pen, b, () => {
      cloth(pen, 9, 5, number, 23);
      flipper(pen, COAT, -20, 0.2 + p.arms * 2);
      scarf(pen, p);
    });
    onHead(pen, b, [3, -31], p, () => {
      const skull = loop([-22, -2], [-15, -20], [3, -25], [20, -18], [25, -2], [17, 12], [0, 15], [-16, 11]);
      pen.shape(COAT, skull);
      pen.clipped(skull, () => {
        pen.patch(WHITE, oval(3, 1, 12, 13));
        pen.patch(WHITE, oval(18, 0, 11, 13));
      });
      pen.line(skull);
      eyes(pen, p, { ...TEMPER, skin: WHITE }, [17, -5], [5, -4], 6.4);
      const open = jaw(p.mouth);
      pen.within(12, 4, open * 0.4, () => pen.shape("#d07f1e", loop([-4, 0], [8, 0], [15, 3], [5, 6], [-4, 5])));
      pen.within(12, 4, -open * 0.25, () => pen.shape(BILL, loop([-6, -4], [6, -5], [19, 1], [6, 4], [-5, 3])));
      cheek(pen, -4, 5, 4);
      sweat(pen, p, [-16, -22]);
    });
  },
  portrait: [4, -75, 29],
  crown: [3, -97],
  saddle: [-26, -52],
  nape: [-12, -62],
  extent: [40, 104],
};
