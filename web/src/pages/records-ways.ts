/** The ways to what is recorded, from the first page and from a room's menu; beside a room they open in another tab. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { PaddockElement } from "../parts/element.js";
import { icon, type IconName } from "../parts/icons.js";
import { buttons, shared } from "../style/shared.js";

@customElement("paddock-records-ways")
export class PaddockRecordsWays extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    css`
      ul {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: var(--space-2);
      }
      a.button {
        flex-direction: column;
        width: 100%;
        height: 100%;
        gap: 2px;
        padding: var(--space-2) 0;
        font-size: var(--text-14);
      }
      .four {
        grid-template-columns: repeat(2, minmax(0, 1fr));
      }
      .four a.button {
        flex-direction: row;
        justify-content: flex-start;
        gap: var(--space-2);
        min-height: 52px;
        padding-inline: var(--space-3);
      }
    `,
  ];

  /** The room this stands in; "" on the first page. */
  @property() room = "";

  protected override render(): TemplateResult {
    const { records } = this.w;
    const inRoom = this.room !== "";
    return html`<nav aria-label=${records.title}>
      <ul class=${inRoom ? "four" : ""}>
        ${inRoom ? this.way("history", `/r/${this.room}/history`, "history", records.history) : nothing}
        ${this.way("boards", inRoom ? `/boards?board=paid&period=all&room=${this.room}` : "/boards", "rosette", records.boards)}
        ${this.way("stats", "/stats", "chart", records.stats)} ${this.way("me", "/me", "person", records.me)}
      </ul>
    </nav>`;
  }

  private way(name: string, path: string, picture: IconName, label: string): TemplateResult {
    return html`<li>
      <a class="button" data-testid=${`way-${name}`} href=${path} target=${this.room === "" ? nothing : "_blank"} rel="noopener">${icon(picture)}${label}</a>
    </li>`;
  }
}
