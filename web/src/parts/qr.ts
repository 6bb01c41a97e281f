/** A QR code as vector squares; the encoder is loaded only when one is shown. Always dark on light, so cameras read it. */

import { css, html, nothing, svg, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { shared } from "../style/shared.js";
import { PaddockElement } from "./element.js";

@customElement("paddock-qr")
export class PaddockQr extends PaddockElement {
  static override styles = [
    shared,
    css`
      svg {
        display: block;
        width: 100%;
        max-width: 280px;
        aspect-ratio: 1;
        margin: 0 auto;
        border-radius: var(--radius-m);
        background: white;
        fill: black;
      }
    `,
  ];

  @property() text = "";
  /** What it leads to, for those who cannot see it. */
  @property() label = "";
  @state() private squares: { readonly size: number; readonly path: string } | null = null;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("text")) void this.encode(this.text);
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.squares === null) return nothing;
    const { size, path } = this.squares;
    return html`<svg role="img" aria-label=${this.label} viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">
      ${svg`<path d=${path} />`}
    </svg>`;
  }

  private async encode(text: string): Promise<void> {
    await this.brings(async () => {
      const { encode } = await import("uqr");
      const { data, size } = encode(text, { border: 3 });
      const path = data.flatMap((line, y) => line.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
      this.squares = { size, path };
    });
  }
}
