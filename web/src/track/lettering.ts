/** Words on the canvas, painted once per text and kept: names, callouts, ranks. It chooses no words. */

import { newSheet, type Sheet } from "./sprites.js";

export const FONT = '"Pretendard Variable", Pretendard, ui-rounded, system-ui, sans-serif';

export interface TagStyle {
  readonly size: number;
  readonly weight: number;
  readonly ink: string;
  /** Ground of the tag; null for bare words. */
  readonly ground: string | null;
  readonly edge: string | null;
  readonly radius: number;
  readonly padX: number;
  readonly padY: number;
  /** Width of a dark edge around bare letters; 0 for none. */
  readonly rim?: number;
  /** Longer words end in an ellipsis, in CSS pixels. */
  readonly most: number;
  /** Longer words are set smaller instead: for those that say nothing when cut. */
  readonly shrinks?: true;
}

export interface Tag {
  readonly sheet: Sheet;
  readonly width: number;
  readonly height: number;
}

/** At most this many tags are kept; a race needs about 60. */
const MOST_TAGS = 220;

export class Lettering {
  private readonly tags = new Map<string, Tag>();
  private ruler: CanvasRenderingContext2D | null = null;

  constructor(readonly ratio: number) {}

  /** The tag of a text in a style; `style` must be one of few named by `name`, alike but for what the stage's size decides. */
  tag(text: string, name: string, style: TagStyle): Tag {
    const key = `${name}\n${style.size}\n${style.most}\n${text}`;
    const known = this.tags.get(key);
    if (known !== undefined) return known;
    if (this.tags.size >= MOST_TAGS) this.tags.clear();
    const tag = this.draw(text, style);
    this.tags.set(key, tag);
    return tag;
  }

  private draw(text: string, style: TagStyle): Tag {
    const ruler = (this.ruler ??= newSheet(1, 1)[1]);
    const fontOf = (px: number): string => `${style.weight} ${px}px ${FONT}`;
    ruler.font = fontOf(style.size);
    let size = style.size;
    if (style.shrinks) size = Math.floor(size * Math.min(1, style.most / ruler.measureText(text).width));
    const font = fontOf(size);
    ruler.font = font;
    let shown = text;
    if (!style.shrinks && ruler.measureText(shown).width > style.most) {
      const letters = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
      while (letters.length > 1 && ruler.measureText(`${letters.join("")}…`).width > style.most) letters.pop();
      shown = `${letters.join("")}…`;
    }
    const width = Math.ceil(ruler.measureText(shown).width) + style.padX * 2;
    const height = Math.ceil(size * 1.25) + style.padY * 2;
    const [sheet, ctx] = newSheet(Math.ceil(width * this.ratio), Math.ceil(height * this.ratio));
    ctx.scale(this.ratio, this.ratio);
    ctx.beginPath();
    ctx.roundRect(1, 1, width - 2, height - 2, style.radius);
    if (style.ground !== null) {
      ctx.fillStyle = style.ground;
      ctx.fill();
    }
    if (style.edge !== null) {
      ctx.strokeStyle = style.edge;
      ctx.lineWidth = 2;
      ctx.stroke();
    }
    ctx.font = font;
    ctx.textBaseline = "middle";
    ctx.textAlign = "center";
    if (style.rim !== undefined) {
      ctx.lineWidth = style.rim;
      ctx.lineJoin = "round";
      ctx.strokeStyle = "#2b2520";
      ctx.strokeText(shown, width / 2, height / 2 + size * 0.06);
    }
    ctx.fillStyle = style.ink;
    ctx.fillText(shown, width / 2, height / 2 + size * 0.06);
    return { sheet, width, height };
  }
}
