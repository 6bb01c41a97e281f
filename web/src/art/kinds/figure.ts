/** What every kind of racer offers: one drawing and the places where others attach things to it. */

import type { Pen, Point } from "../pen.js";
import type { Posture } from "../posture.js";

export interface Figure {
  /** Draws the whole figure, standing on y = 0 and looking along +x; `number` is on its cloth. */
  draw(pen: Pen, posture: Posture, number: number | null): void;
  /** A circle around the face of the standing figure: centre and radius. */
  readonly portrait: readonly [x: number, y: number, radius: number];
  /** The top of the head, where a tray can be balanced. */
  readonly crown: Point;
  /** The back, where a rocket can be strapped on. */
  readonly saddle: Point;
  /** Behind the head, where a cape is tied. */
  readonly nape: Point;
  /** Half the width and the height of the whole, for a block of ice around it. */
  readonly extent: readonly [half: number, height: number];
}
