/**
 * The painter: a scene on a canvas, with the sprites, tiles and tags of one size and theme.
 *
 * It computes nothing about the race. A change of size, theme or words takes a new painter.
 */

import { Board } from "./board.js";
import { FieldPainter } from "./field.js";
import { Ground } from "./ground.js";
import type { Layout } from "./layout.js";
import { Lettering } from "./lettering.js";
import type { Palette } from "./palette.js";
import { noise } from "./particles.js";
import { Scenery } from "./scenery.js";
import type { Scene } from "./scene.js";
import { CYCLE_FRAMES, SpriteBook } from "./sprites.js";
import type { TrackWords } from "./types.js";

export class Painter {
  private readonly sprites: SpriteBook;
  private readonly scenery: Scenery;
  private readonly ground: Ground;
  private readonly field: FieldPainter;
  private readonly board: Board;
  private warmed = 0;

  constructor(
    readonly place: Layout,
    private readonly palette: Palette,
    private readonly ratio: number,
    calm: boolean,
    words: TrackWords,
  ) {
    const letters = new Lettering(ratio);
    this.sprites = new SpriteBook(place.racer, ratio, calm);
    this.scenery = new Scenery(place, palette, ratio);
    this.ground = new Ground(palette, letters, words);
    this.field = new FieldPainter(palette, letters, this.sprites);
    this.board = new Board(palette, letters, this.sprites, words);
  }

  /** Paints one frame, everything. */
  paint(ctx: CanvasRenderingContext2D, scene: Scene): void {
    this.sprites.begin();
    ctx.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.scenery.paint(ctx, scene.view.left / 1000, scene.time, scene.calm);
    if (scene.flashing) this.flashes(ctx, scene);
    this.ground.under(ctx, scene);
    this.ground.gateBack(ctx, scene);
    this.field.dust(ctx, scene);
    for (const runner of scene.runners) this.field.racer(ctx, scene, runner);
    this.ground.over(ctx, scene);
    this.confetti(ctx, scene);
    this.field.words(ctx, scene);
    this.board.paint(ctx, scene);
    if (scene.time < 0) this.warm(scene);
  }

  /** Cameras in the stand: a few white stars that come and go. */
  private flashes(ctx: CanvasRenderingContext2D, { place, time }: Scene): void {
    const tick = Math.floor(time / 110);
    ctx.fillStyle = "#ffffff";
    for (let i = 0; i < 5; i++) {
      const [x, y] = [noise(i, tick) * place.width, place.horizon - 8 - noise(i + 9, tick) * (place.horizon - place.chips) * 0.55];
      ctx.beginPath();
      ctx.moveTo(x, y - 7);
      ctx.quadraticCurveTo(x, y, x + 7, y);
      ctx.quadraticCurveTo(x, y, x, y + 7);
      ctx.quadraticCurveTo(x, y, x - 7, y);
      ctx.quadraticCurveTo(x, y, x, y - 7);
      ctx.fill();
    }
  }

  private confetti(ctx: CanvasRenderingContext2D, scene: Scene): void {
    const { bunting } = this.palette;
    for (const { x, y, turn, colour } of scene.scraps) {
      const [cos, sin] = [Math.cos(turn), Math.sin(turn * 0.7)];
      ctx.fillStyle = bunting[colour % bunting.length] as string;
      ctx.beginPath();
      ctx.moveTo(x - 4 * cos, y - 2);
      ctx.lineTo(x + 4 * cos, y - 2 * sin);
      ctx.lineTo(x + 3 * cos, y + 3);
      ctx.lineTo(x - 4 * cos, y + 3 * sin);
      ctx.fill();
    }
  }

  /** Draws a run frame or two per frame of the countdown, so that the first second of the race has none left to draw. */
  private warm(scene: Scene): void {
    const wanted = scene.runners.length * CYCLE_FRAMES;
    for (let i = 0; i < 2 && this.warmed < wanted; i++, this.warmed++) {
      const runner = scene.runners[this.warmed % scene.runners.length];
      const frame = Math.floor(this.warmed / scene.runners.length);
      if (runner === undefined || !runner.picked) continue;
      this.sprites.racer({ kind: runner.kind, pose: "run", mood: "run", number: runner.lane + 1, facing: 1, phase: (frame + 0.5) / CYCLE_FRAMES, time: 0 });
    }
  }
}
