/** A small room to begin plays with; every function gives a fresh value. */
import type { Card, GatheringView, MemberView, OwnView, RoomView, Settings, View } from "../../src/wire.gen.js";
import type { Table } from "../../src/model/table.js";

export const LINEUP = ["tiger", "goose", "snail", "otter"];

export function settings(change: Partial<Settings> = {}): Settings {
  return {
    title: "Friday",
    rules: "",
    rule: "last",
    track: 500,
    racers: 4,
    capacity: 50,
    pick_seconds: 0,
    life_h: 3,
    listing: "public",
    one_device: false,
    locked: false,
    ...change,
  };
}

export function member(player: string, change: Partial<MemberView> = {}): MemberView {
  return { player, name: player.toUpperCase(), seated: true, ready: true, away_since: null, ...change };
}

export function picking(change: Partial<GatheringView> = {}): GatheringView {
  return {
    type: "gathering",
    race: "race1",
    commitment: "c0ffee",
    lineup: LINEUP,
    picked: [],
    votes: [0, 0, 0, 0],
    deadline: null,
    ...change,
  };
}

export function card(change: Partial<Card> = {}): Card {
  const draw = { rule: "last", votes: [], distinct: 2, rank: 2 } as const;
  return { race: "race1", track: 500, lineup: LINEUP, picks: [["ann", 0], ["bob", 2]], draw, runoff: 0, ...change };
}

export function room(change: Partial<RoomView> = {}): RoomView {
  return {
    room: "K7AB2",
    version: 10,
    settings: settings(),
    private: false,
    host: "ann",
    host_grace_ms: 60_000,
    members: [member("ann"), member("bob")],
    blocked: [],
    rounds: 1,
    phase: picking(),
    ...change,
  };
}

export function own(change: Partial<OwnView> = {}): OwnView {
  return { player: "ann", pick: null, blind: false, vote: null, ...change };
}

export function table(change: Partial<RoomView> = {}, mine: Partial<OwnView> = {}): Table {
  return { room: room(change), own: own(mine), chat: [], history: [] };
}

export function view(change: Partial<RoomView> = {}, mine: Partial<OwnView> = {}): View {
  return { ...table(change, mine), now: 1_000_000 };
}
