/**
 * Racers drawn once per kind, mood and frame of the run cycle, then copied: what keeps six of them at 60 frames a second.
 *
 * The book is bounded by area; the page that was not looked at for longest goes first.
 */

import { drawPortrait, drawRacer } from "../art/racer.js";
import { MOODS, type Mood, type Pose } from "../art/posture.js";
import { KINDS, kindOf, type Kind } from "../art/stable.js";

export type Sheet = HTMLCanvasElement;

/** Frames of a run cycle. */
export const CYCLE_FRAMES = 12;
/** Moods that move by time instead of by distance: so many frames at `TIMED_FPS`; one for those that hold still. */
const TIMED: Partial<Record<Mood, number>> = { slip: 1, obstacle: 1, out: 1, stop: 6, ice: 4, trap: 6, rocket: 6, charge: 6, transform: 10, wobble: 8 };
const TIMED_FPS = 11;
/** Frames of a racer that waits; enough for one breath and a blink. */
const IDLE_FRAMES = 20;
/** New sprites drawn per frame at most; past that a racer keeps the picture it had. */
const NEW_PER_FRAME = 2;

/** Where the origin lies in a sprite and how large it is, in design units. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
const CLOSE: Box = { x: 72, y: 134, width: 142, height: 147 };
/** Room for flames, capes, ice and sleep. */
const ROOMY: Box = { x: 108, y: 152, width: 196, height: 168 };
const ROOMY_MOODS: ReadonlySet<Mood> = new Set(["rocket", "transform", "ice", "stop", "charge", "boost", "fakeout", "obstacle"]);

/** At most this many pixels in all sprites: 32 MB. */
const MOST_PIXELS = 8_000_000;

/** A coordinate on the grid of device pixels: what is copied there needs no filter and stays sharp. */
export function onGrid(value: number, ratio: number): number {
  return Math.round(value * ratio) / ratio;
}

/** Makes a canvas and its context; separate so that tests can do without a screen. */
export function newSheet(width: number, height: number): [Sheet, CanvasRenderingContext2D] {
  const sheet = document.createElement("canvas");
  sheet.width = Math.max(1, Math.ceil(width));
  sheet.height = Math.max(1, Math.ceil(height));
  const ctx = sheet.getContext("2d");
  if (ctx === null) throw new Error("this browser draws no 2D canvas");
  return [sheet, ctx];
}

export interface Look {
  readonly kind: string;
  readonly pose: Pose;
  readonly mood: Mood;
  readonly number: number;
  readonly facing: 1 | -1;
  /** Run cycles since the start. */
  readonly phase: number;
  /** Seconds. */
  readonly time: number;
}

/** A racer ready to be copied: sizes in CSS pixels, (x, y) is where its feet are in it. */
export interface Sprite {
  readonly sheet: Sheet;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export class SpriteBook {
  private readonly pages = new Map<number, Sprite>();
  private readonly faces = new Map<string, Sheet>();
  /** What each number showed last. */
  private readonly latest: (Sprite | undefined)[] = [];
  private pixels = 0;
  private fresh = 0;

  /**
   * @param size pixels per 100 design units, in CSS pixels
   * @param ratio device pixels per CSS pixel
   */
  constructor(
    readonly size: number,
    readonly ratio: number,
    readonly calm: boolean,
  ) {}

  /** Begins a frame: new sprites may be drawn again. */
  begin(): void {
    this.fresh = 0;
  }

  /** The sprite of a look, drawn now if it never was and this frame has time left for it. */
  racer(look: Look): Sprite {
    const timed = look.pose === "run" ? TIMED[look.mood] : IDLE_FRAMES;
    const frame = timed === undefined ? Math.floor(look.phase * CYCLE_FRAMES) % CYCLE_FRAMES : Math.floor(look.time * TIMED_FPS) % timed;
    const kind = kindOf(look.kind);
    const key = pageKey(kind, look, frame);
    const known = this.pages.get(key);
    if (known !== undefined) {
      // Put last again: the map's order is the order of last looks.
      this.pages.delete(key);
      this.pages.set(key, known);
      this.latest[look.number] = known;
      return known;
    }
    const before = this.latest[look.number];
    if (before !== undefined && this.fresh >= NEW_PER_FRAME) return before;
    this.fresh++;
    const page = this.draw(kind, look, timed === undefined ? { phase: frame / CYCLE_FRAMES, time: frame / CYCLE_FRAMES } : { phase: 0.15, time: frame / TIMED_FPS });
    this.keep(key, page);
    this.latest[look.number] = page;
    return page;
  }

  private keep(key: number, page: Sprite): void {
    this.pages.set(key, page);
    this.pixels += page.sheet.width * page.sheet.height;
    for (const [old, { sheet }] of this.pages) {
      if (this.pixels <= MOST_PIXELS || old === key) break;
      this.pages.delete(old);
      this.pixels -= sheet.width * sheet.height;
    }
  }

  /** The face of a kind in a circle of `radius` CSS pixels. */
  face(name: string, radius: number): Sheet {
    const key = `${name} ${radius}`;
    const known = this.faces.get(key);
    if (known !== undefined) return known;
    const [sheet, ctx] = newSheet(radius * 2 * this.ratio, radius * 2 * this.ratio);
    ctx.scale(this.ratio, this.ratio);
    ctx.translate(radius, radius);
    drawPortrait(ctx, kindOf(name), radius, { pose: "idle", time: 1, calm: true });
    this.faces.set(key, sheet);
    return sheet;
  }

  private draw(kind: Kind, look: Look, at: { phase: number; time: number }): Sprite {
    const box = look.pose === "run" && ROOMY_MOODS.has(look.mood) ? ROOMY : CLOSE;
    const unit = (this.size / 100) * this.ratio;
    const [sheet, ctx] = newSheet(box.width * unit, box.height * unit);
    // Whole pixels, so that a copy needs no filter.
    const [x, y] = [Math.round((look.facing === -1 ? box.width - box.x : box.x) * unit), Math.round(box.y * unit)];
    ctx.translate(x, y);
    drawRacer(ctx, kind, { pose: look.pose, mood: look.mood, number: look.number, facing: look.facing, scale: unit, calm: this.calm, ...at });
    const { ratio } = this;
    return { sheet, x: x / ratio, y: y / ratio, width: sheet.width / ratio, height: sheet.height / ratio };
  }
}

const POSES: readonly Pose[] = ["idle", "run", "win", "lose", "serve"];

function pageKey(kind: Kind, look: Look, frame: number): number {
  let key = KINDS.indexOf(kind);
  key = key * POSES.length + POSES.indexOf(look.pose);
  key = key * MOODS.length + MOODS.indexOf(look.mood);
  key = key * 100 + look.number;
  key = key * 2 + (look.facing === 1 ? 1 : 0);
  return key * 32 + frame;
}
