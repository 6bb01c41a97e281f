/**
 * What is shown of the connection: nothing, a thin bar, or an overlay that counts down to the next try; and a calm bar
 * while the server goes on by itself.
 */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Client } from "../model/intents.js";
import type { Link } from "../model/state.js";
import { PaddockElement } from "../parts/element.js";
import { buttons, shared } from "../style/shared.js";

/** Which thin bar is up, below which the page then begins. */
export function barOf(link: Link, degraded: boolean): "lost" | "degraded" | null {
  if (link.at === "lost") return link.surface === "bar" ? "lost" : null;
  return degraded && link.at === "online" ? "degraded" : null;
}

@customElement("paddock-link")
export class PaddockLink extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    css`
      .bar {
        position: fixed;
        z-index: 50;
        inset: 0 0 auto;
        box-sizing: border-box;
        height: calc(26px + env(safe-area-inset-top));
        overflow: hidden;
        padding: calc(2px + env(safe-area-inset-top)) var(--space-3) 2px;
        background: var(--signal);
        color: var(--signal-ink);
        font-size: var(--text-14);
        font-weight: 700;
        text-align: center;
      }
      .bar.calm {
        background: var(--paper-raised);
        color: var(--ink);
        box-shadow: inset 0 -1px 0 var(--line);
      }
      .overlay {
        position: fixed;
        z-index: 50;
        inset: 0;
        display: grid;
        place-items: center;
        padding: var(--space-4);
        background: rgb(20 14 6 / 0.55);
      }
      .card {
        display: grid;
        gap: var(--space-3);
        max-width: 400px;
        text-align: center;
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  @property({ attribute: false }) link!: Link;
  @property({ attribute: false }) degraded = false;

  protected override render(): TemplateResult | typeof nothing {
    const { link } = this.w;
    const bar = barOf(this.link, this.degraded);
    if (bar === "lost") return html`<p class="bar" role="status" data-testid="link-bar">${link.lost}</p>`;
    if (bar === "degraded") return html`<p class="bar calm" role="status" data-testid="degraded-bar">${link.degraded}</p>`;
    if (this.link.at !== "lost" || this.link.surface === "nothing") return nothing;
    return html`<div class="overlay" data-testid="link-overlay">
      <div class="card" role="alertdialog" aria-labelledby="lost" aria-describedby="kept">
        <h2 id="lost">${link.overlayTitle}</h2>
        <p id="kept">${link.overlayBody}</p>
        <p class="figures soft" aria-live="off">${link.nextTry(this.link.seconds ?? 0)}</p>
        <button class="primary" data-testid="try-now" @click=${(): void => this.client.intents.tryNow()}>${link.now}</button>
      </div>
    </div>`;
  }
}
