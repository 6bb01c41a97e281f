/** The ground of the race: mown turf, lanes, posts, gate, finish line and rails, painted anew each frame. */

import { toScreen } from "./camera.js";
import { groundOf } from "./layout.js";
import type { Lettering, TagStyle } from "./lettering.js";
import type { Palette } from "./palette.js";
import type { Scene } from "./scene.js";
import type { TrackWords } from "./types.js";

/** Mown stripes and posts, in mm. */
const STRIPE = 10_000;
const POST = 50_000;

export class Ground {
  private readonly post: TagStyle;
  private readonly banner: TagStyle;

  constructor(
    private readonly palette: Palette,
    private readonly letters: Lettering,
    private readonly words: TrackWords,
  ) {
    const plain = { weight: 700, edge: null, padX: 6, padY: 1, most: 160 };
    this.post = { ...plain, size: 14, ink: palette.turfDeep, ground: palette.chalk, radius: 4 };
    this.banner = { ...plain, size: 14, ink: "#fdfbf3", ground: "#9c2f2f", radius: 4 };
  }

  /** Turf, lanes, posts and the far rail: what lies under the racers. */
  under(ctx: CanvasRenderingContext2D, scene: Scene): void {
    const { place, view } = scene;
    const { palette } = this;
    const bottom = place.mapTop;
    // Whole pixels and no overlap: the turf is most of the picture, so it is painted exactly once.
    for (let k = Math.floor(view.left / STRIPE), x = 0; x < place.width; k++) {
      const next = Math.min(place.width, Math.round(toScreen(view, (k + 1) * STRIPE)));
      ctx.fillStyle = palette.stripes[((k % 4) + 4) % 4] as string;
      ctx.fillRect(x, place.horizon, next - x, bottom - place.horizon);
      x = Math.max(x + 1, next);
    }
    ctx.fillStyle = palette.turfDeep;
    ctx.fillRect(0, place.horizon, place.width, 3);
    this.lanes(ctx, scene);
    this.line(ctx, scene);
    this.farRail(ctx, scene);
    this.posts(ctx, scene);
  }

  /** The front of the gate, the finish posts and the near rail: what stands before the racers. */
  over(ctx: CanvasRenderingContext2D, scene: Scene): void {
    this.gateFront(ctx, scene);
    this.banners(ctx, scene);
    const { place, view } = scene;
    const y = place.mapTop - 7;
    ctx.fillStyle = this.palette.railShade;
    ctx.fillRect(0, y + 3, place.width, 2);
    ctx.fillStyle = this.palette.rail;
    ctx.fillRect(0, y, place.width, 3.5);
    // The near rail passes a little faster than the ground.
    const gap = 110;
    const shift = (view.left * view.scale * 1.12) % gap;
    for (let x = -shift - gap; x < place.width + gap; x += gap) ctx.fillRect(x, y, 4, 9);
  }

  /** The back of the gate, behind the racers that stand in it. */
  gateBack(ctx: CanvasRenderingContext2D, scene: Scene): void {
    const { place, view } = scene;
    const right = toScreen(view, 0) + 4;
    const left = right - place.racer * 1.42;
    if (right < -40) return;
    ctx.fillStyle = this.palette.turfDeep;
    ctx.globalAlpha = 0.35;
    ctx.fillRect(left, place.lanesTop, right - left, place.lanesBottom - place.lanesTop);
    ctx.globalAlpha = 1;
    for (let lane = 0; lane <= scene.runners.length; lane++) {
      const y = groundOf(place, lane - 1) + place.laneHeight * 0.12;
      ctx.fillStyle = this.palette.railShade;
      ctx.fillRect(left, y + 2, right - left, 3);
      ctx.fillStyle = this.palette.rail;
      ctx.fillRect(left, y, right - left, 3);
    }
    ctx.fillStyle = this.palette.rail;
    ctx.fillRect(left - 3, place.lanesTop - 14, 6, place.lanesBottom - place.lanesTop + 14);
  }

  private gateFront(ctx: CanvasRenderingContext2D, scene: Scene): void {
    const { place, view, gate } = scene;
    const x = toScreen(view, 0) + 4;
    if (x < -60) return;
    const { palette } = this;
    ctx.fillStyle = palette.rail;
    ctx.fillRect(x - 3, place.lanesTop - 14, 6, place.lanesBottom - place.lanesTop + 14);
    for (const { lane, picked } of scene.runners) {
      const foot = groundOf(place, lane) + place.laneHeight * 0.12;
      const open = picked ? gate : 0;
      const [width, height] = [place.racer * 0.3 * open, place.laneHeight * 0.62];
      // A door seen from the side is a line; it swings towards us as it opens.
      ctx.fillStyle = palette.turfDeep;
      ctx.beginPath();
      ctx.moveTo(x, foot - height);
      ctx.lineTo(x + width, foot - height + width * 0.35);
      ctx.lineTo(x + width, foot + width * 0.35);
      ctx.lineTo(x, foot);
      ctx.fill();
      ctx.fillStyle = palette.rail;
      ctx.fillRect(x - 2 + width, foot - height + width * 0.35, 4, height);
      const plate = this.letters.tag(String(lane + 1), "post", this.post);
      ctx.drawImage(plate.sheet, x - place.racer * 1.42 - plate.width / 2, foot - place.laneHeight * 0.55 - plate.height / 2, plate.width, plate.height);
    }
  }

  private lanes(ctx: CanvasRenderingContext2D, { place, runners, mine, view }: Scene): void {
    if (mine !== null) {
      ctx.fillStyle = "rgb(255 250 238 / 0.13)";
      ctx.fillRect(0, place.lanesTop + mine * place.laneHeight, place.width, place.laneHeight);
    }
    ctx.strokeStyle = this.palette.chalk;
    ctx.globalAlpha = 0.55;
    ctx.lineWidth = 1.5;
    // Long chalk dashes that travel with the ground, so that speed is seen in every lane.
    ctx.setLineDash([46, 16]);
    ctx.lineDashOffset = (view.left * view.scale) % 62;
    ctx.beginPath();
    for (let lane = 0; lane <= runners.length; lane++) {
      const y = place.lanesTop + lane * place.laneHeight;
      ctx.moveTo(0, y);
      ctx.lineTo(place.width, y);
    }
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
  }

  private line(ctx: CanvasRenderingContext2D, { place, view, lengthMm }: Scene): void {
    for (const [mm, checked] of [[0, false], [lengthMm, true]] as const) {
      const x = toScreen(view, mm);
      if (x < -20 || x > place.width + 20) continue;
      ctx.fillStyle = this.palette.chalk;
      if (!checked) {
        ctx.fillRect(x - 1.5, place.lanesTop, 3, place.lanesBottom - place.lanesTop);
        continue;
      }
      const size = 7;
      ctx.fillRect(x, place.lanesTop, size * 2, place.lanesBottom - place.lanesTop);
      ctx.fillStyle = "#33241b";
      for (let row = 0; place.lanesTop + row * size < place.lanesBottom; row++) {
        const y = place.lanesTop + row * size;
        ctx.fillRect(x + (row % 2) * size, y, size, Math.min(size, place.lanesBottom - y));
      }
    }
  }

  private farRail(ctx: CanvasRenderingContext2D, { place, view }: Scene): void {
    const y = place.horizon - 7;
    const { palette } = this;
    ctx.fillStyle = palette.rail;
    const every = 4000 * view.scale;
    const first = Math.ceil(view.left / 4000) * 4000;
    for (let x = toScreen(view, first); x < place.width + every; x += every) ctx.fillRect(x - 1.5, y, 3, 13);
    ctx.fillRect(0, y, place.width, 3);
    ctx.fillStyle = palette.railShade;
    ctx.fillRect(0, y + 3, place.width, 1.5);
  }

  private posts(ctx: CanvasRenderingContext2D, { place, view, lengthMm }: Scene): void {
    for (let mm = Math.max(POST, Math.ceil(view.left / POST) * POST); mm < lengthMm; mm += POST) {
      const x = toScreen(view, mm);
      if (x > place.width + 50) return;
      const tag = this.letters.tag(this.words.metres(mm / 1000), "post", this.post);
      ctx.fillStyle = this.palette.rail;
      ctx.fillRect(x - 1.5, place.horizon - 16, 3, place.lanesTop - place.horizon + 16);
      ctx.drawImage(tag.sheet, x - tag.width / 2, place.horizon - 14 - tag.height / 2, tag.width, tag.height);
    }
  }

  private banners(ctx: CanvasRenderingContext2D, { place, view, lengthMm }: Scene): void {
    const x = toScreen(view, lengthMm);
    if (x < -120 || x > place.width + 120) return;
    const tag = this.letters.tag(this.words.finish, "banner", this.banner);
    ctx.fillStyle = this.palette.rail;
    ctx.fillRect(x + 4, place.horizon - 26, 5, place.lanesTop - place.horizon + 26);
    ctx.fillRect(x + 4, place.lanesBottom - 4, 5, 12);
    ctx.drawImage(tag.sheet, x + 6 - tag.width / 2, place.horizon - 40, tag.width, tag.height);
  }
}
