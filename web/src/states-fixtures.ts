/** States to look at: every screen, with few and many people, long names, every end. Times are relative to now. */

import { blank, FIRST_PAGE, type Screen, type State, type Track } from "./model/state.js";
import { MOODS } from "./race/mood.js";
import { run } from "./race/race.js";
import { readBook } from "./race/book.js";
import { placings } from "./pages/facts.js";
import type { Card, ChatMessage, Draw, MemberView, OwnView, RaceSummary, ResultView, RoomSummary, RoomView, Settings } from "./wire.gen.js";
import book from "../../src/paddock/data/book.json";

const NAMES = [
  "민지", "철수", "Tiger 2", "박서연", "Alexander the Very Long Name", "가나다라마바사아자차카타파하거너더러", "지훈", "Mia", "은우", "하늘이",
  "현", "ㅋㅋㅋ", "Otto", "유나", "도윤", "서준", "예린", "Bob", "수아", "준호", "Kim", "다은", "태양", "라떼러버", "아메리카노",
];
const RACE = "abcdefghijklmnop";
const SEED = new Uint8Array(32).map((_, at) => at * 7 + 3);
const HEX = [...SEED].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const LINEUP = ["tiger", "rabbit", "turtle", "penguin", "ostrich", "hedgehog"];

const SETTINGS: Settings = {
  title: "금요일 커피", rules: "라떼까지만!\n디저트는 각자.", rule: "last", track: 500, racers: 5, capacity: 50,
  pick_seconds: 0, life_h: 3, listing: "public", one_device: false, locked: false,
};

function players(count: number): readonly MemberView[] {
  return Array.from({ length: count }, (_, at) => ({
    player: `p${String(at).padStart(9, "0")}`,
    name: NAMES[at % NAMES.length] + (at >= NAMES.length ? ` ${Math.floor(at / NAMES.length) + 1}` : ""),
    seated: true,
    ready: at % 11 !== 7,
    away_since: null,
  }));
}

const ids = (members: readonly MemberView[]): readonly string[] => members.map((one) => one.player);

function gathering(count: number, change: Partial<RoomView> = {}, settings: Partial<Settings> = {}): RoomView {
  const members = players(count);
  return {
    room: "K7AB2", version: 12, settings: { ...SETTINGS, ...settings }, private: false, host: members[0]?.player ?? null, members,
    blocked: [], host_grace_ms: 60_000, rounds: 3,
    phase: {
      type: "gathering", race: RACE, commitment: HEX, lineup: LINEUP.slice(0, settings.racers ?? 5),
      picked: ids(members).filter((_, at) => at % 3 !== 1), votes: [3, 0, 1, 0, 5].concat(settings.racers === 6 ? [2] : []), deadline: null,
    },
    ...change,
  };
}

function card(room: RoomView, runoff = 0, rank = 4): Card {
  const draw: Draw = { rule: "last", votes: [0, 0, 0, 0, 0], distinct: 4, rank };
  const racing = runoff === 0 ? ids(room.members) : ids(room.members).slice(0, 2);
  return { race: RACE, track: room.settings.track, lineup: LINEUP.slice(0, 5), picks: racing.map((one, at): [string, number] => [one, [0, 1, 2, 4][at % 4] ?? 0]), draw, runoff };
}

const names = (room: RoomView): Record<string, string> => Object.fromEntries(room.members.map((one) => [one.player, one.name]));

function raced(room: RoomView, startsAt: number, one: Card = card(room)): { readonly track: Track; readonly result: ResultView } {
  const race = run(one, readBook(book), SEED);
  const lanes = race.segments.map((segments) => segments.map(({ t, mm, speed, mood }) => [t, mm, speed, MOODS.indexOf(mood)] as const));
  const base = { card: one, names: names(room), starts_at: startsAt, finish: race.finish, order: race.order, payers: [] as string[], seed: HEX, commitment: HEX };
  const last = placings(base).at(-1)?.racer;
  return {
    track: { race: RACE, metres: one.track, lineup: one.lineup, startsAt, until: race.end, lanes },
    result: { ...base, payers: one.picks.filter(([, racer]) => racer === last).map(([player]) => player) },
  };
}

function chat(room: RoomView, now: number): readonly ChatMessage[] {
  const said = ["안녕하세요~", "오늘은 라떼 갑시다", "@민지 빨리 골라요!", "ㅋㅋㅋㅋㅋㅋ", "This is my first time, how does it work?", "꼴찌만 아니면 돼 꼴찌만 아니면 돼 꼴찌만 아니면 돼"];
  return said.map((text, at) => {
    const member = room.members[(at + 1) % room.members.length] as MemberView;
    return { version: at + 1, player: member.player, name: member.name, text, mentions: at === 2 ? [room.members[0]?.player ?? ""] : [], at: now - (6 - at) * 1500 };
  });
}

function history(now: number): readonly RaceSummary[] {
  return [
    { race: "aaaaaaaaaaaaaaaa", at: now - 300_000, winners: ["fox", "bear", "pig"], payers: ["철수"], final: true },
    { race: "bbbbbbbbbbbbbbbb", at: now - 900_000, winners: ["snail", "duck"], payers: ["민지"], final: true },
    { race: "cccccccccccccccc", at: now - 960_000, winners: ["cat", "dog"], payers: ["민지", "철수"], final: false },
    { race: "dddddddddddddddd", at: now - 1_900_000, winners: ["frog"], payers: ["민지"], final: true },
  ];
}

function lobby(count: number): State["lobby"] {
  const phases = ["gathering", "racing", "podium", "gathering", "countdown"];
  const titles = ["금요일 커피", "", "개발팀 점심 내기", "Design crit coffee", "정말로정말로정말로정말로 아주아주 긴 방 이름입니다"];
  return {
    asked: FIRST_PAGE, look: 1, version: 1, total: count > 12 ? 312 : count, next: count > 12 ? "1700000000000-K7AB2" : null,
    rooms: Array.from({ length: count }, (_, at): RoomSummary => ({
      room: `K7AB${at % 8 + 2}${at}`.slice(0, 5) + String(at), title: titles[at % 5] ?? "", host: NAMES[at % 8] ?? "", seated: (at * 7) % 50 + 1, capacity: 50, watching: at % 3,
      phase: phases[at % 5] ?? "gathering", rule: (["last", "first", "vote"] as const)[at % 3] ?? "last", private: at % 4 === 3, locked: at % 6 === 5, opened_at: 0,
    })),
  };
}

const me = (name: string, seats: State["me"]["seats"] = []): State["me"] => ({ name, language: "ko", theme: "light", seats });
const at = (screen: Screen, change: Partial<State> = {}): State => ({ ...blank(screen, me("민지")), ...change });

function inRoom(room: RoomView, now: number, change: Partial<State> = {}, own: Partial<OwnView> = {}): State {
  return at({ at: "room", room: room.room }, {
    link: { at: "online" }, room, own: { player: room.members[0]?.player ?? "", pick: null, blind: false, vote: null, ...own },
    chat: room.members.length > 1 ? chat(room, now) : [], history: room.members.length > 1 ? history(now) : [], ...change,
  });
}

const vote = (distinct: number, rank: number): Draw => ({ rule: "vote", votes: [3, 1, 0, 2, 1], distinct, rank });

export const STATES: Readonly<Record<string, (now: number) => State>> = {
  home: () => at({ at: "home" }, { lobby: lobby(12), me: me("민지", [{ room: "K7AB2", title: "금요일 커피", founder: true, at: 0 }]) }),
  "home-many": () => at({ at: "home" }, { lobby: lobby(20), me: me("민지") }),
  "home-empty": () => at({ at: "home" }, { lobby: lobby(0), me: me("") }),
  "home-loading": () => at({ at: "home" }),
  invite: () => at({ at: "invite", room: "K7AB2" }),
  entering: () => at({ at: "entering", room: "K7AB2" }),
  alone: (now) => inRoom(gathering(1, {}, { title: "", rules: "" }), now),
  room: (now) => inRoom(gathering(5), now),
  "room-picked": (now) => inRoom(gathering(5), now, {}, { pick: 2 }),
  "room-blind": (now) => inRoom(gathering(5), now, {}, { blind: true }),
  "room-guest": (now) => inRoom(gathering(7, { host: "p000000001" }), now, {}, { pick: 1 }),
  "room-vote": (now) => inRoom(gathering(8, {}, { rule: "vote", racers: 6 }), now, {}, { pick: 0, vote: 5 }),
  "room-50": (now) => inRoom(gathering(50), now),
  "room-deadline": (now) => inRoom(withPhase(gathering(5), { deadline: now + 24_000 }), now),
  "room-full-spectator": (now) => {
    const room = gathering(50);
    const members = room.members.map((one, index) => (index === 0 ? { ...one, seated: false } : one));
    return inRoom({ ...room, members, host: "p000000001", settings: { ...room.settings, capacity: 49, locked: true }, private: true }, now);
  },
  "room-spectator": (now) => {
    const room = gathering(4);
    return inRoom({ ...room, host: "p000000001", members: room.members.map((one, index) => ({ ...one, seated: index !== 0 })) }, now);
  },
  "room-host-away": (now) => {
    const room = gathering(6, { host: "p000000002" });
    return inRoom({ ...room, members: room.members.map((one, index) => (index === 2 || index === 4 ? { ...one, away_since: now - 20_000 } : one)) }, now);
  },
  draw: (now) => inRoom(drawing(gathering(5), { rule: "last", votes: [0, 0, 0, 0, 0], distinct: 4, rank: 4 }, now, 0), now),
  wheel: (now) => inRoom(drawing(gathering(5, {}, { rule: "vote" }), vote(4, 4), now, 5_500), now),
  "wheel-done": (now) => inRoom(drawing(gathering(5, {}, { rule: "vote" }), vote(4, 4), now - 5_600, 5_500), now),
  reveal: (now) => inRoom(withCard(gathering(9), "countdown", now), now),
  "reveal-50": (now) => inRoom(withCard(gathering(50), "countdown", now), now),
  runoff: (now) => inRoom(withCard(gathering(6), "runoff", now), now),
  lamps: (now) => inRoom(withCard(gathering(9), "countdown", now, 2_500), now),
  race: (now) => racing(gathering(6), now, now - 9_000),
  "race-start": (now) => racing(gathering(6), now, now + 1_500),
  "race-end": (now) => racing(gathering(6), now, now - 20_500),
  "race-spectator": (now) => {
    const state = racing(gathering(50), now, now - 12_000);
    return { ...state, own: { player: "nobody", pick: null, blind: false, vote: null } };
  },
  podium: (now) => podium(gathering(4), now, 60_000),
  "podium-guest": (now) => podium(gathering(4, { host: "p000000001" }), now, 60_000),
  "podium-runoff": (now) => podium(gathering(9), now, 5_000),
  "podium-50": (now) => podium(gathering(50), now, 5_000),
  replay: () => at({ at: "replay", race: RACE }),
  history: () => at({ at: "history", room: "K7AB2" }),
  me: () => at({ at: "profile", profile: null }),
  profile: () => at({ at: "profile", profile: "aaaaaaaaaaa3" }),
  boards: () => at({ at: "boards", board: "paid", period: "week", room: null, on: null }),
  "boards-room": () => at({ at: "boards", board: "win_rate", period: "all", room: "K7AB2", on: null }),
  "boards-past": () => at({ at: "boards", board: "paid", period: "month", room: null, on: "2026-10-01" }),
  stats: () => at({ at: "stats" }),
  nowhere: () => at({ at: "nowhere" }),
  moved: (now) => inRoom(gathering(5), now, { link: { at: "moved" } }),
  refused: (now) => inRoom(gathering(5), now, { link: { at: "refused", code: "too_old" } }),
  kicked: () => at({ at: "ended", room: "K7AB2", why: "kicked", founder: false }),
  blocked: () => at({ at: "ended", room: "K7AB2", why: "blocked", founder: false }),
  away: () => at({ at: "ended", room: "K7AB2", why: "away", founder: false }),
  closed: () => at({ at: "ended", room: "K7AB2", why: "closed", founder: false }),
  "closed-founder": () => at({ at: "ended", room: "K7AB2", why: "closed", founder: true }),
  bar: (now) => inRoom(gathering(5), now, { link: { at: "lost", surface: "bar", seconds: 2 } }),
  delayed: (now) => ({ ...podium(gathering(4), now, 60_000), delayed: true }),
  degraded: (now) => inRoom(gathering(5), now, { degraded: true }),
  overlay: (now) => inRoom(gathering(5), now, { link: { at: "lost", surface: "overlay", seconds: 4 } }),
  notice: (now) => inRoom(gathering(5), now, { notice: { key: "1", code: "race_under_way", request: "pick_racer" } }),
};

function withPhase(room: RoomView, change: { readonly deadline: number }): RoomView {
  return room.phase.type === "gathering" ? { ...room, phase: { ...room.phase, ...change } } : room;
}

function drawing(room: RoomView, draw: Draw, startsAt: number, turns: number): RoomView {
  const phase = { type: "drawing", race: RACE, commitment: HEX, lineup: LINEUP.slice(0, 5), picked: ids(room.members), draw, starts_at: startsAt, rests_at: startsAt + turns, ends_at: startsAt + turns + 3_000 } as const;
  return { ...room, phase };
}

function withCard(room: RoomView, type: "countdown" | "runoff", now: number, left = 7_000): RoomView {
  const one = card(room, type === "runoff" ? 1 : 0);
  const everybody = names(room);
  const racing = Object.fromEntries(one.picks.map(([player]) => [player, everybody[player] ?? ""]));
  return { ...room, phase: { type, card: one, commitment: HEX, names: racing, ends_at: now + left } };
}

function racing(room: RoomView, now: number, startsAt: number): State {
  const { track } = raced(room, startsAt);
  const view: RoomView = { ...room, phase: { type: "racing", card: card(room), commitment: HEX, names: names(room), starts_at: startsAt } };
  return inRoom(view, now, { track });
}

function podium(room: RoomView, now: number, left: number): State {
  const { result, track } = raced(room, now - 40_000);
  return inRoom({ ...room, phase: { type: "podium", result, ends_at: now + left } }, now, { track });
}
