/**
 * What lies beyond the fence: sky, hills, trees, the stand with its crowd, floodlights.
 *
 * Each layer is painted once into a tile that repeats; a frame only shifts the tiles, the nearer the faster.
 */

import type { Layout } from "./layout.js";
import type { Palette } from "./palette.js";
import { noise } from "./particles.js";
import { newSheet, onGrid, type Sheet } from "./sprites.js";

/** Width of a tile in CSS pixels. */
const TILE = 960;

interface Layer {
  readonly tiles: readonly Sheet[];
  /** Width of a tile in CSS pixels. */
  readonly span: number;
  /** Pixels the layer moves per metre of the camera. */
  readonly pace: number;
}

export class Scenery {
  private readonly layers: readonly Layer[];
  private readonly height: number;

  constructor(
    readonly place: Layout,
    readonly palette: Palette,
    readonly ratio: number,
  ) {
    this.height = place.horizon + 4;
    const layer = (pace: number, ...painters: ((ctx: CanvasRenderingContext2D) => void)[]): Layer => ({
      pace,
      span: TILE,
      tiles: painters.map((paint) => this.tile(TILE, paint)),
    });
    this.layers = [
      { pace: 0, span: place.width, tiles: [this.tile(place.width, (ctx) => this.sky(ctx))] },
      layer(0.25, (ctx) => this.hills(ctx)),
      layer(0.7, (ctx) => this.trees(ctx)),
      layer(1.9, (ctx) => this.stand(ctx, 0), (ctx) => this.stand(ctx, 1)),
    ];
  }

  /** Paints everything above the horizon for a camera at `metres`; the crowd bobs to `time` (ms) unless calm. */
  paint(ctx: CanvasRenderingContext2D, metres: number, time: number, calm: boolean): void {
    for (const { tiles, pace, span } of this.layers) {
      const beat = calm ? 0 : Math.floor(Math.max(0, time) / 240) % tiles.length;
      const tile = tiles[beat] as Sheet;
      const start = onGrid(-((((metres * pace) % span) + span) % span), this.ratio);
      const { chips, width } = this.place;
      for (let x = start; x < width; x += span) ctx.drawImage(tile, x, chips, tile.width / this.ratio, tile.height / this.ratio);
    }
  }

  private tile(span: number, paint: (ctx: CanvasRenderingContext2D) => void): Sheet {
    // Only what shows below the chips; the painters keep the coordinates of the whole canvas.
    const { chips } = this.place;
    const [sheet, ctx] = newSheet(span * this.ratio, (this.height - chips) * this.ratio);
    ctx.scale(this.ratio, this.ratio);
    ctx.translate(0, -chips);
    ctx.lineJoin = "round";
    paint(ctx);
    return sheet;
  }

  private sky(ctx: CanvasRenderingContext2D): void {
    const { palette, height } = this;
    const { width, chips } = this.place;
    ctx.fillStyle = palette.sky;
    ctx.fillRect(0, 0, width, height);
    ctx.fillStyle = palette.skyLow;
    ctx.fillRect(0, chips + (height - chips) * 0.35, width, height);
    const [x, y] = [width * 0.72, chips + (height - chips) * 0.3];
    if (palette.name === "night") {
      ctx.fillStyle = palette.lamp;
      for (let i = 0; i < width / 9; i++) {
        ctx.globalAlpha = 0.25 + 0.6 * noise(i, 9);
        ctx.fillRect(noise(i, 7) * width, noise(i, 8) * height * 0.8, 1.6, 1.6);
      }
      ctx.globalAlpha = 1;
      disc(ctx, x, y, 13, palette.lamp);
      disc(ctx, x + 6, y - 3, 11, palette.sky);
    } else {
      disc(ctx, x, y + 6, (height - chips) * 0.3, "#fffaf0");
      for (let i = 0; i < width / 190; i++) cloud(ctx, 50 + i * 190 + noise(i, 4) * 80, chips + (height - chips) * 0.3 * noise(i, 5), 9 + 5 * noise(i, 6));
    }
  }

  private hills(ctx: CanvasRenderingContext2D): void {
    const { height, palette } = this;
    const rise = height - this.place.chips;
    ridge(ctx, height, (x) => height - rise * (0.42 + 0.16 * Math.sin((x / TILE) * Math.PI * 2) + 0.08 * Math.sin((x / TILE) * Math.PI * 6 + 1)), palette.hillFar);
    ridge(ctx, height, (x) => height - rise * (0.24 + 0.12 * Math.sin((x / TILE) * Math.PI * 4 + 2)), palette.hillNear);
  }

  private trees(ctx: CanvasRenderingContext2D): void {
    const { height, palette } = this;
    const unit = (height - this.place.chips) / 90;
    for (let i = 0; i < 13; i++) {
      const x = i * 74 + noise(i, 21) * 40 - 10;
      const size = (13 + 13 * noise(i, 22)) * unit;
      ctx.fillStyle = palette.tree;
      if (i % 3 === 0) {
        ctx.beginPath();
        ctx.ellipse(x, height - size * 1.1, size * 0.42, size * 1.25, 0, 0, Math.PI * 2);
        ctx.fill();
      } else {
        disc(ctx, x, height - size * 0.7, size * 0.72, palette.tree);
        disc(ctx, x + size * 0.55, height - size * 0.4, size * 0.55, palette.tree);
        disc(ctx, x - size * 0.55, height - size * 0.35, size * 0.5, palette.tree);
      }
    }
  }

  /** The stand with its crowd, bunting, and a floodlight on either side. */
  private stand(ctx: CanvasRenderingContext2D, beat: number): void {
    const { height, palette } = this;
    const unit = (height - this.place.chips) / 90;
    const [left, width, top] = [180, 330, height - 62 * unit];
    ctx.fillStyle = palette.stand;
    ctx.fillRect(left, top + 12 * unit, width, height - top);
    for (let row = 0; row < 3; row++) {
      const y = top + (24 + row * 13) * unit;
      ctx.fillStyle = "rgb(0 0 0 / 0.12)";
      ctx.fillRect(left, y + 5 * unit, width, 3 * unit);
      for (let seat = 0; seat < 22; seat++) {
        if (noise(seat, row + 40) < 0.14) continue;
        const hop = (seat + row + beat) % 2 === 0 ? 0 : 2.2 * unit;
        this.fan(ctx, left + 12 + seat * 14.5 + noise(seat, row) * 4, y - hop, unit, seat * 7 + row);
      }
    }
    ctx.fillStyle = palette.standRoof;
    ctx.beginPath();
    ctx.moveTo(left - 14, top + 12 * unit);
    ctx.lineTo(left + 6, top);
    ctx.lineTo(left + width - 6, top);
    ctx.lineTo(left + width + 14, top + 12 * unit);
    ctx.fill();
    ctx.fillStyle = palette.rail;
    for (let i = 0; i <= 8; i++) ctx.fillRect(left + (i * (width - 4)) / 8, top + 12 * unit, 3, height - top);
    this.bunting(ctx, left + width + 14, top + 12 * unit, 960 + left - 14, unit);
    for (const x of [120, 600, 860]) this.floodlight(ctx, x, unit);
    for (let i = 0; i < 16; i++) this.fan(ctx, 620 + i * 21 + noise(i, 30) * 9, height - 12 * unit - (i % 2 === beat ? 2 * unit : 0), unit * 1.1, i + 3);
    for (let i = 0; i < 7; i++) this.fan(ctx, 12 + i * 22 + noise(i, 31) * 9, height - 12 * unit - (i % 2 === beat ? 2 * unit : 0), unit * 1.1, i + 60);
  }

  private fan(ctx: CanvasRenderingContext2D, x: number, y: number, unit: number, who: number): void {
    const { crowd } = this.palette;
    ctx.fillStyle = crowd[Math.floor(noise(who, 50) * (crowd.length - 1))] as string;
    ctx.beginPath();
    ctx.roundRect(x - 4.4 * unit, y, 8.8 * unit, 12 * unit, 4 * unit);
    ctx.fill();
    disc(ctx, x, y - 3 * unit, 3.7 * unit, who % 3 === 0 ? "#d9a67c" : who % 3 === 1 ? "#f0cba4" : "#a06a48");
  }

  private bunting(ctx: CanvasRenderingContext2D, from: number, y: number, to: number, unit: number): void {
    const { bunting, railShade } = this.palette;
    const count = 26;
    const sag = (share: number): number => y + Math.sin(share * Math.PI * 3) ** 2 * 10 * unit;
    // The string runs over the tile's edge and comes in again on the left.
    for (const shift of [0, -TILE]) {
      ctx.strokeStyle = railShade;
      ctx.lineWidth = 1;
      ctx.beginPath();
      for (let i = 0; i <= count * 3; i++) ctx.lineTo(from + shift + ((to - from) * i) / (count * 3), sag(i / (count * 3)));
      ctx.stroke();
      for (let i = 0; i < count; i++) {
        const x = from + shift + ((to - from) * (i + 0.5)) / count;
        ctx.fillStyle = bunting[i % bunting.length] as string;
        ctx.beginPath();
        ctx.moveTo(x - 4.5 * unit, sag((i + 0.5) / count));
        ctx.lineTo(x + 4.5 * unit, sag((i + 0.5) / count));
        ctx.lineTo(x, sag((i + 0.5) / count) + 8.5 * unit);
        ctx.fill();
      }
    }
  }

  private floodlight(ctx: CanvasRenderingContext2D, x: number, unit: number): void {
    const { height, palette } = this;
    const top = height - 80 * unit;
    if (palette.name === "night") {
      ctx.fillStyle = "rgb(255 243 201 / 0.10)";
      ctx.beginPath();
      ctx.moveTo(x - 10 * unit, top);
      ctx.lineTo(x + 10 * unit, top);
      ctx.lineTo(x + 70 * unit, height);
      ctx.lineTo(x - 70 * unit, height);
      ctx.fill();
      disc(ctx, x, top, 24 * unit, "rgb(255 243 201 / 0.12)");
    }
    ctx.fillStyle = palette.railShade;
    ctx.fillRect(x - 1.5, top, 3, height - top);
    ctx.beginPath();
    ctx.roundRect(x - 13 * unit, top - 6 * unit, 26 * unit, 12 * unit, 3 * unit);
    ctx.fill();
    for (const [dx, dy] of [[-8, -2.5], [0, -2.5], [8, -2.5], [-8, 2.5], [0, 2.5], [8, 2.5]] as const) disc(ctx, x + dx * unit, top + dy * unit, 2.4 * unit, palette.lamp);
  }
}

function disc(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, fill: string): void {
  ctx.fillStyle = fill;
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, Math.PI * 2);
  ctx.fill();
}

function cloud(ctx: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  for (const [dx, dy, r] of [[0, 0, 1], [1.1, 0.25, 0.75], [-1.1, 0.3, 0.7]] as const) disc(ctx, x + dx * size, y + dy * size, r * size, "rgb(255 253 246 / 0.8)");
}

function ridge(ctx: CanvasRenderingContext2D, bottom: number, top: (x: number) => number, fill: string): void {
  ctx.fillStyle = fill;
  ctx.beginPath();
  ctx.moveTo(0, bottom);
  for (let x = 0; x <= TILE; x += 12) ctx.lineTo(x, top(x));
  ctx.lineTo(TILE, bottom);
  ctx.fill();
}
