/** Ends that always say why and what to do: moved to another tab, kicked, blocked, away too long, closed, gone, too old. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { shownCode } from "../model/address.js";
import type { Client } from "../model/intents.js";
import type { Ending, Outcome } from "../model/state.js";
import { PaddockElement } from "../parts/element.js";
import { buttons, shared } from "../style/shared.js";
import type { ClosedReason } from "../wire.gen.js";
import { failure } from "./failure.js";

export type End = Ending | "moved" | "gone" | "unsupported";

interface Offer {
  readonly title: string;
  readonly body: string;
  readonly action: string;
  readonly act: () => void;
  readonly kind: string;
}

@customElement("paddock-terminal")
export class PaddockTerminal extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    css`
      main {
        display: grid;
        place-items: center;
        min-height: calc(100dvh - 64px);
        padding: var(--space-4);
      }
      .card {
        display: grid;
        justify-items: center;
        gap: var(--space-3);
        width: 100%;
        max-width: 420px;
        text-align: center;
      }
      paddock-racer {
        width: 132px;
        height: 120px;
      }
      .code {
        font-weight: 800;
        letter-spacing: 0.14em;
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  @property() why: End = "gone";
  @property() room = "";
  @property({ type: Boolean }) founder = false;
  @property({ attribute: false }) closed: ClosedReason | null = null;
  @state() private problem = "";

  protected override render(): TemplateResult {
    const { title, body, action, act, kind } = this.offer();
    const { common } = this.w;
    return html`<main id="content" data-testid="terminal" data-why=${this.why}>
      <div class="card" role="alert">
        <paddock-racer aria-hidden="true" kind=${kind} pose="lose"></paddock-racer>
        ${this.room === "" ? nothing : html`<p class="code soft figures">${shownCode(this.room)}</p>`}
        <h1>${title}</h1>
        <p>${body}</p>
        ${this.problem === "" ? nothing : html`<p class="danger" role="alert">${this.problem}</p>`}
        <button class="primary" data-testid="terminal-action" @click=${act}>${action}</button>
        ${action === common.home
          ? nothing
          : html`<button class="quiet" data-testid="home" @click=${(): void => this.client.intents.goHome()}>${common.home}</button>`}
      </div>
    </main>`;
  }

  private offer(): Offer {
    const { terminal, common } = this.w;
    const { intents } = this.client;
    const home = (): void => intents.goHome();
    switch (this.why) {
      case "moved":
        return { ...terminal.moved, act: () => intents.openHere(), kind: "rabbit" };
      case "kicked":
        return { ...terminal.kicked, act: () => this.tryTo(intents.resume()), kind: "dog" };
      case "blocked":
        return { ...terminal.blocked, act: home, kind: "hedgehog" };
      case "away":
        return { ...terminal.away, act: () => this.tryTo(intents.resume()), kind: "bear" };
      case "closed": {
        const body = terminal.closed.body(this.closed);
        if (this.founder) return { ...terminal.closed, body: `${body} ${terminal.closed.founder}`, act: () => this.tryTo(intents.reopen()), kind: "turtle" };
        return { title: terminal.closed.title, body, action: common.home, act: home, kind: "turtle" };
      }
      case "gone":
        return { ...terminal.gone, act: home, kind: "snail" };
      case "unsupported":
        return { ...terminal.unsupported, act: () => location.reload(), kind: "snail" };
    }
  }

  private tryTo(intent: Promise<Outcome>): void {
    this.problem = "";
    void intent.then((outcome) => {
      if (!outcome.ok) this.problem = failure(this.w, outcome.code);
    });
  }
}
