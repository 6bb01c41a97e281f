/**
 * What this page is doing: which address it shows, what the one connection is for, and what follows from what the
 * server says. Requests go through it; what they are called and for whom is in `intents`.
 */
import { Gate } from "../connection/gate.js";
import { Line } from "../connection/line.js";
import { LinkWatch } from "../connection/link.js";
import { newId } from "../connection/random.js";
import { GIVE_UP_AFTER, Requests, type Result } from "../connection/requests.js";
import type { Body, Dial, Push } from "../connection/wire.js";
import { pathOf, readPath, type Address, type Somewhere } from "../model/address.js";
import { blank, FIRST_PAGE, type Failure, type Language, type Outcome, type RequestName, type Screen, type State } from "../model/state.js";
import { Store } from "../model/store.js";
import type { View } from "../wire.gen.js";
import { LobbyWatch } from "./lobby.js";
import type { Place } from "./place.js";
import { Timekeeper } from "./timekeeper.js";
import type { Vault } from "./vault.js";
import { Visit, type Over } from "./visit.js";

/** An answer to a probe must come within this, in ms; otherwise the connection only seems to stand. */
const PROBE_WITHIN = 3_000;

/** Pushes kept before the answer to coming in; what gets lost beyond is found missing and asked for. */
const EARLY_KEPT = 100;

/** What a session needs of the world outside. */
export interface World {
  readonly dial: Dial;
  readonly vault: Vault;
  readonly place: Place;
  /** The browser's language, for somebody who has not chosen one. */
  readonly language: Language;
}

export class Session {
  readonly store: Store<State>;
  readonly vault: Vault;
  readonly time: Timekeeper;
  /** Open while a connection stands: what needs no seat passes here. */
  readonly door = new Gate();
  readonly #line: Line;
  readonly #seat = new Gate();
  readonly #requests: Requests;
  readonly #link: LinkWatch;
  readonly #lobby: LobbyWatch;
  readonly #place: Place;
  /** Names this page load among the tabs of the browser. */
  readonly #tab = newId();
  #visit: Visit | null = null;
  /** What came of a room before the answer that lets this page into it. */
  #early: Push[] = [];

  constructor(world: World) {
    this.vault = world.vault;
    this.#place = world.place;
    const language = this.vault.language ?? world.language;
    const { name, theme } = this.vault;
    this.store = new Store(blank({ at: "home" }, { name, language, theme, seats: this.vault.notes() }));
    this.#line = new Line(world.dial, {
      up: () => this.#up(),
      down: () => this.#down(),
      refused: (code) => this.#refused(code),
      paced: () => this.#link.paced(),
      heard: (push) => this.#heard(push),
    });
    this.#link = new LinkWatch(this.#line, (link) => this.store.patch({ link }));
    this.time = new Timekeeper(this.#line, () => this.#visit?.racing === true);
    this.#requests = new Requests(this.#line, (name, on) => this.#busy(name, on));
    this.#lobby = new LobbyWatch(this.#line, (lobby) => this.store.patch({ lobby }));
    this.#place.onMove(() => this.show(readPath(this.#place.path())));
    this.show(readPath(this.#place.path()));
  }

  /** Show the page of an address, and connect or disconnect as it needs. */
  show(address: Address): void {
    this.#rest();
    switch (address.to) {
      case "home":
        return this.#screen({ at: "home" });
      case "nowhere":
        return this.#screen({ at: "nowhere" });
      case "replay":
        return this.#screen({ at: "replay", race: address.race });
      case "history":
        return this.#screen({ at: "history", room: address.room });
      case "profile":
        return this.#screen({ at: "profile", profile: address.profile });
      case "boards": {
        const { board, period, room, on } = address;
        return this.#screen({ at: "boards", board, period, room, on });
      }
      case "stats":
        return this.#screen({ at: "stats" });
      case "room":
        if (this.vault.token(address.room) === null) return this.#screen({ at: "invite", room: address.room });
        return this.comeBack(address.room);
    }
  }

  /** Change the address and show its page. */
  go(address: Somewhere): void {
    this.#place.push(pathOf(address));
    this.show(address);
  }

  /** Show another page in place of this one, so that the back button leads to where this one was come to from. */
  turn(address: Somewhere): void {
    this.#place.replace(pathOf(address));
    this.show(address);
  }

  /** Ask for the kept seat of a room, as the newest tab. */
  comeBack(room: string): void {
    const token = this.vault.token(room);
    if (token === null) return this.#screen({ at: "invite", room });
    this.#rest();
    this.vault.hold(room, this.#tab);
    this.#visit = this.#visitTo(room, token);
    this.#screen({ at: "entering", room });
    this.#connect(room);
  }

  /** Connect without a seat: to come in, to make a room, or for the list. */
  approach(room: string | null): void {
    if (!this.#line.wanted) this.#connect(room);
    else if (room !== null) this.#line.name(room);
  }

  /** In the room by this answer: keep the seat and stay. */
  sitDown(token: string, view: View, founder: boolean): void {
    const room = view.room.room;
    this.#lobby.stop();
    this.#visit?.stop();
    this.vault.keep(room, { token, tab: this.#tab, ...(founder ? { founder } : {}) });
    this.#line.name(room);
    this.#place.push(pathOf({ to: "room", room }));
    this.#visit = this.#visitTo(room, token);
    const early = this.#early;
    this.#early = [];
    this.#visit.enter(view);
    for (const push of early) this.#heard(push);
    this.refreshMe();
  }

  /** Before the door of a room with its form, and why one tap was not enough. */
  standAtDoor(room: string, code: Failure): void {
    this.#screen({ at: "invite", room });
    this.store.patch({ notice: { key: newId(), code, request: null } });
  }

  /** Before a closed room of one's own. */
  standBeforeClosed(room: string): void {
    this.#screen({ at: "ended", room, why: "closed", founder: true });
  }

  /** Give up the seat on this side too. */
  leaveBehind(room: string): void {
    this.vault.forget(room);
    this.refreshMe();
  }

  /** Send what needs no seat. */
  ask<N extends RequestName>(name: N, body: Body<N>): Promise<Result<N>> {
    return this.#requests.send(name, body, this.door);
  }

  /** Send what only somebody in the room may ask; what fails is also told as a notice. */
  async act<N extends RequestName>(name: N, body: Body<N>): Promise<Outcome> {
    if (this.#visit === null) return { ok: false, code: "not_in_room" };
    const visit = this.#visit;
    const result = await this.#requests.send(name, body, this.#seat);
    if (result.ok) return { ok: true };
    if (visit === this.#visit) {
      this.store.patch({ notice: { key: newId(), code: result.code, request: name } });
      // The server does not know this connection as a player's: say again whose it is.
      if (result.code === "not_in_room") void visit.greet();
    }
    return { ok: false, code: result.code };
  }

  async watchLobby(): Promise<Outcome> {
    this.#lobby.wanted = true;
    this.approach(null);
    const barred = await this.door.pass(GIVE_UP_AFTER);
    if (barred !== null) return { ok: false, code: barred };
    return (await this.#lobby.greet()) ? { ok: true } : { ok: false, code: "unreachable" };
  }

  /** Look at the rooms that match what was typed, or at more of those that are looked at (null). */
  async lookAtLobby(query: string | null): Promise<Outcome> {
    if (!this.#lobby.wanted) return { ok: false, code: "unreachable" };
    const came = query === null ? this.#lobby.more() : this.#lobby.look({ ...FIRST_PAGE, query });
    return (await came) ? { ok: true } : { ok: false, code: "unreachable" };
  }

  async unwatchLobby(): Promise<Outcome> {
    if (!this.#lobby.wanted) return { ok: true };
    this.#lobby.stop();
    if (!this.#line.up || this.#visit !== null) return { ok: true };
    const { ok } = await this.ask("unwatch_lobby", {});
    return ok ? { ok: true } : { ok: false, code: "unreachable" };
  }

  tryNow(): void {
    this.#line.tryNow();
  }

  /** The page is looked at again, or the network is back: a lost connection is tried at once, a standing one is tested. */
  async wake(): Promise<void> {
    if (!this.#line.wanted) return;
    if (!this.#line.up) return this.#line.tryNow();
    const { generation } = this.#line;
    const answer = await this.#line.ask("sync_clock", { id: newId() }, PROBE_WITHIN);
    if (generation !== this.#line.generation) return;
    if (answer === null) this.#line.tryNow(true);
    else if (this.#visit !== null) this.time.start();
  }

  /** Put what is known of the person into the state. */
  refreshMe(): void {
    const { name, theme } = this.vault;
    const language = this.vault.language ?? this.store.state.me.language;
    this.store.patch({ me: { name, language, theme, seats: this.vault.notes() } });
  }

  #visitTo(room: string, token: string): Visit {
    const { store, vault, time } = this;
    const parts = { store, vault, time, line: this.#line, seat: this.#seat, tab: this.#tab };
    const visit: Visit = new Visit(room, token, parts, {
      settled: () => this.#link.settled({ at: "online" }),
      over: (over) => {
        if (this.#visit === visit) this.#over(visit.room, over);
      },
    });
    return visit;
  }

  #over(room: string, { why }: Over): void {
    this.#visit = null;
    this.#line.stop();
    this.door.bar("unreachable");
    if (why === "moved") return this.#link.settled({ at: "moved" });
    this.#link.settled({ at: "idle" });
    if (why === "blocked") this.vault.forget(room);
    // Another tab has left the room meanwhile: nothing to explain to whoever did that.
    if (why === "away" && this.vault.token(room) === null) this.#screen({ at: "invite", room });
    else this.#screen({ at: "ended", room, why, founder: this.vault.founded(room) });
  }

  /** Let go of the room and of the connection. */
  #rest(): void {
    this.#visit?.stop();
    this.#visit = null;
    this.#lobby.stop();
    this.#line.stop();
    this.door.bar("unreachable");
    this.#link.settled({ at: "idle" });
  }

  #screen(screen: Screen): void {
    this.store.patch({ screen, room: null, own: null, chat: [], history: [], track: null, notice: null });
    this.refreshMe();
  }

  #connect(room: string | null): void {
    this.#line.start(room);
    this.#link.lost();
  }

  #up(): void {
    this.#early = [];
    // This may be another server; one that is degraded or delayed says so on every new connection.
    const { degraded, delayed } = this.store.state;
    if (degraded || delayed) this.store.patch({ degraded: false, delayed: false });
    this.door.open();
    if (this.#visit !== null) void this.#visit.greet();
    else {
      this.#link.settled({ at: "online" });
      void this.#lobby.greet();
    }
  }

  #down(): void {
    this.door.shut();
    this.#seat.shut();
    this.time.stop();
    this.#link.lost();
  }

  #refused(code: string): void {
    this.door.bar("unreachable");
    this.#seat.bar("unreachable");
    this.#link.settled({ at: "refused", code });
  }

  #heard(push: Push): void {
    const ofRoom = push.name === "entry" || push.name === "segments" || push.name === "expelled";
    if (ofRoom && this.#visit === null && this.#early.length < EARLY_KEPT) this.#early.push(push);
    switch (push.name) {
      case "entry":
        return this.#visit?.heardEntry(push.message);
      case "segments":
        return this.#visit?.heardSegments(push.message);
      case "lobby_changed":
        return this.#lobby.heard(push.message);
      case "moved":
        return this.#visit?.moved();
      case "expelled":
        return this.#visit?.expelled(push.message.reason);
      case "closing":
        return this.#line.returnIn(push.message.retry_ms);
      case "degraded":
        return this.store.patch({ degraded: push.message.on });
      case "delayed":
        return this.store.patch({ delayed: push.message.on });
    }
  }

  #busy(name: RequestName, on: boolean): void {
    const { pending } = this.store.state;
    const at = pending.indexOf(name);
    this.store.patch({ pending: on ? [...pending, name] : pending.filter((_, place) => place !== at) });
  }
}
