/**
 * How a racer holds itself: a pose or a mood, a moment and a point of the run cycle become joint angles and a face.
 *
 * Pure numbers without a canvas; kinds read a posture and draw it in their own way. Calm postures (reduced motion)
 * neither shake nor jump.
 */

import type { Mood } from "../wire.gen.js";

export type { Mood };

/** `serve` carries a tray of coffee on the head: what the payer's racer does. */
export type Pose = "idle" | "run" | "win" | "lose" | "serve";

/** Every mood on the wire, for pages that show them all. */
export const MOODS = [
  "run",
  "stop",
  "slow",
  "sprint",
  "slip",
  "wobble",
  "obstacle",
  "boost",
  "trap",
  "turn",
  "bolt",
  "rocket",
  "ice",
  "charge",
  "transform",
  "fakeout",
  "finished",
  "out",
] as const satisfies readonly Mood[];

/** What the feet do. `tuck` is a jump, `fly` trails the legs behind, `brace` pushes them forward, `slump` folds them. */
export type Gait = "stand" | "run" | "tuck" | "fly" | "brace" | "slump";
export type Eyes = "open" | "closed" | "happy" | "tight" | "wide" | "dizzy" | "fiery";
export type Mouth = "smile" | "grin" | "open" | "flat" | "frown" | "grit" | "gasp" | "tongue" | "wavy";

export interface Posture {
  readonly gait: Gait;
  /** Point of the run cycle, 0 to 1. */
  readonly cycle: number;
  /** Length of the stride, 0 to 1.3. */
  readonly stride: number;
  /** The body above its standing height, in design units. */
  readonly lift: number;
  /** Turn of the body in radians; negative raises the nose. */
  readonly pitch: number;
  /** Along the body; above 1 is long and low, below 1 short and tall. */
  readonly stretch: number;
  /** Turn of the head against the body in radians; positive hangs it. */
  readonly nod: number;
  readonly eyes: Eyes;
  readonly mouth: Mouth;
  /** -1 sorry, 0 as the kind is, 1 furious. */
  readonly brow: number;
  /** Where the pupils go, -1 behind to 1 ahead. */
  readonly gaze: number;
  /** 0 pricked, 1 laid back. */
  readonly ears: number;
  /** Wag of the tail, -1 to 1. */
  readonly tail: number;
  /** Wings and flippers, 0 at the side, 1 high. */
  readonly arms: number;
  readonly sweat: boolean;
  /** Sideways tremble in design units. */
  readonly tremble: number;
  /** Seconds, for steam, flames and cloth that move by themselves; stands still when calm. */
  readonly time: number;
}

export interface Moment {
  readonly pose: Pose;
  readonly mood: Mood;
  /** Run cycles since the start, from the distance run; only its fraction counts. */
  readonly phase: number;
  /** Seconds, of any origin. */
  readonly time: number;
  readonly calm: boolean;
}

const TAU = Math.PI * 2;

/** The posture of a moment. Moods matter in the pose `run` only. */
export function posture(moment: Moment): Posture {
  switch (moment.pose) {
    case "idle":
      return idle(moment);
    case "win":
      return win(moment);
    case "lose":
      return lose(moment);
    case "serve":
      return serve(moment);
    case "run":
      return moodPosture(moment);
  }
}

/** Blinks for an eighth of a second every 3.2 s. */
function blinking(time: number): boolean {
  return time % 3.2 > 3.07;
}

function idle({ time, calm, phase }: Moment): Posture {
  const breath = calm ? 0 : Math.sin(time * TAU * 0.55);
  return {
    gait: "stand",
    cycle: fraction(phase),
    stride: 0,
    lift: breath * 1.2,
    pitch: 0,
    stretch: 1 - breath * 0.012,
    nod: breath * 0.03,
    eyes: !calm && blinking(time) ? "closed" : "open",
    mouth: "smile",
    brow: 0,
    gaze: calm ? 0.5 : 0.5 + 0.5 * Math.sin(time * 0.9),
    ears: 0,
    tail: calm ? 0 : Math.sin(time * TAU * 0.5),
    arms: 0,
    sweat: false,
    tremble: 0,
    time: calm ? 0 : time,
  };
}

function win(moment: Moment): Posture {
  const beat = moment.calm ? 0 : (moment.time * 1.5) % 1;
  const hop = Math.sin(Math.min(beat / 0.6, 1) * Math.PI);
  const landing = beat > 0.6 ? Math.sin(((beat - 0.6) / 0.4) * Math.PI) : 0;
  return {
    ...idle(moment),
    gait: hop > 0.25 ? "tuck" : "stand",
    lift: hop * 15 - landing * 3,
    pitch: -0.16 - hop * 0.08,
    stretch: 1 + landing * 0.08 - hop * 0.05,
    nod: -0.16,
    eyes: "happy",
    mouth: "grin",
    tail: moment.calm ? 1 : Math.sin(moment.time * TAU * 3),
    arms: 0.85 + hop * 0.15,
  };
}

function lose(moment: Moment): Posture {
  const sigh = moment.calm ? 0 : Math.sin(moment.time * TAU * 0.3);
  return {
    ...idle(moment),
    gait: "slump",
    lift: -7 + sigh * 0.8,
    pitch: 0.07,
    nod: 0.3 + sigh * 0.03,
    mouth: "frown",
    brow: -1,
    gaze: 0.1,
    ears: 1,
    tail: -1,
    sweat: true,
  };
}

/** Stands very still under the tray and is not happy about it. */
function serve(moment: Moment): Posture {
  const worry = moment.calm ? 0 : Math.sin(moment.time * 3.1);
  return { ...idle(moment), nod: worry * 0.025, mouth: "wavy", brow: -1, gaze: worry, ears: 0.5, sweat: true, arms: 0.5 + worry * 0.08, tail: -0.3 };
}

function running({ phase, time, calm }: Moment): Posture {
  const cycle = fraction(phase);
  const bounce = calm ? 0.5 : Math.abs(Math.sin(cycle * TAU));
  return {
    gait: "run",
    cycle,
    stride: 1,
    lift: 1 + bounce * 4,
    pitch: calm ? 0 : Math.sin(cycle * TAU) * 0.06,
    stretch: calm ? 1 : 1 + Math.cos(cycle * TAU) * 0.035,
    nod: calm ? 0 : -Math.sin(cycle * TAU + 0.6) * 0.07,
    eyes: "open",
    mouth: "smile",
    brow: 0.25,
    gaze: 1,
    ears: 0.35 + bounce * 0.2,
    tail: calm ? 0 : Math.sin(cycle * TAU + 1.2),
    arms: 0.25 + bounce * 0.3,
    sweat: false,
    tremble: 0,
    time: calm ? 0 : time,
  };
}

function moodPosture(moment: Moment): Posture {
  const run = running(moment);
  const { time, calm } = moment;
  const jitter = calm ? 0 : Math.sin(time * 70);
  switch (moment.mood) {
    case "run":
      return run;
    case "slip":
      return { ...run, gait: "brace", lift: -4, pitch: -0.32, nod: -0.2, eyes: "wide", mouth: "gasp", brow: -0.7, gaze: -0.4, ears: 0, arms: 1, tail: 1 };
    case "stop":
      return { ...run, gait: "stand", stride: 0, lift: -2, pitch: -0.06, nod: 0.05, eyes: "closed", mouth: "open", brow: -0.3, ears: 0.6, arms: 0, tail: -0.4, stretch: 0.96 };
    case "slow":
      return { ...run, stride: 0.5, lift: -1, pitch: 0.05, nod: 0.3, mouth: "tongue", brow: -0.8, gaze: 0.2, ears: 0.9, arms: 0, tail: -1, sweat: true };
    case "sprint":
    case "bolt":
      return { ...run, stride: 1.25, lift: run.lift - 3, stretch: 1.1, pitch: run.pitch - 0.04, nod: 0.06, mouth: "grit", brow: 1, ears: 1, arms: 0.1 };
    case "boost":
      return { ...run, stride: 1.2, stretch: 1.06, eyes: "wide", mouth: "grin", brow: 0.4, ears: 0.8 };
    case "wobble": {
      const sway = calm ? 0.12 : Math.sin(time * TAU * 1.6) * 0.24;
      return { ...run, stride: 0.7, pitch: sway, nod: -sway * 1.2, eyes: "dizzy", mouth: "wavy", brow: -0.6, ears: 0.5 - sway, arms: 0.6 + sway };
    }
    case "obstacle":
      return { ...run, gait: "brace", stride: 0, lift: -3, pitch: 0.1, nod: -0.22, stretch: 0.92, eyes: "tight", mouth: "grit", brow: -0.4, ears: 0.8, arms: 0.7, tail: 1 };
    case "trap":
      return { ...run, stride: 0.35, lift: -9 + (calm ? 0 : Math.abs(Math.sin(time * 14)) * 3), pitch: -0.14, nod: -0.1, eyes: "tight", mouth: "grit", brow: 0.6, ears: 0.9, arms: 0.9, sweat: true };
    case "turn":
      return { ...run, stride: 1.1, eyes: "happy", mouth: "tongue", brow: 0, ears: 0.2, arms: 0.7 };
    case "rocket":
      return { ...run, gait: "fly", lift: 17 + (calm ? 0 : Math.sin(time * 31) * 1.5), pitch: -0.12, stretch: 1.08, nod: -0.05, eyes: "wide", mouth: "open", brow: -0.8, ears: 1, arms: 0.05, tail: 0.2 };
    case "ice":
      return { ...run, gait: "stand", stride: 0, lift: 0, pitch: 0, stretch: 1, nod: 0, eyes: "wide", mouth: "wavy", brow: -1, gaze: 0.3, ears: 0, arms: 0.5, tail: 0, tremble: jitter * 0.9 };
    case "charge":
      return { ...run, gait: "brace", stride: 0, lift: -3 + (calm ? 0 : Math.abs(jitter) * 1.2), pitch: -0.1, nod: -0.15, stretch: 0.95, eyes: "fiery", mouth: "grit", brow: 1, ears: 0, arms: 1, tremble: jitter * 0.8 };
    case "transform":
      return { ...run, gait: "fly", lift: 13 + (calm ? 0 : Math.sin(time * 6) * 2), pitch: -0.1, stretch: 1.12, nod: 0, eyes: "fiery", mouth: "grin", brow: 1, ears: 1, arms: 0.15 };
    case "fakeout":
      return { ...run, stride: 1.15, nod: 0.12, eyes: "open", mouth: "wavy", brow: -1, gaze: -0.6, ears: 0.9, arms: 0.1, sweat: true };
    case "out":
      return lose(moment);
    case "finished":
      return { ...run, stride: 0.7, pitch: -0.08, nod: -0.14, eyes: "happy", mouth: "grin", brow: 0, ears: 0, arms: 0.9 };
  }
}

/** The part of a number after the point, 0 to 1, for negative numbers too (running backwards turns the cycle back). */
export function fraction(value: number): number {
  return value - Math.floor(value);
}
