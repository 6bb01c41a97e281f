/** The field: racers with their shadows, dust, names and callouts, copied from sprites. */

import type { Lettering, TagStyle } from "./lettering.js";
import type { Palette } from "./palette.js";
import { noise } from "./particles.js";
import type { Runner, Scene } from "./scene.js";
import { onGrid, type SpriteBook } from "./sprites.js";

/** One run cycle per so many mm. */
const CYCLE_MM = 6800;
/** From this speed on the air shows it, in mm/s: what sprints, bolts and rockets reach, and ordinary running does not. */
const FAST_MM_S = 33_500;
/** Two names of together at most so many letters stand side by side. */
const SHORT = 12;

export class FieldPainter {
  private readonly name: TagStyle;
  private readonly ownName: TagStyle;
  private readonly shout: TagStyle;
  private readonly ownShout: TagStyle;

  constructor(
    private readonly palette: Palette,
    private readonly letters: Lettering,
    private readonly sprites: SpriteBook,
  ) {
    const plain = { size: 14, radius: 8, padX: 7, padY: 1 };
    this.name = { ...plain, weight: 600, ink: "#fdfbf3", ground: "rgb(20 44 27 / 0.72)", edge: null, most: 120 };
    this.ownName = { ...plain, weight: 700, ink: palette.signalInk, ground: palette.signal, edge: null, most: 120 };
    this.shout = { ...plain, size: 16, weight: 800, ink: "#33241b", ground: "#fffaee", edge: "#33241b", radius: 12, padX: 9, padY: 3, most: 190 };
    this.ownShout = { ...this.shout, ink: palette.signalInk, ground: palette.signal };
  }

  /** Marks on the turf and dust in the air behind the racers. */
  dust(ctx: CanvasRenderingContext2D, scene: Scene): void {
    ctx.strokeStyle = "#4a3520";
    ctx.lineWidth = 3;
    ctx.lineCap = "round";
    for (const { from, to, y, alpha } of scene.skids) {
      ctx.globalAlpha = alpha;
      ctx.beginPath();
      ctx.moveTo(from, y - 1);
      ctx.lineTo(to, y - 1);
      ctx.moveTo(from + 9, y + 4);
      ctx.lineTo(to + 7, y + 4);
      ctx.stroke();
    }
    for (const puff of scene.puffs) {
      ctx.globalAlpha = puff.alpha;
      ctx.fillStyle = puff.tone === "mud" ? "#6b4a30" : puff.tone === "smoke" ? "#efe9dc" : puff.tone === "spark" ? "#f6c544" : this.palette.dust;
      ctx.beginPath();
      ctx.arc(puff.x, puff.y, puff.radius, 0, Math.PI * 2);
      ctx.fill();
    }
    ctx.globalAlpha = 1;
    if (!scene.calm) for (const runner of scene.runners) this.streaks(ctx, scene, runner);
  }

  /** Chalk lines in the air behind those who are much too fast. */
  private streaks(ctx: CanvasRenderingContext2D, { place, time }: Scene, runner: Runner): void {
    if (runner.off !== 0 || !runner.picked || Math.abs(runner.doing.speed) < FAST_MM_S) return;
    const back = runner.facing === 1 ? -1 : 1;
    const tail = runner.x - place.racer * (runner.facing === 1 ? 1 : 0);
    ctx.strokeStyle = this.palette.chalk;
    ctx.lineWidth = 2.5;
    ctx.globalAlpha = 0.7;
    ctx.beginPath();
    for (let i = 0; i < 4; i++) {
      const luck = noise(runner.lane * 4 + i, Math.floor(time / 60));
      const y = runner.y - place.racer * (0.14 + 0.2 * i);
      const from = tail + back * place.racer * 0.25 * luck;
      ctx.moveTo(from, y);
      ctx.lineTo(from + back * place.racer * (0.3 + 0.5 * luck), y);
    }
    ctx.stroke();
    ctx.globalAlpha = 1;
  }

  /** One racer on its shadow; names and callouts come later, over everybody. */
  racer(ctx: CanvasRenderingContext2D, scene: Scene, runner: Runner): void {
    if (runner.off !== 0) return;
    const { place } = scene;
    const half = place.racer * 0.5;
    const centre = runner.x - half;
    ctx.fillStyle = "rgb(12 30 16 / 0.32)";
    ctx.beginPath();
    ctx.ellipse(centre, runner.y, half * 0.92, place.racer * 0.085, 0, 0, Math.PI * 2);
    ctx.fill();
    if (runner.mine) this.halo(ctx, centre, runner.y, half);
    const sprite = this.sprites.racer({
      kind: runner.kind,
      pose: poseOf(scene, runner),
      mood: runner.picked && scene.time > 0 ? runner.doing.mood : "run",
      number: runner.lane + 1,
      facing: runner.facing,
      phase: Math.abs(runner.mm) / CYCLE_MM,
      time: Math.max(0, scene.time + 10_000) / 1000 + runner.lane * 0.37,
    });
    const { ratio } = this.sprites;
    ctx.drawImage(sprite.sheet, onGrid(centre, ratio) - sprite.x, onGrid(runner.y, ratio) - sprite.y, sprite.width, sprite.height);
  }

  /** Names behind the racers and shouts above them. */
  words(ctx: CanvasRenderingContext2D, scene: Scene): void {
    const { place } = scene;
    for (const runner of scene.runners) {
      if (!runner.picked || runner.off !== 0) continue;
      const text = nameOf(runner.names);
      if (text !== "") {
        const tag = this.letters.tag(text, runner.mine ? "own" : "name", runner.mine ? this.ownName : this.name);
        // In the gate the tag stands before the door, where there is room to read who rides whom.
        const behind = scene.time < 0 ? runner.x + 14 : runner.x - place.racer * 1.02 - tag.width;
        const x = Math.min(place.width - tag.width - 4, Math.max(4, behind));
        const { ratio } = this.sprites;
        ctx.drawImage(tag.sheet, onGrid(x, ratio), onGrid(runner.y - tag.height + (scene.time < 0 ? -4 : 5), ratio), tag.width, tag.height);
      }
    }
    for (const runner of scene.runners) {
      if (runner.callout !== null && runner.off === 0) this.callout(ctx, scene, runner, runner.callout);
    }
  }

  private halo(ctx: CanvasRenderingContext2D, x: number, y: number, half: number): void {
    ctx.strokeStyle = this.palette.signal;
    ctx.lineWidth = 3;
    ctx.beginPath();
    ctx.ellipse(x, y, half * 1.08, half * 0.2, 0, 0, Math.PI * 2);
    ctx.stroke();
  }

  private callout(ctx: CanvasRenderingContext2D, scene: Scene, runner: Runner, text: string): void {
    const tag = this.letters.tag(text, runner.mine ? "ownshout" : "shout", runner.mine ? this.ownShout : this.shout);
    const { place, calm } = scene;
    const age = runner.calloutAge;
    const swell = calm ? 1 : age < 160 ? 0.5 + 0.62 * Math.sin((age / 160) * Math.PI * 0.62) : 1;
    const [width, height] = [tag.width * swell, tag.height * swell];
    // Before its nose; where the screen ends there, behind its tail.
    const [right, left] = [runner.x + place.racer * 0.1, runner.x - place.racer - width];
    const x = runner.facing === 1 ? (right + width < place.width ? right : left) : left > 4 ? left : right;
    const y = runner.y - place.racer * 0.86 - (calm ? 0 : Math.min(8, age / 90));
    ctx.globalAlpha = age > 950 ? Math.max(0, 1 - (age - 950) / 200) : 1;
    ctx.drawImage(tag.sheet, x, y, width, height);
    ctx.globalAlpha = 1;
  }
}

function poseOf({ time }: Scene, { picked, doing }: Runner): "idle" | "run" {
  return !picked || time <= 0 || (doing.mood === "run" && doing.speed === 0) ? "idle" : "run";
}

/** "Mina", "Mina, Joon" while that is short, else "Mina +2". */
export function nameOf(names: readonly string[]): string {
  const all = names.join(", ");
  return names.length < 2 || (names.length === 2 && all.length <= SHORT) ? all : `${names[0]} +${names.length - 1}`;
}
