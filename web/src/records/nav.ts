/** The way between the pages of records, with the one that is on screen marked. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { PaddockElement } from "../parts/element.js";
import { icon, type IconName } from "../parts/icons.js";
import { shared } from "../style/shared.js";

export type RecordsPlace = "me" | "boards" | "stats" | "";

const PLACES: readonly (readonly [Exclude<RecordsPlace, "">, string, IconName])[] = [
  ["boards", "/boards", "rosette"],
  ["stats", "/stats", "chart"],
  ["me", "/me", "person"],
];

@customElement("paddock-records-nav")
export class PaddockRecordsNav extends PaddockElement {
  static override styles = [
    shared,
    css`
      ul {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: var(--space-1);
        padding: var(--space-1);
        border-radius: var(--radius-m);
        background: color-mix(in srgb, var(--line) 55%, var(--paper));
      }
      a {
        display: flex;
        flex-direction: column;
        align-items: center;
        justify-content: center;
        gap: 2px var(--space-1);
        min-height: 52px;
        padding: var(--space-1);
        border-radius: var(--radius-s);
        color: var(--ink);
        font-size: var(--text-14);
        font-weight: 700;
        line-height: 1.15;
        text-align: center;
        text-decoration: none;
      }
      a[aria-current] {
        background: var(--turf-deep);
        color: var(--chalk);
      }
      @media (min-width: 620px) {
        a {
          flex-direction: row;
          min-height: 44px;
        }
      }
    `,
  ];

  @property() here: RecordsPlace = "";

  protected override render(): TemplateResult {
    const { records } = this.w;
    return html`<nav aria-label=${records.title}>
      <ul>
        ${PLACES.map(
          ([place, path, picture]) =>
            html`<li>
              <a href=${path} data-testid=${`to-${place}`} aria-current=${place === this.here ? "page" : nothing}>${icon(picture, 20)}${records[place]}</a>
            </li>`,
        )}
      </ul>
    </nav>`;
  }
}
