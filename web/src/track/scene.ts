/**
 * The scene: everything one frame of the race shows, as plain data.
 *
 * Pure: the same input on the same stage gives the same scene, on every screen and at every frame rate. It knows where
 * things are and what they do, never colours or fonts.
 */

import { position } from "../race/segments.js";
import { standings } from "../race/position.js";
import { LOOK_BACK, camera, toScreen, type Camera, type Field } from "./camera.js";
import { groundOf, layout, type Layout } from "./layout.js";
import { doingAt, endedAt, finishedAt, runOut, type Doing } from "./motion.js";
import { confetti, puffs, skid, type Puff, type Scrap, type Skid } from "./particles.js";
import { LAMP_BEAT_MS, decisiveMoment, drawnTime } from "./timing.js";
import type { RaceInput, Stage, TrackWords } from "./types.js";

/** One racer as it stands on screen. */
export interface Runner {
  readonly lane: number;
  /** The kind as the lineup names it. */
  readonly kind: string;
  /** Its nose, in mm and in pixels, and its feet in pixels. */
  readonly mm: number;
  readonly x: number;
  readonly y: number;
  readonly doing: Doing;
  readonly picked: boolean;
  readonly mine: boolean;
  /** 1 looks towards the line. */
  readonly facing: 1 | -1;
  readonly names: readonly string[];
  /** What is called out above it just now, with its age in ms. */
  readonly callout: string | null;
  readonly calloutAge: number;
  /** -1 left of the screen, 1 right of it, 0 on it. */
  readonly off: -1 | 0 | 1;
}

/** One chip of the live order. */
export interface Chip {
  readonly lane: number;
  /** The rank to show, from 1; equal places share one. */
  readonly rank: number;
  /** Its place in the row, from 0; between two whole numbers while chips change places. */
  readonly slot: number;
  /** How much of it lies behind a chip that is passing it, 0 to 1. */
  readonly behind: number;
}

/** The lamps over the gate: 0 to 3 lit, then `go`. */
export interface Lamps {
  readonly lit: 0 | 1 | 2 | 3;
  readonly go: boolean;
}

export interface Scene {
  readonly place: Layout;
  /** ms since the start at which the race is drawn; negative before it. */
  readonly time: number;
  readonly calm: boolean;
  readonly lengthMm: number;
  readonly view: Camera;
  readonly runners: readonly Runner[];
  readonly mine: number | null;
  readonly chips: readonly Chip[];
  readonly lamps: Lamps | null;
  /** How far the gate has opened, 0 to 1. */
  readonly gate: number;
  readonly puffs: readonly Puff[];
  readonly skids: readonly Skid[];
  readonly scraps: readonly Scrap[];
  /** Cameras flash in the stand: the deciding moment is on. */
  readonly flashing: boolean;
}

const CALLOUT_MS = 1150;
const GATE_MS = 320;
const GO_MS = 900;
/** How long chips take to change places, in ms, and the steps they do it in. */
const SHUFFLE_MS = 420;
const SHUFFLE_STEPS = [1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6, 1] as const;

/** Composes one frame. */
export function scene(input: RaceInput, stage: Stage, words: Pick<TrackWords, "mood">): Scene {
  const place = layout(stage.width, stage.height, input.lineup.length);
  const raceTime = input.now - input.startsAt;
  const moment = decisiveMoment(input);
  const time = drawnTime(raceTime, moment, stage.calm);
  const where = places(input);
  const fields = LOOK_BACK.map((back) => fieldAt(input, where, time - back));
  const view = camera(fields, place, input.lengthMm, stage.calm);
  const dust: Puff[] = [];
  const skids: Skid[] = [];
  const runners = input.lineup.map((kind, lane): Runner => {
    const picked = input.picked[lane] === true;
    const doing = doingAt(input.segments[lane] ?? [], time);
    const mm = where(lane, time);
    const [x, y] = [toScreen(view, mm), groundOf(place, lane)];
    if (picked && time > 0 && !stage.calm) {
      const heels = (t: number): number => where(lane, t) - (place.racer * 0.9) / view.scale;
      puffs(dust, lane, time, doing, heels, view, y, place.racer);
      const mark = skid(lane, time, doing, heels, view, y);
      if (mark !== null) skids.push(mark);
    }
    const age = time - doing.since;
    return {
      lane,
      kind,
      mm,
      x,
      y,
      doing,
      picked,
      mine: lane === input.mine,
      facing: doing.mood === "turn" && doing.speed < 0 ? -1 : 1,
      names: input.names[lane] ?? [],
      callout: picked && time > 0 && age < CALLOUT_MS ? words.mood(doing.mood) : null,
      calloutAge: age,
      off: x < place.racer * 0.2 ? -1 : x > place.width + place.racer * 0.75 ? 1 : 0,
    };
  });
  const scraps: Scrap[] = [];
  const won = firstFinish(input);
  if (won !== null && !stage.calm) confetti(scraps, time - won, toScreen(view, input.lengthMm), place.chips, place.lanesBottom);
  return {
    place,
    time,
    calm: stage.calm,
    lengthMm: input.lengthMm,
    view,
    runners,
    mine: input.mine,
    chips: chips(input, time, stage.calm),
    lamps: lamps(time),
    gate: Math.min(1, Math.max(0, time / GATE_MS)),
    puffs: dust,
    skids,
    scraps,
    flashing: !stage.calm && moment !== null && time >= moment && time < moment + 1900,
  };
}

/** Where a racer is at a time, with its run-out behind the line; 0 before the start and for those in the gate. */
function places(input: RaceInput): (lane: number, time: number) => number {
  const finishes = input.segments.map((segments) => finishedAt(segments));
  const better = finishes.map((mine) => finishes.filter((other) => mine !== null && other !== null && other < mine).length);
  return (lane, time) => {
    const segments = input.segments[lane];
    if (segments === undefined || segments.length === 0 || time <= 0) return 0;
    const finish = finishes[lane] ?? null;
    // Whole milliseconds are what the integers are defined on; the fraction that slow motion adds goes on top.
    const whole = Math.floor(time);
    const at = position(segments, whole);
    const next = time > whole ? position(segments, whole + 1) : at;
    const mm = Math.max(0, at + (next - at) * (time - whole));
    return finish !== null && time > finish ? mm + runOut(time - finish, better[lane] ?? 0) : mm;
  };
}

function fieldAt(input: RaceInput, where: (lane: number, time: number) => number, time: number): Field {
  let [first, last] = [-Infinity, Infinity];
  input.picked.forEach((picked, lane) => {
    if (!picked) return;
    const mm = where(lane, time);
    first = Math.max(first, mm);
    last = Math.min(last, mm);
  });
  if (first === -Infinity) return { first: 0, last: 0, mine: null };
  return { first, last, mine: input.mine === null ? null : where(input.mine, time) };
}

function firstFinish(input: RaceInput): number | null {
  const finishes = input.segments.map(finishedAt).filter((at) => at !== null);
  return finishes.length === 0 ? null : Math.min(...finishes);
}

/** The live order by `standings`; before the start, and once the result is known and the race over, by those. */
function order(input: RaceInput, time: number): { lane: number; rank: number }[] {
  const settled = input.order;
  if (settled !== null && input.segments.every((segments) => segments.length === 0 || (endedAt(segments) ?? Infinity) <= time)) {
    let ahead = 0;
    return settled.flatMap((group) => {
      const rank = ahead + 1;
      ahead += group.length;
      return group.map((lane) => ({ lane, rank }));
    });
  }
  const live = standings(input.segments, time);
  if (live.length > 0) return live;
  return input.lineup.flatMap((_, lane) => (input.picked[lane] === true ? [{ lane, rank: 1 }] : []));
}

/**
 * Chips slide: each one's slot is its mean place over the last moments. Where two meet, the one that moves up passes in
 * front; the last of the row is the foremost.
 */
function chips(input: RaceInput, time: number, calm: boolean): Chip[] {
  const now = order(input, time);
  const rows = calm ? [now] : [now, ...SHUFFLE_STEPS.map((share) => order(input, time - SHUFFLE_MS * share))];
  const sliding = now.map(({ lane, rank }, place) => {
    const slots = rows.map((row) => row.findIndex((other) => other.lane === lane));
    const slot = slots.reduce((sum, at) => sum + at, 0) / slots.length;
    return { lane, rank, slot, rise: slot - place };
  });
  return sliding
    .sort((a, b) => a.rise - b.rise)
    .map(({ lane, rank, slot, rise }) => {
      const covers = sliding.filter((other) => other.rise > rise).map((other) => 1 - Math.abs(other.slot - slot));
      return { lane, rank, slot, behind: Math.max(0, ...covers) };
    });
}

function lamps(time: number): Lamps | null {
  if (time >= GO_MS) return null;
  if (time >= 0) return { lit: 3, go: true };
  const left = Math.ceil(-time / LAMP_BEAT_MS);
  return { lit: left > 3 ? 0 : left === 3 ? 1 : left === 2 ? 2 : 3, go: false };
}
