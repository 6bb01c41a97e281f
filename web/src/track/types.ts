/**
 * What the track is told and what it asks back; plain data, nothing here draws or computes.
 *
 * Lanes and racers are indexes into the lineup from 0, times are server milliseconds, places are millimetres.
 */

import type { Mood } from "../race/mood.js";
import type { Segment } from "../race/segments.js";

/** All that is known of a race at a moment. */
export interface RaceInput {
  /** The server's clock now. */
  readonly now: number;
  /** The server's clock at the start; a countdown runs before it. */
  readonly startsAt: number;
  readonly lengthMm: number;
  /** Kinds by lane. */
  readonly lineup: readonly string[];
  /** Per lane, whether anybody picked it; the others stay in the gate. */
  readonly picked: readonly boolean[];
  /** Per lane, the segments released so far, oldest first. */
  readonly segments: readonly (readonly Segment[])[];
  /** Per lane, the names of those who picked it. */
  readonly names: readonly (readonly string[])[];
  /** The lane of my racer; null for spectators. */
  readonly mine: number | null;
  /** The rank that pays, from 1 among picked racers; null when it is not known. It chooses the moment of slow motion. */
  readonly payingRank: number | null;
  /** The result as groups of equal rank, best first, once it is known. */
  readonly order: readonly (readonly number[])[] | null;
}

/** Every text on the track, from the caller's dictionary. */
export interface TrackWords {
  /** What to call out when a racer begins a mood; null for silence. */
  mood(mood: Mood): string | null;
  /** A rank from 1: "1st". */
  rank(rank: number): string;
  /** A distance in whole metres: "50 m". */
  metres(metres: number): string;
  /** What stands on the finish banner. */
  readonly finish: string;
  /** What the gate's lamps say at the start: "Go!". */
  readonly go: string;
}

/** The room there is to draw in, in CSS pixels. */
export interface Stage {
  readonly width: number;
  readonly height: number;
  /** True under prefers-reduced-motion: no shake, flash, zoom or slow motion. */
  readonly calm: boolean;
}
