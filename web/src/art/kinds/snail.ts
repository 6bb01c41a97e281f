/** Snail: a spiral house on a foot, eyes on stalks; dreams of the finish and sometimes gets there. */

import { body, cloth, onBody } from "../anatomy.js";
import { cheek, eye, mouth, sweat } from "../face.js";
import { loop, oval, type Pen, type Point } from "../pen.js";
import type { Posture } from "../posture.js";
import type { Figure } from "./figure.js";

const SKIN = "#d9b7c9";
const SHADE = "#b98da6";
const SHELL = "#c8743f";
const SHELL_LIGHT = "#e3a066";
const TEMPER = { skin: SKIN, lid: 0.3, brow: -0.3 };

/** The foot: a long sole with a wave that runs along it. */
function sole(pen: Pen, p: Posture, rear: number, front: number): void {
  const top: Point[] = [];
  const moving = p.gait === "run" ? p.stride : 0;
  for (let i = 0; i <= 6; i++) {
    const x = rear + ((front - rear) * i) / 6;
    top.push([x, -3 - Math.max(0, Math.sin(p.cycle * Math.PI * 2 - i * 1.4)) * 5 * moving]);
  }
  const lift = p.gait === "fly" || p.gait === "tuck" ? -p.lift : 0;
  pen.within(0, lift, 0, () => {
    pen.shape(SKIN, loop([rear - 13, -1 - p.tail * 2], [rear, -13], [0, -17], [front, -16], [front + 6, -6], ...top.reverse()));
    pen.line((ctx) => top.forEach(([x, y], i) => (i === 0 ? ctx.moveTo(x, y) : ctx.lineTo(x, y))), pen.weight);
  });
}

function stalk(pen: Pen, p: Posture, fill: string, base: Point, side: number): void {
  const back = p.ears * 9 + Math.max(0, p.nod) * 18;
  const droop = Math.max(0, p.nod) * 26;
  const tip: Point = [base[0] + 5 + side * 5 - back, base[1] - 27 + p.ears * 5 + droop];
  pen.tube(fill, 6, base, [base[0] + 5 - back * 0.3, base[1] - 14], tip);
  eye(pen, p, TEMPER, tip, 8.2, -side);
}

export const snail: Figure = {
  draw(pen, p, number) {
    const b = body(p, -6, -34);
    sole(pen, p, -36, 32);
    onBody(pen, b, () => {
      pen.within(-8, -6, -0.1 + p.tail * 0.03, () => {
        pen.shape(SHELL, oval(0, 0, 31, 30));
        pen.line((ctx) => {
          for (let i = 0; i <= 34; i++) {
            const [turn, out] = [i * 0.31 + 0.4, 29 - i * 0.78];
            ctx.lineTo(Math.cos(turn) * out, Math.sin(turn) * out);
          }
        }, 6, SHELL_LIGHT);
        pen.line(oval(0, 0, 31, 30));
      });
      cloth(pen, -8, -6, number, 22);
    });
    const wobble = p.gait === "run" ? Math.sin(p.cycle * Math.PI * 2) * 1.5 : 0;
    pen.within(30 + p.tremble, -24 - p.lift * 0.6, p.pitch * 0.6 + p.nod * 0.5, () => {
      stalk(pen, p, SHADE, [9, -12], 1);
      pen.shape(SKIN, loop([-14, 10], [-11, -10], [2, -17 + wobble], [15, -12], [18, 2], [10, 15], [-6, 18]));
      stalk(pen, p, SKIN, [-2, -13], -1);
      mouth(pen, p.mouth, 7, 2, 13);
      cheek(pen, -4, 1, 4.5);
      sweat(pen, p, [-12, -24]);
    });
  },
  portrait: [33, -42, 31],
  crown: [36, -68],
  saddle: [-16, -72],
  nape: [4, -58],
  extent: [56, 82],
};
