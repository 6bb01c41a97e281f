/** The board around the race: live order, minimap, my-racer pointer and the gate's lamps. */

import { STABLE, kindOf } from "../art/stable.js";
import { groundOf } from "./layout.js";
import type { Lettering, TagStyle } from "./lettering.js";
import type { Palette } from "./palette.js";
import type { Runner, Scene } from "./scene.js";
import type { SpriteBook } from "./sprites.js";
import { LAMP_BEAT_MS } from "./timing.js";
import type { TrackWords } from "./types.js";

/** How fast a chip fades behind another, per share of it that is covered. */
const HIDES = 1.3;
/** From this share on the chip in front would cut through its words. */
const CUTS_WORDS = 0.12;

export class Board {
  private readonly rank: TagStyle;
  private readonly ownRank: TagStyle;
  private readonly pointer: TagStyle;
  private readonly away: TagStyle;

  constructor(
    private readonly palette: Palette,
    private readonly letters: Lettering,
    private readonly sprites: SpriteBook,
    private readonly words: TrackWords,
  ) {
    const plain = { size: 14, weight: 700, ground: null, edge: null, radius: 8, padX: 2, padY: 0, most: 80 };
    this.rank = { ...plain, ink: palette.ink };
    this.ownRank = { ...plain, ink: palette.signalText };
    this.pointer = { ...plain, ink: palette.signalInk, ground: palette.signal, padX: 7, padY: 3 };
    this.away = { ...plain, ink: "#fdfbf3", ground: "rgb(20 44 27 / 0.78)", padX: 6, padY: 2 };
  }

  paint(ctx: CanvasRenderingContext2D, scene: Scene): void {
    this.chips(ctx, scene);
    this.map(ctx, scene);
    for (const runner of scene.runners) this.offScreen(ctx, scene, runner);
    this.mine(ctx, scene);
    this.lamps(ctx, scene);
  }

  private chips(ctx: CanvasRenderingContext2D, scene: Scene): void {
    const { place, chips, runners } = scene;
    const { palette } = this;
    ctx.fillStyle = palette.paper;
    ctx.fillRect(0, 0, place.width, place.chips);
    ctx.fillStyle = palette.line;
    ctx.fillRect(0, place.chips - 1, place.width, 1);
    if (chips.length === 0) return;
    const pitch = Math.min(104, (place.width - 12) / chips.length);
    const left = (place.width - pitch * chips.length) / 2;
    const radius = Math.min(place.chips * 0.36, pitch * 0.3);
    const y = place.chips / 2;
    for (const chip of chips) {
      const kind = runners[chip.lane]?.kind ?? "";
      const own = chip.lane === scene.mine;
      const x = left + pitch * chip.slot;
      // Whoever is being passed goes behind: out of sight where the two meet, so that no rank is read over another.
      ctx.globalAlpha = 1;
      ctx.fillStyle = palette.paper;
      ctx.fillRect(x + 1, 1, pitch - 2, place.chips - 3);
      ctx.globalAlpha = Math.max(0, 1 - chip.behind * HIDES);
      if (own) {
        ctx.fillStyle = palette.paperRaised;
        ctx.strokeStyle = palette.signal;
        ctx.lineWidth = 2.5;
        ctx.beginPath();
        ctx.roundRect(x + 1, 3, pitch - 2, place.chips - 7, 12);
        ctx.fill();
        ctx.stroke();
      }
      this.face(ctx, kind, x + radius + 4, y, radius, own);
      // In the gate nobody leads: the chip shows the number on the cloth instead.
      const text = scene.time > 0 ? this.words.rank(chip.rank) : String(chip.lane + 1);
      const tag = this.letters.tag(text, own ? "ownrank" : "rank", own ? this.ownRank : this.rank);
      const room = radius * 2 + tag.width < pitch && chip.behind < CUTS_WORDS;
      if (room) ctx.drawImage(tag.sheet, x + radius * 2 + 5, y - tag.height / 2, tag.width, tag.height);
    }
    ctx.globalAlpha = 1;
  }

  private face(ctx: CanvasRenderingContext2D, kind: string, x: number, y: number, radius: number, own: boolean): void {
    const whole = Math.round(radius);
    ctx.fillStyle = this.palette.mown;
    ctx.beginPath();
    ctx.arc(x, y, whole, 0, Math.PI * 2);
    ctx.fill();
    ctx.drawImage(this.sprites.face(kind, whole), x - whole, y - whole, whole * 2, whole * 2);
    ctx.strokeStyle = own ? this.palette.signal : "#33241b";
    ctx.lineWidth = own ? 3 : 1.5;
    ctx.stroke();
  }

  private map(ctx: CanvasRenderingContext2D, scene: Scene): void {
    const { place, lengthMm, runners, mine, view } = scene;
    const { palette } = this;
    const y = place.mapTop + place.mapHeight / 2;
    ctx.fillStyle = palette.turfDeep;
    ctx.fillRect(0, place.mapTop, place.width, place.mapHeight);
    const [from, to] = [22, place.width - 26];
    const at = (mm: number): number => from + (to - from) * Math.min(1, Math.max(0, mm / lengthMm));
    ctx.fillStyle = "rgb(255 255 255 / 0.13)";
    ctx.beginPath();
    ctx.roundRect(at(view.left), place.mapTop + 5, Math.max(8, at(view.left + place.width / view.scale) - at(view.left)), place.mapHeight - 10, 8);
    ctx.fill();
    ctx.fillStyle = palette.chalk;
    ctx.globalAlpha = 0.8;
    ctx.fillRect(from, y - 1.5, to - from, 3);
    for (let mm = 100_000; mm < lengthMm; mm += 100_000) ctx.fillRect(at(mm) - 1, y - 5, 2, 10);
    ctx.globalAlpha = 1;
    this.flag(ctx, to, y);
    for (const runner of runners) if (!runner.mine && runner.picked) this.face(ctx, runner.kind, at(runner.mm), y, 10, false);
    const own = mine === null ? undefined : runners[mine];
    if (own !== undefined) this.face(ctx, own.kind, at(own.mm), y, 12, true);
  }

  private flag(ctx: CanvasRenderingContext2D, x: number, y: number): void {
    ctx.fillStyle = this.palette.chalk;
    ctx.fillRect(x - 1, y - 14, 2.5, 27);
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 4; column++) {
        ctx.fillStyle = (row + column) % 2 === 0 ? this.palette.chalk : "#33241b";
        ctx.fillRect(x + 1.5 + column * 4, y - 14 + row * 4, 4, 4);
      }
    }
  }

  /** A tag at the edge for everybody who is off screen: face and distance. */
  private offScreen(ctx: CanvasRenderingContext2D, scene: Scene, runner: Runner): void {
    if (runner.off === 0 || !runner.picked) return;
    const { place, view } = scene;
    const edge = runner.off === -1 ? view.left : view.left + place.width / view.scale;
    const metres = Math.max(1, Math.round(Math.abs(runner.mm - edge) / 1000));
    const tag = this.letters.tag(this.words.metres(metres), runner.mine ? "pointer" : "away", runner.mine ? this.pointer : this.away);
    const y = groundOf(place, runner.lane) - place.laneHeight * 0.34;
    const side = runner.off;
    const radius = Math.min(13, place.laneHeight * 0.34);
    const x = side === -1 ? 12 + radius : place.width - 12 - radius;
    this.arrow(ctx, side === -1 ? 3 : place.width - 3, y, side, runner.mine);
    ctx.drawImage(tag.sheet, side === -1 ? x + radius - 3 : x - radius + 3 - tag.width, y - tag.height / 2, tag.width, tag.height);
    this.face(ctx, runner.kind, x, y, radius, runner.mine);
  }

  private arrow(ctx: CanvasRenderingContext2D, x: number, y: number, side: -1 | 1, own: boolean): void {
    ctx.fillStyle = own ? this.palette.signal : this.palette.chalk;
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x - side * 8, y - 7);
    ctx.lineTo(x - side * 8, y + 7);
    ctx.fill();
  }

  /** The saddle-orange arrow over my racer. */
  private mine(ctx: CanvasRenderingContext2D, scene: Scene): void {
    const runner = scene.mine === null ? undefined : scene.runners[scene.mine];
    if (runner === undefined || runner.off !== 0) return;
    const { place } = scene;
    const bob = scene.calm ? 0 : Math.sin(scene.time / 160) * 2.5;
    const size = Math.max(8, place.racer * 0.13);
    const tall = STABLE[kindOf(runner.kind)].extent[1] / 100;
    const [x, y] = [runner.x - place.racer * 0.4, runner.y - place.racer * (tall + 0.04) + bob];
    ctx.fillStyle = this.palette.signal;
    ctx.strokeStyle = "#33241b";
    ctx.lineWidth = 2;
    ctx.lineJoin = "round";
    ctx.beginPath();
    ctx.moveTo(x - size, y - size * 1.3);
    ctx.lineTo(x + size, y - size * 1.3);
    ctx.lineTo(x, y);
    ctx.closePath();
    ctx.fill();
    ctx.stroke();
  }

  private lamps(ctx: CanvasRenderingContext2D, scene: Scene): void {
    const { lamps, place } = scene;
    if (lamps === null) return;
    const unit = Math.min(44, (place.lanesTop - place.chips) / 2, place.width / 10);
    const [x, y] = [place.width / 2, place.chips + unit * 0.72];
    ctx.fillStyle = "#2b2520";
    ctx.strokeStyle = "#fdfbf3";
    ctx.lineWidth = 3;
    ctx.fillRect(x - unit * 1.4, place.chips, 4, 8);
    ctx.fillRect(x + unit * 1.4, place.chips, 4, 8);
    ctx.beginPath();
    ctx.roundRect(x - unit * 2.1, y - unit * 0.72, unit * 4.2, unit * 1.5, unit * 0.5);
    ctx.fill();
    ctx.stroke();
    for (let i = 0; i < 3; i++) {
      ctx.fillStyle = lamps.go ? "#7fd46a" : i < lamps.lit ? "#e5483b" : "#554b42";
      ctx.beginPath();
      ctx.arc(x + (i - 1) * unit * 1.3, y, unit * 0.52, 0, Math.PI * 2);
      ctx.fill();
    }
    const text = lamps.go ? this.words.go : lamps.lit > 0 ? String(4 - lamps.lit) : "";
    if (text === "") return;
    const size = Math.round(Math.min(place.width * 0.3, 150));
    // About a quarter of the stage lies right of its middle, and padding goes around it.
    const most = Math.round(place.width * 0.5 - 28);
    const style = { ...this.rank, size, weight: 900, ink: "#fffaee", padX: 12, padY: 8, rim: 12, most, shrinks: true } as const;
    const tag = this.letters.tag(text, "count", style);
    const beat = scene.calm || lamps.go ? 1 : 1 + (1 - ((-scene.time / LAMP_BEAT_MS) % 1)) * 0.16;
    const [width, height] = [tag.width * beat, tag.height * beat];
    ctx.drawImage(tag.sheet, place.width * 0.74 - width / 2, (place.lanesTop + place.lanesBottom - height) / 2, width, height);
  }
}
