/** A recorded race: fetched, replayed on the same canvas, and checked. Loaded only when somebody asks for it. */

import { css, html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { ThemeName } from "../art/theme.js";
import { PaddockElement } from "../parts/element.js";
import { icon } from "../parts/icons.js";
import type { RaceRecord } from "../race/record.js";
import { buttons, shared } from "../style/shared.js";
import { fetchRecord, type Fetched } from "./record.js";
import "./replay-player.js";
import "./verdict.js";

/** A race just run may not be recorded yet: asked again this often, ms, this many times. */
const AGAIN_MS = 1_500;
const TRIES = 6;

@customElement("paddock-record")
export class PaddockRecord extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    css`
      .notice {
        display: grid;
        justify-items: center;
        gap: var(--space-3);
        text-align: center;
      }
    `,
  ];

  @property() race = "";
  @property() show: "replay" | "verify" | "both" = "both";
  @property() me = "";
  @property() theme: ThemeName = "day";
  /** The race was run a moment ago, so a missing record is only late. */
  @property({ type: Boolean }) fresh = false;
  @state() private fetched: Fetched | null = null;
  private asked = 0;
  private leaving = new AbortController();

  override connectedCallback(): void {
    super.connectedCallback();
    this.leaving = new AbortController();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.leaving.abort();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("race")) {
      this.fetched = null;
      void this.load(this.race, this.fresh ? TRIES : 1);
    }
  }

  protected override render(): TemplateResult {
    const { replay, podium, verify, common } = this.w;
    if (this.fetched === null) return html`<p class="notice soft" data-testid="record-loading">${replay.loading}</p>`;
    if (this.fetched.ok) return this.whole(this.fetched.record);
    const { why } = this.fetched;
    const text = why === "unreadable" ? verify.unreadable : why === "unreachable" ? replay.unreachable : this.fresh ? podium.notYet : replay.missing;
    return html`<div class="notice card" role="alert" data-testid="record-missing">
      <p>${text}</p>
      <button @click=${(): void => void this.load(this.race, 1)}>${icon("restart")}${common.retry}</button>
    </div>`;
  }

  private whole(record: RaceRecord): TemplateResult {
    return html`<div class="stack">
      ${this.show === "verify" ? "" : html`<paddock-replay .record=${record} .me=${this.me} .theme=${this.theme}></paddock-replay>`}
      <slot></slot>
      ${this.show === "replay" ? "" : html`<paddock-verdict .record=${record}></paddock-verdict>`}
    </div>`;
  }

  /** Whoever had their data deleted has no name in a record any more, but is still told from the others. */
  private called(record: RaceRecord): RaceRecord {
    const names = Object.entries(record.names).map(([player, name]) => [player, name === "" ? this.w.replay.nameless : name]);
    return { ...record, names: Object.fromEntries(names) };
  }

  private async load(race: string, tries: number): Promise<void> {
    const asked = ++this.asked;
    for (let left = tries; left > 0; left -= 1) {
      const fetched = await fetchRecord(race, this.leaving.signal);
      if (asked !== this.asked || !this.isConnected) return;
      if (fetched.ok || fetched.why !== "missing" || left === 1) {
        this.fetched = fetched.ok ? { ok: true, record: this.called(fetched.record) } : fetched;
        if (this.fetched.ok) this.tell("record", this.fetched.record);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
