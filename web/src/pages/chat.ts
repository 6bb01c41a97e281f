/** What people say: the last hundred lines, a field that stays in reach, names completed after an @. */

import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Client } from "../model/intents.js";
import { PaddockElement } from "../parts/element.js";
import { icon } from "../parts/icons.js";
import { buttons, fields, shared } from "../style/shared.js";
import type { ChatMessage, MemberView } from "../wire.gen.js";
import { failure } from "./failure.js";
import { completed, matching, mentionAt, pieces } from "./mentions.js";

const TEXT_GRAPHEMES = 200;

/** Characters as people count them; code points where the browser cannot tell, which counts no fewer. */
function graphemes(text: string): number {
  if (typeof Intl.Segmenter !== "function") return [...text].length;
  return [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)].length;
}

@customElement("paddock-chat")
export class PaddockChat extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    fields,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
      }
      section {
        display: flex;
        flex-direction: column;
        gap: var(--space-2);
        flex: 1;
        min-height: 0;
      }
      /* Reversed, so that the newest line stays in sight by itself and a reader further up is left alone. */
      .log {
        display: flex;
        flex-direction: column-reverse;
        flex: 1;
        min-height: 96px;
        max-height: 300px;
        overflow-y: auto;
        overscroll-behavior: contain;
        padding-right: var(--space-1);
      }
      :host([tall]) .log {
        max-height: none;
      }
      .log > * {
        margin-bottom: auto;
      }
      li {
        padding: 2px 0;
      }
      li b {
        margin-right: var(--space-1);
      }
      li.me b {
        color: var(--signal-text);
      }
      li.called {
        margin: 0 calc(-1 * var(--space-1));
        padding: 2px var(--space-1);
        border-radius: var(--radius-s);
        background: color-mix(in srgb, var(--signal) 18%, transparent);
      }
      mark {
        background: none;
        color: var(--signal-text);
        font-weight: 700;
      }
      form {
        position: relative;
        display: flex;
        gap: var(--space-2);
      }
      .send {
        flex: none;
        min-height: 48px;
      }
      .names {
        position: absolute;
        z-index: 5;
        inset: auto 0 calc(100% + 4px) 0;
        display: grid;
        max-height: 200px;
        overflow-y: auto;
        padding: var(--space-1);
        border-radius: var(--radius-m);
        border: 1px solid var(--line);
        background: var(--paper-raised);
        box-shadow: 0 6px 24px var(--shadow);
      }
      .names li {
        display: flex;
        align-items: center;
        min-height: 44px;
        padding: 0 var(--space-2);
        border-radius: var(--radius-s);
        cursor: pointer;
      }
      .names li[aria-selected="true"] {
        background: var(--turf-deep);
        color: var(--chalk);
      }
      /* During a race the lines float over the track of a phone, and only the field is left here. */
      @media (max-width: 899px) {
        :host([bare]) .log,
        :host([bare]) h2 {
          position: absolute;
          width: 1px;
          height: 1px;
          min-height: 0;
          overflow: hidden;
          clip-path: inset(50%);
        }
        :host([bare]) .card {
          padding: var(--space-2);
        }
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  @property({ attribute: false }) lines: readonly ChatMessage[] = [];
  @property({ attribute: false }) members: readonly MemberView[] = [];
  @property() me = "";
  @state() private problem = "";
  @state() private offered: readonly MemberView[] = [];
  @state() private chosen = 0;
  @query("input") private field!: HTMLInputElement;
  @query(".log") private log!: HTMLElement;

  protected override render(): TemplateResult {
    const { chat } = this.w;
    return html`<section class="card" aria-labelledby="chat">
      <h2 id="chat">${chat.title}</h2>
      <div class="log" role="log" aria-label=${chat.log} tabindex="0">
        ${this.lines.length === 0
          ? html`<p class="soft">${chat.empty}</p>`
          : html`<ul>
              ${repeat(this.lines, (line) => line.version, (line) => this.line(line))}
            </ul>`}
      </div>
      ${this.problem === "" ? nothing : html`<p class="problem" role="alert">${this.problem}</p>`}
      <form @submit=${(event: Event): void => this.send(event)}>
        ${this.offered.length === 0 ? nothing : this.names()}
        <input
          data-testid="chat-input"
          autocomplete="off"
          enterkeyhint="send"
          maxlength="800"
          role="combobox"
          aria-autocomplete="list"
          aria-expanded=${this.offered.length > 0}
          aria-controls="names"
          aria-activedescendant=${this.offered.length > 0 ? `name-${this.chosen}` : nothing}
          aria-label=${chat.placeholder}
          placeholder=${chat.placeholder}
          @input=${(): void => this.typed()}
          @keydown=${(event: KeyboardEvent): void => this.key(event)}
          @blur=${(): void => void (this.offered = [])}
        />
        <button class="send icon turf" data-testid="chat-send" aria-label=${chat.send}>${icon("send")}</button>
      </form>
    </section>`;
  }

  private line(line: ChatMessage): TemplateResult {
    const mine = line.player === this.me;
    const kind = `${mine ? "me" : ""}${line.mentions.includes(this.me) ? " called" : ""}`;
    const names = line.mentions.map((player) => this.members.find((one) => one.player === player)?.name ?? "");
    return html`<li class=${kind} data-testid="chat-line" data-player=${line.player}>
      <b>${line.name}</b><span>${pieces(line.text, names).map((piece) => (piece.mention ? html`<mark>${piece.text}</mark>` : piece.text))}</span>
    </li>`;
  }

  private names(): TemplateResult {
    return html`<ul class="names" id="names" role="listbox" aria-label=${this.w.chat.mention} data-testid="mention-list">
      ${this.offered.map(
        (one, at) =>
          html`<li
            id=${`name-${at}`}
            role="option"
            aria-selected=${at === this.chosen}
            @pointerdown=${(event: Event): void => this.complete(event, one)}
          >
            <span class="clip">${one.name}</span>
          </li>`,
      )}
    </ul>`;
  }

  private typed(): void {
    this.problem = "";
    const started = mentionAt(this.field.value, this.field.selectionStart ?? 0);
    this.offered = started === null ? [] : matching(this.members, started, this.me);
    this.chosen = 0;
  }

  private key(event: KeyboardEvent): void {
    const count = this.offered.length;
    if (count === 0 || event.isComposing) return;
    const name = this.offered[this.chosen];
    switch (event.key) {
      case "ArrowDown":
        this.chosen = (this.chosen + 1) % count;
        break;
      case "ArrowUp":
        this.chosen = (this.chosen + count - 1) % count;
        break;
      case "Enter":
      case "Tab":
        if (name !== undefined) this.complete(event, name);
        return;
      case "Escape":
        this.offered = [];
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  private complete(event: Event, one: MemberView): void {
    event.preventDefault();
    const { text, caret } = completed(this.field.value, this.field.selectionStart ?? 0, one.name);
    this.field.value = text;
    this.field.focus();
    this.field.setSelectionRange(caret, caret);
    this.offered = [];
  }

  private send(event: Event): void {
    event.preventDefault();
    const text = this.field.value.trim();
    if (text === "") return;
    const over = graphemes(text) - TEXT_GRAPHEMES;
    if (over > 0) {
      this.problem = this.w.chat.tooLong(over);
      return;
    }
    this.field.value = "";
    this.log.scrollTop = 0;
    void this.say(text);
  }

  /** What could not be sent comes back into the field, unless something new stands there. */
  private async say(text: string): Promise<void> {
    const outcome = await this.client.intents.say(text);
    if (outcome.ok) return;
    this.problem = failure(this.w, outcome.code);
    if (this.field.value === "") this.field.value = text;
  }
}
