/** Hedgehog: a ball of spikes with a nose in front; small, and not sorry about it. */

import { body, cloth, farLegs, nearLegs, onBody, onHead, type LegShape } from "../anatomy.js";
import { cheek, eyes, mouth, sweat } from "../face.js";
import { INK, loop, oval, type Pen, type Point } from "../pen.js";
import type { Posture } from "../posture.js";
import type { Figure } from "./figure.js";

const SPIKE = "#7d6450";
const SPIKE_LIGHT = "#b09274";
const FACE = "#f3d9b4";
const SHADE = "#c9a97e";
const LEG: LegShape = { fill: FACE, thickness: 8, reach: 12, raise: 9, knee: 0, foot: FACE, toe: 8, thigh: 0 };
const STANCE = { fore: [15, 12], hind: [-16, 12], depth: 7 } as const;
const TEMPER = { skin: FACE, lid: 0.1, brow: 0.3 };

/** Corners of a spiky dome: `count` spikes from the tail over the back to the brow. */
function spikes(p: Posture, count: number, inner: number, outer: number): Point[] {
  const corners: Point[] = [];
  const bristle = p.eyes === "wide" || p.eyes === "fiery" ? 5 : 0;
  for (let i = 0; i <= count * 2; i++) {
    const turn = Math.PI * 0.88 + (i / (count * 2)) * Math.PI * 1.06;
    const radius = i % 2 === 0 ? inner : outer + bristle;
    const lean = i % 2 === 0 ? 0 : -0.1;
    corners.push([Math.cos(turn + lean) * radius * 1.12, Math.sin(turn + lean) * radius + 4]);
  }
  return corners;
}

function jagged(corners: readonly Point[]): (ctx: Pen["ctx"]) => void {
  return (ctx) => {
    corners.forEach(([x, y], i) => (i === 0 ? ctx.moveTo(x, y) : ctx.lineTo(x, y)));
    ctx.quadraticCurveTo(4, 24, corners[0]?.[0] ?? 0, corners[0]?.[1] ?? 0);
    ctx.closePath();
  };
}

export const hedgehog: Figure = {
  draw(pen, p, number) {
    const b = body(p, -6, -28);
    farLegs(pen, p, b, STANCE, LEG, SHADE);
    onBody(pen, b, () => {
      pen.shape(FACE, loop([-28, 6], [0, -8], [26, 2], [24, 16], [0, 21], [-24, 17]));
      pen.shape(SPIKE, jagged(spikes(p, 11, 30, 41)));
      pen.line((ctx) => {
        for (const [x, y] of [[-22, -8], [-12, -20], [4, -24], [16, -14], [-24, 6], [19, -2]] as const) {
          ctx.moveTo(x + 3, y + 4);
          ctx.lineTo(x - 3, y - 4);
        }
      }, 2.6, SPIKE_LIGHT);
      cloth(pen, -4, -4, number, 22);
    });
    nearLegs(pen, p, b, STANCE, LEG);
    onHead(pen, b, [22, -2], p, () => {
      pen.shape(FACE, loop([-13, -6], [-4, -18], [10, -17], [18, -5], [29, 3], [28, 9], [14, 14], [-4, 15], [-13, 8]));
      pen.shape(FACE, oval(-6 - p.ears * 2, -13, 6.5));
      pen.patch("#dba58c", oval(-6 - p.ears * 2, -12, 3.2));
      eyes(pen, p, TEMPER, [14, -5], [3, -4], 6.2);
      pen.shape(INK, oval(29, 4, 4, 3.6));
      mouth(pen, p.mouth, 15, 9, 11);
      cheek(pen, -2, 6, 4);
      sweat(pen, p, [-6, -24]);
    });
  },
  portrait: [14, -35, 32],
  crown: [16, -49],
  saddle: [-12, -66],
  nape: [2, -50],
  extent: [50, 74],
};
