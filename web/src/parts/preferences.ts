/** The one switch for the language and the one for day and night; on every page's head and in a room's menu. */

import { css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { ThemeName } from "../art/theme.js";
import type { Client } from "../model/intents.js";
import type { Language } from "../model/state.js";
import { buttons, shared } from "../style/shared.js";
import { PaddockElement } from "./element.js";
import { icon } from "./icons.js";

@customElement("paddock-preferences")
export class PaddockPreferences extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    css`
      .language button {
        padding: 0 var(--space-2);
        font-size: var(--text-14);
      }
      .language button[aria-pressed="true"] {
        text-decoration: underline;
        text-decoration-thickness: 3px;
        text-underline-offset: 5px;
      }
      .language button[aria-pressed="false"] {
        color: var(--ink-soft);
        font-weight: 400;
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  @property() theme: ThemeName = "day";

  protected override render(): TemplateResult {
    const { tools } = this.w;
    const night = this.theme === "night";
    return html`<div class="row">
      <div class="row language" role="group" aria-label=${tools.language} data-testid="lang">
        ${this.language("ko", tools.korean)} ${this.language("en", tools.english)}
      </div>
      <button
        class="icon quiet"
        data-testid="theme"
        aria-label=${night ? tools.toDay : tools.toNight}
        @click=${(): void => this.client.intents.setTheme(night ? "light" : "dark")}
      >
        ${icon(night ? "sun" : "moon")}
      </button>
    </div>`;
  }

  private language(language: Language, name: string): TemplateResult {
    return html`<button
      class="quiet"
      lang=${language}
      data-testid=${`lang-${language}`}
      aria-pressed=${this.w.code === language}
      @click=${(): void => this.client.intents.setLanguage(language)}
    >
      ${name}
    </button>`;
  }
}
