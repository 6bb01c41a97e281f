/** The check of a race: computed again in this browser, with what it proves and what it does not. */

import { css, html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { PaddockElement } from "../parts/element.js";
import { icon } from "../parts/icons.js";
import type { RaceRecord } from "../race/record.js";
import { verify, type Difference } from "../race/verify.js";
import { shared } from "../style/shared.js";

@customElement("paddock-verdict")
export class PaddockVerdict extends PaddockElement {
  static override styles = [
    shared,
    css`
      section {
        display: grid;
        gap: var(--space-3);
        grid-template-columns: minmax(0, 1fr);
      }
      .stamp {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        padding: var(--space-3);
        border-radius: var(--radius-m);
        background: var(--turf-deep);
        color: var(--chalk);
      }
      .stamp.no {
        background: var(--danger);
        color: var(--danger-ink);
      }
      .stamp b {
        display: block;
        font-size: var(--text-20);
      }
      code {
        display: block;
        padding: var(--space-2);
        border-radius: var(--radius-s);
        background: var(--paper);
        font-size: var(--text-14);
        overflow-wrap: anywhere;
        word-break: break-all;
        user-select: all;
      }
      dt {
        font-weight: 700;
        font-size: var(--text-14);
      }
      dd + dt {
        margin-top: var(--space-2);
      }
    `,
  ];

  @property({ attribute: false }) record!: RaceRecord;
  @state() private found: readonly Difference[] = [];

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("record")) this.found = verify(this.record);
  }

  protected override render(): TemplateResult {
    const words = this.w.verify;
    const good = this.found.length === 0;
    return html`<section class="card" aria-labelledby="verdict">
      <h2 id="verdict">${words.title}</h2>
      <div class=${good ? "stamp" : "stamp no"} role="status" data-testid="verify-verdict" data-verdict=${good ? "yes" : "no"}>
        ${icon(good ? "shield" : "close", 36)}
        <span>
          <b>${good ? words.yes : words.no}</b>
          ${good ? words.yesBody : this.found.map(({ field }) => html`<span data-field=${field}>${words.differences[field]} </span>`)}
        </span>
      </div>
      <dl>
        <dt>${words.commitment}</dt>
        <dd><code data-testid="commitment">${this.record.commitment}</code></dd>
        <dt>${words.seed}</dt>
        <dd><code data-testid="seed">${this.record.seed}</code></dd>
      </dl>
      ${this.found
        .filter(({ expected }) => expected !== "")
        .map(
          ({ recorded, expected }) =>
            html`<dl class="small">
              <dt>${words.recorded}</dt>
              <dd><code>${recorded}</code></dd>
              <dt>${words.computed}</dt>
              <dd><code>${expected}</code></dd>
            </dl>`,
        )}
      <h3>${words.proves}</h3>
      <p class="small">${words.provesBody}</p>
      <h3>${words.provesNot}</h3>
      <p class="small">${words.provesNotBody}</p>
    </section>`;
  }
}
