/** Sheep: a cloud on four black pegs with a serious face; follows whoever is in front. */

import { body, cloth, farLegs, joint, nearLegs, onBody, onHead, type LegShape } from "../anatomy.js";
import { cheek, eyes, mouth, sweat } from "../face.js";
import { loop, oval, type Pen, type Trace } from "../pen.js";
import type { Posture } from "../posture.js";
import type { Figure } from "./figure.js";

const WOOL = "#fbf6ea";
const WOOL_SHADE = "#ded4c0";
const FACE = "#5c5049";
const SHADE = "#40362f";
const PEG: LegShape = { fill: FACE, thickness: 8, reach: 15, raise: 12, knee: 0.3, foot: SHADE, toe: 7, thigh: 0 };
const STANCE = { fore: [15, 10], hind: [-18, 10], depth: 7 } as const;
const TEMPER = { skin: FACE, lid: 0.3, brow: -0.1 };

/** A cloud: an oval whose edge is a row of puffs. */
function cloud(x: number, y: number, rx: number, ry: number, puffs: number): Trace[] {
  const traces: Trace[] = [oval(x, y, rx, ry)];
  for (let i = 0; i < puffs; i++) {
    const turn = (i / puffs) * Math.PI * 2;
    traces.push(oval(x + Math.cos(turn) * rx * 0.9, y + Math.sin(turn) * ry * 0.9, Math.min(rx, ry) * 0.44));
  }
  return traces;
}

function ear(pen: Pen, p: Posture, x: number, side: number): void {
  pen.within(x, -7, side * (0.5 - p.ears * 0.9), () => pen.shape(FACE, oval(side * 9, 1, 10, 5)));
}

export const sheep: Figure = {
  draw(pen, p, number) {
    const b = body(p, -8, -40);
    farLegs(pen, p, b, STANCE, PEG, SHADE);
    const [x, y] = joint(b, [-34, -2]);
    pen.shape(WOOL, oval(x, y + p.tail * 3, 9, 7));
    nearLegs(pen, p, b, STANCE, PEG);
    onBody(pen, b, () => {
      pen.merged(WOOL, ...cloud(0, 0, 29, 21, 11));
      pen.line((ctx) => {
        for (const [cx, cy] of [[-22, 4], [-12, 15], [13, 13], [-20, -10]] as const) {
          ctx.moveTo(cx + 5, cy);
          ctx.arc(cx, cy, 5, 0, Math.PI * 0.9);
        }
      }, 2, WOOL_SHADE);
      cloth(pen, -3, 0, number);
    });
    onHead(pen, b, [27, -14], p, () => {
      ear(pen, p, 15, 1);
      pen.shape(FACE, loop([-14, -9], [0, -17], [16, -12], [24, 3], [23, 15], [11, 19], [-4, 14], [-14, 3]));
      eyes(pen, p, TEMPER, [15, -5], [2, -4], 6.4);
      pen.patch(SHADE, oval(17, 8, 1.4, 1.8));
      pen.patch(SHADE, oval(21, 7.5, 1.2, 1.6));
      mouth(pen, p.mouth, 14, 12, 11);
      pen.merged(WOOL, ...cloud(0, -17, 13, 7, 7));
      ear(pen, p, -11, -1);
      cheek(pen, -5, 6, 4);
      sweat(pen, p, [-13, -22]);
    });
  },
  portrait: [23, -57, 29],
  crown: [19, -80],
  saddle: [-12, -63],
  nape: [2, -58],
  extent: [54, 88],
};
