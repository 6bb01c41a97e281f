/** Rooms and people for the plays of the pages. */

import type { Client, Intents } from "../../src/model/intents.js";
import type { Records } from "../../src/model/records.js";
import type { Outcome, State } from "../../src/model/state.js";
import { blank } from "../../src/model/state.js";
import { Store } from "../../src/model/store.js";
import type { Card, GatheringView, MemberView, RoomView, Settings } from "../../src/wire.gen.js";

export const NOW = 1_700_000_000_000;

export const SETTINGS: Settings = {
  title: "", rules: "", rule: "last", track: 500, racers: 5, capacity: 50, pick_seconds: 0, life_h: 3, listing: "public", one_device: false, locked: false,
};

export function person(player: string, change: Partial<MemberView> = {}): MemberView {
  return { player, name: player.toUpperCase(), seated: true, ready: true, away_since: null, ...change };
}

export function gathering(change: Partial<GatheringView> = {}): GatheringView {
  return { type: "gathering", race: "r".repeat(16), commitment: "", lineup: ["tiger", "rabbit", "turtle", "fox", "bear"], picked: [], votes: [0, 0, 0, 0, 0], deadline: null, ...change };
}

export function room(members: readonly MemberView[], change: Partial<RoomView> = {}): RoomView {
  return {
    room: "K7AB2", version: 1, settings: SETTINGS, private: false, host: members[0]?.player ?? null, host_grace_ms: 60_000, members, blocked: [], rounds: 1, phase: gathering(), ...change,
  };
}

export function card(picks: readonly (readonly [string, number])[], change: Partial<Card> = {}): Card {
  const distinct = new Set(picks.map(([, racer]) => racer)).size;
  return {
    race: "r".repeat(16), track: 500, lineup: ["tiger", "rabbit", "turtle", "fox", "bear"], picks, runoff: 0,
    draw: { rule: "last", votes: [0, 0, 0, 0, 0], distinct, rank: distinct }, ...change,
  };
}

/** Records that nobody asks for. */
const silent: Records = { ask: () => Promise.resolve({ ok: false, code: "unreachable", after: null }) };

export type Call = readonly [intent: keyof Intents, ...args: unknown[]];

/** A client whose intents are written down; each ends as `outcome` says. */
export function client(outcome: (intent: keyof Intents) => Outcome = () => ({ ok: true })): { readonly client: Client; readonly calls: Call[] } {
  const calls: Call[] = [];
  const intents = new Proxy({} as Intents, {
    get: (_, intent: keyof Intents) => (...args: unknown[]) => {
      calls.push([intent, ...args]);
      return intent === "openRoom" ? true : Promise.resolve(outcome(intent));
    },
  });
  const state: State = blank({ at: "home" }, { name: "", language: "en", theme: "light", seats: [] });
  return { client: { store: new Store(state), intents, records: silent, now: () => NOW }, calls };
}
