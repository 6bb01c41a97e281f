/** The whole page: which screen is on, the tools at its head, messages, the state of the connection. */

import { css, html, nothing, type LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { wordMark } from "../art/logo.js";
import type { ThemeName } from "../art/theme.js";
import { readPath, shownCode } from "../model/address.js";
import type { Client } from "../model/intents.js";
import type { Notice, Screen, State } from "../model/state.js";
import type { Unsubscribe } from "../model/store.js";
import { PaddockElement } from "../parts/element.js";
import type { PaddockToasts } from "../parts/toasts.js";
import { buttons, shared } from "../style/shared.js";
import { speak } from "../words/speech.js";
import { nameOf } from "./facts.js";
import { failure } from "./failure.js";
import "../art/podium-element.js";
import "../art/racer-element.js";
import "../art/wheel-element.js";
import "../parts/preferences.js";
import "../parts/toasts.js";
import "./home.js";
import "./invite.js";
import { barOf } from "./link.js";
import "./room.js";
import "./terminal.js";

/** Failures of these are told where the form stands. */
const TOLD_IN_PLACE = new Set(["create_room", "join_room", "reopen_room", "change_settings", "rename_player", "say", "kick", "block", "hand_over"]);

type Recorded = Extract<Screen, { at: "replay" | "history" | "profile" | "boards" | "stats" }>;

/** Pages that most visits do without; each comes when it is opened. */
const LATER: Readonly<Partial<Record<Screen["at"], () => Promise<unknown>>>> = {
  replay: () => import("./replay-page.js"),
  history: () => import("../records/history-page.js"),
  profile: () => import("../records/profile-page.js"),
  boards: () => import("../records/boards-page.js"),
  stats: () => import("../records/stats-page.js"),
};

@customElement("paddock-app")
export class PaddockApp extends PaddockElement {
  static override styles = [
    shared,
    buttons,
    css`
      /* While a bar of the connection is up, the page begins below it: whatever is at the top asks for --bar. */
      .page[barred] {
        --bar: calc(26px + env(safe-area-inset-top));
        padding-top: var(--bar);
      }
      .tools {
        display: flex;
        align-items: center;
        gap: var(--space-1);
        max-width: 1080px;
        margin: 0 auto;
        padding: calc(var(--space-2) + env(safe-area-inset-top)) var(--space-3) 0 var(--space-4);
      }
      .brand {
        min-height: 44px;
        padding: 0;
        color: var(--ink);
      }
      .brand svg {
        height: 26px;
        width: auto;
      }
      .skip {
        position: fixed;
        z-index: 60;
        top: -80px;
        left: var(--space-2);
      }
      /* Pictures of a whole page would show it in the middle. */
      .skip:not(:focus) {
        opacity: 0;
      }
      .skip:focus {
        top: var(--space-2);
      }
      .entering {
        display: grid;
        place-items: center;
        min-height: 60dvh;
        padding: var(--space-4);
        text-align: center;
      }
      .entering h1 {
        font-size: var(--text-20);
      }
    `,
  ];

  @property({ attribute: false }) client!: Client;
  @state() private state!: State;
  @query("paddock-toasts") private toasts!: PaddockToasts;
  /** The page on screen is one that was left for later and has not come. */
  @state() private missing = false;
  private leave: Unsubscribe = () => undefined;
  private readonly dark = matchMedia("(prefers-color-scheme: dark)");
  private readonly redraw = (): void => this.requestUpdate();

  constructor() {
    super();
    this.addEventListener("toast", (event) => this.toasts.show((event as CustomEvent<string>).detail));
    this.addEventListener("click", (event) => this.followed(event));
    this.addEventListener("note", (event) => this.toasts.note((event as CustomEvent<string>).detail));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.state = this.client.store.state;
    this.leave = this.client.store.subscribe(() => void (this.state = this.client.store.state));
    this.dark.addEventListener("change", this.redraw);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.leave();
    this.dark.removeEventListener("change", this.redraw);
  }

  protected override willUpdate(changed: PropertyValues): void {
    const { language, theme } = this.state.me;
    speak(language);
    const root = document.documentElement;
    root.lang = language;
    root.dataset["theme"] = this.theme();
    if (theme === "auto") delete root.dataset["theme"];
    document.title = this.w.brand.title(this.place());
    const before = (changed.get("state") as State | undefined)?.notice ?? null;
    const { notice } = this.state;
    if (notice !== null && notice.key !== before?.key) void this.updateComplete.then(() => this.notify(notice));
  }

  /** Whoever goes by keyboard or by ear goes along to the next screen. */
  protected override updated(changed: PropertyValues): void {
    const before = changed.get("state") as State | undefined;
    if (changed.has("state") && before?.screen.at !== this.state.screen.at) void this.load();
    if (before !== undefined && before.room?.phase.type !== this.state.room?.phase.type) this.toasts.endNotes();
    if (before !== undefined && named(before.screen) !== named(this.state.screen)) {
      window.scrollTo(0, 0);
      void this.toContent();
    }
  }

  protected override render(): TemplateResult {
    return html`<nav aria-label=${this.w.common.skip}>
        <button class="skip" @click=${(): void => void this.toContent()}>${this.w.common.skip}</button>
      </nav>
      <div class="page" ?barred=${barOf(this.state.link, this.state.degraded) !== null}>
        ${this.state.screen.at === "room" && this.state.link.at !== "moved" ? nothing : this.tools()} ${this.screen()}
      </div>
      <paddock-link .client=${this.client} .link=${this.state.link} .degraded=${this.state.degraded}></paddock-link>
      <paddock-toasts></paddock-toasts>`;
  }

  private screen(): TemplateResult {
    const { screen, link, me, lobby, room, own, pending } = this.state;
    if (link.at === "moved") return html`<paddock-terminal .client=${this.client} why="moved"></paddock-terminal>`;
    if (link.at === "refused") return html`<paddock-terminal .client=${this.client} why="unsupported"></paddock-terminal>`;
    switch (screen.at) {
      case "home":
        return html`<paddock-home .client=${this.client} .me=${me} .lobby=${lobby} .busy=${pending.includes("create_room")}></paddock-home>`;
      case "invite":
        return html`<paddock-invite
          .client=${this.client}
          .me=${me}
          .room=${screen.room}
          .locked=${lobby?.rooms.find((one) => one.room === screen.room)?.private === true}
          .busy=${pending.includes("join_room")}
        ></paddock-invite>`;
      case "entering":
        return html`<main id="content" class="entering" data-testid="entering"><h1>${this.w.invite.seatKept}</h1></main>`;
      case "room":
        if (room === null || own === null) return html`<main id="content" class="entering"></main>`;
        return html`<paddock-room
          .client=${this.client}
          .room=${room}
          .own=${own}
          .state=${this.state}
          .theme=${this.theme()}
        ></paddock-room>`;
      case "ended":
        return html`<paddock-terminal
          .client=${this.client}
          .why=${screen.why}
          .room=${screen.room}
          .founder=${screen.founder}
          .closed=${room?.phase.type === "closed" ? room.phase.reason : null}
        ></paddock-terminal>`;
      case "replay":
      case "history":
      case "profile":
      case "boards":
      case "stats":
        return this.missing ? this.notLoaded() : this.recorded(screen);
      case "nowhere":
        return html`<paddock-terminal .client=${this.client} why="gone"></paddock-terminal>`;
    }
  }

  /** The page of a race has not come: what to do stays on the screen. */
  private notLoaded(): TemplateResult {
    const { common } = this.w;
    return html`<main id="content" class="entering" data-testid="not-loaded">
      <h1>${common.notLoaded}</h1>
      <button class="primary" @click=${(): void => void this.load()}>${common.retry}</button>
    </main>`;
  }

  /** A page of its own chunk; until that has come its element is empty. */
  private recorded(screen: Recorded): TemplateResult {
    switch (screen.at) {
      case "replay":
        return html`<paddock-replay-page .client=${this.client} .race=${screen.race} .theme=${this.theme()}></paddock-replay-page>`;
      case "history":
        return html`<paddock-history-page .client=${this.client} .room=${screen.room}></paddock-history-page>`;
      case "profile":
        return html`<paddock-profile-page .client=${this.client} .profile=${screen.profile}></paddock-profile-page>`;
      case "boards":
        return html`<paddock-boards-page .client=${this.client} .choice=${screen}></paddock-boards-page>`;
      case "stats":
        return html`<paddock-stats-page .client=${this.client}></paddock-stats-page>`;
    }
  }

  private async load(): Promise<void> {
    const load = LATER[this.state.screen.at];
    this.missing = load !== undefined && !(await this.brings(load));
  }

  private tools(): TemplateResult {
    const { common, brand } = this.w;
    return html`<header class="tools">
      <button class="brand quiet" aria-label=${common.home} @click=${(): void => this.client.intents.goHome()}>${wordMark(brand.name)}</button>
      <span class="grow"></span>
      <paddock-preferences .client=${this.client} .theme=${this.theme()}></paddock-preferences>
    </header>`;
  }

  private theme(): ThemeName {
    const { theme } = this.state.me;
    return theme === "dark" || (theme === "auto" && this.dark.matches) ? "night" : "day";
  }

  private place(): string {
    const { room, screen } = this.state;
    if (screen.at === "room" && room !== null) return this.w.roomTitle(room.settings.title, nameOf(room, room.host));
    const { records } = this.w;
    switch (screen.at) {
      case "invite":
        return screen.room;
      case "history":
        return `${records.history} ${shownCode(screen.room)}`;
      case "profile":
        return screen.profile === null ? records.me : records.title;
      case "boards":
        return records.boards;
      case "stats":
        return records.stats;
      default:
        return "";
    }
  }

  private notify(notice: Notice): void {
    if (notice.code === "called_off") this.toasts.show(this.w.room.calledOff);
    else if (notice.request === null || !TOLD_IN_PLACE.has(notice.request)) this.toasts.show(failure(this.w, notice.code));
    this.client.intents.dismissNotice();
  }

  /** A link to another page of ours changes the page and not the document; what opens elsewhere does so. */
  private followed(event: MouseEvent): void {
    const link = event.composedPath().find((one): one is HTMLAnchorElement => one instanceof HTMLAnchorElement);
    if (link === undefined || link.target !== "" || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const address = readPath(link.pathname + link.search);
    if (address.to === "nowhere") return;
    event.preventDefault();
    this.client.intents.open(address);
  }

  /** The content lies in another shadow, where a fragment does not reach. */
  private async toContent(): Promise<void> {
    const page = this.renderRoot.querySelector<LitElement>(".page > :last-child");
    if (page?.localName.includes("-") === true) await customElements.whenDefined(page.localName);
    await page?.updateComplete;
    const content = page?.shadowRoot?.querySelector<HTMLElement>("#content");
    content?.setAttribute("tabindex", "-1");
    content?.focus({ preventScroll: true });
  }
}

/** Which page is on screen: another one begins at its top, another choice on the same one does not. */
function named(screen: Screen): string {
  if (screen.at === "boards") return screen.at;
  return [screen.at, ...("room" in screen ? [screen.room] : []), ...("profile" in screen ? [screen.profile ?? ""] : [])].join(" ");
}
