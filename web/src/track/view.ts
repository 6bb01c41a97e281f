/**
 * The race on a canvas of the page: sizes it, composes a scene per frame, paints it.
 *
 *     const view = new TrackView(canvas, { theme: "day", calm: false, words });
 *     view.follow(() => input);   // every frame while the page is visible
 *     view.stop();
 *
 * It asks for the race each frame and keeps nothing of it; it never talks to a server.
 */

import type { ThemeName } from "../art/theme.js";
import { layout } from "./layout.js";
import { Painter } from "./painter.js";
import { PALETTES } from "./palette.js";
import { scene, type Scene } from "./scene.js";
import type { RaceInput, TrackWords } from "./types.js";

export interface TrackDress {
  readonly theme: ThemeName;
  /** True under prefers-reduced-motion. */
  readonly calm: boolean;
  readonly words: TrackWords;
}

/** More device pixels than this per CSS pixel cost time and show nothing. */
const MOST_RATIO = 2;

export class TrackView {
  private painter: Painter | null = null;
  private lanes = 0;
  private request = 0;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private dress: TrackDress,
  ) {}

  /** Draws one frame now and returns what it shows. */
  show(input: RaceInput): Scene {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const painter = this.painterFor(width, height, input.lineup.length);
    const frame = scene(input, { width, height, calm: this.dress.calm }, this.dress.words);
    const ctx = this.canvas.getContext("2d", { alpha: false });
    if (ctx !== null && width > 0 && height > 0) painter.paint(ctx, frame);
    return frame;
  }

  /** Draws every frame from `source` until `stop`; `seen` hears of each scene. Hidden pages get no frames. */
  follow(source: () => RaceInput, seen?: (scene: Scene) => void): void {
    this.stop();
    const frame = (): void => {
      this.request = requestAnimationFrame(frame);
      const shown = this.show(source());
      seen?.(shown);
    };
    this.request = requestAnimationFrame(frame);
  }

  stop(): void {
    cancelAnimationFrame(this.request);
    this.request = 0;
  }

  /** Changes theme, words or calm; the next frame wears them. */
  wear(dress: Partial<TrackDress>): void {
    this.dress = { ...this.dress, ...dress };
    this.painter = null;
  }

  private painterFor(width: number, height: number, lanes: number): Painter {
    const ratio = Math.min(MOST_RATIO, window.devicePixelRatio || 1);
    const [pixelWidth, pixelHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
    const fits = this.canvas.width === pixelWidth && this.canvas.height === pixelHeight && this.lanes === lanes;
    if (this.painter !== null && fits) return this.painter;
    this.canvas.width = pixelWidth;
    this.canvas.height = pixelHeight;
    this.lanes = lanes;
    const { theme, calm, words } = this.dress;
    this.painter = new Painter(layout(width, height, lanes), PALETTES[theme], ratio, calm, words);
    return this.painter;
  }
}
