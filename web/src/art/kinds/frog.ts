/** Frog: a wide grin, eyes on top, folded springs for legs; hops every metre of it. */

import { body, cloth, onBody, onHead } from "../anatomy.js";
import { cheek, eye, mouth, sweat } from "../face.js";
import { loop, oval, type Pen } from "../pen.js";
import type { Posture } from "../posture.js";
import type { Figure } from "./figure.js";

const SKIN = "#74b84a";
const SHADE = "#558f33";
const BELLY = "#e6efb4";
const TEMPER = { skin: SKIN, lid: 0.18, brow: 0 };

/** How far a hop has opened the legs, 0 crouched to 1 stretched. */
function spring(p: Posture): number {
  switch (p.gait) {
    case "run":
      return Math.max(0, Math.sin(p.cycle * Math.PI * 2)) * Math.min(1, p.stride);
    case "tuck":
      return 0.5;
    case "fly":
      return 1;
    case "brace":
    case "stand":
    case "slump":
      return 0;
  }
}

function hindLeg(pen: Pen, fill: string, x: number, y: number, open: number): void {
  const knee = [x + 4 - open * 16, y - 5 + open * 9] as const;
  const ankle = [x - 9 - open * 18, Math.min(-4, y + 13 + open * 4)] as const;
  pen.tube(fill, 9, ankle, [ankle[0] + 14 - open * 16, ankle[1] + 3 - open]);
  pen.tube(fill, 11, [x, y], knee, ankle);
  pen.patch(fill, oval(x, y, 8));
}

export const frog: Figure = {
  draw(pen, p, number) {
    const open = spring(p);
    const hop = p.gait === "run" ? open * 15 : 0;
    const b = body({ ...p, lift: p.lift + hop, pitch: p.pitch - open * 0.16 }, -6, -30);
    const arm = p.arms > 0.8 ? -22 : 16 - open * 5;
    hindLeg(pen, SHADE, b.x - 8, b.y + 9, open);
    pen.tube(SHADE, 8, [b.x + 21, b.y + 4], [b.x + 27, b.y + arm / 2], [b.x + 30 + open * 10, Math.min(-4, b.y + arm + 8)]);
    onBody(pen, b, () => {
      const trunk = loop([-30, 10], [-24, -8], [-4, -22], [20, -22], [28, -4], [20, 16], [-6, 21], [-26, 18]);
      pen.shape(SKIN, trunk);
      pen.clipped(trunk, () => pen.patch(BELLY, oval(20, 14, 21, 17)));
      pen.line(trunk);
    });
    hindLeg(pen, SKIN, b.x - 17, b.y + 9, open);
    onBody(pen, b, () => cloth(pen, -9, -5, number, 20, -0.18));
    pen.tube(SKIN, 8, [b.x + 13, b.y + 8], [b.x + 19, b.y + arm / 2 + 6], [b.x + 20 + open * 12, Math.min(-4, b.y + arm + 10)]);
    onHead(pen, b, [19, -20], p, () => {
      pen.merged(SKIN, loop([-22, 4], [-16, -12], [4, -16], [22, -10], [28, 4], [18, 15], [-4, 17], [-18, 13]), oval(-5, -17, 11), oval(16, -18, 10));
      eye(pen, p, TEMPER, [17, -19], 7.6, 1);
      eye(pen, p, TEMPER, [-3, -18], 8.4, -1);
      mouth(pen, p.mouth, 8, 4, 27);
      pen.patch(SHADE, oval(20, -6, 1.3));
      pen.patch(SHADE, oval(15, -6.5, 1.3));
      cheek(pen, -12, 5, 5);
      sweat(pen, p, [-18, -16]);
    });
  },
  portrait: [16, -56, 31],
  crown: [18, -76],
  saddle: [-16, -50],
  nape: [2, -52],
  extent: [50, 84],
};
