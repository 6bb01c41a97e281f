/**
 * An element that is one canvas: it draws itself when it changes, and over and over while it is alive and on screen.
 *
 * With a `label` it is an image with that name; without one it is decoration that screen readers pass over.
 */

import { LitElement, css, html, type CSSResultGroup, type TemplateResult } from "lit";
import { property, query } from "lit/decorators.js";
import { prefersCalm, surface, type Surface } from "./canvas.js";
import { ticker } from "./ticker.js";

export abstract class DrawnElement extends LitElement {
  static override styles: CSSResultGroup = css`
    :host {
      display: inline-block;
      contain: strict;
    }
    canvas {
      display: block;
      width: 100%;
      height: 100%;
    }
  `;

  /** The name of the picture for those who do not see it. */
  @property() label = "";
  @query("canvas") private canvas!: HTMLCanvasElement | null;
  private resizer: ResizeObserver | null = null;
  private last = 1;

  /** Pictures per second; 0 for a still one. */
  protected abstract rate(calm: boolean): number;
  /** Draws the picture of a time in seconds. */
  protected abstract picture(on: Surface, time: number, calm: boolean): void;

  override connectedCallback(): void {
    super.connectedCallback();
    if (typeof ResizeObserver !== "undefined") {
      this.resizer = new ResizeObserver(() => this.redraw(this.last));
      this.resizer.observe(this);
    }
    this.enlist();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizer?.disconnect();
    this.resizer = null;
    ticker.remove(this);
  }

  override updated(): void {
    this.enlist();
    this.redraw(this.last);
  }

  override render(): TemplateResult {
    return this.label === "" ? html`<canvas aria-hidden="true"></canvas>` : html`<canvas role="img" aria-label=${this.label}></canvas>`;
  }

  /** Draws now; a subclass calls it when something outside of its properties has changed. */
  protected redraw(time: number): void {
    this.last = time;
    const on = this.canvas === null ? null : surface(this.canvas);
    if (on !== null) this.picture(on, time, prefersCalm());
  }

  private enlist(): void {
    const rate = this.rate(prefersCalm());
    ticker.remove(this);
    if (rate > 0 && this.isConnected) ticker.add(this, { rate, draw: (time) => this.redraw(time) });
  }
}
