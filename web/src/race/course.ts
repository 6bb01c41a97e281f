/** One racer's way from the gate to the line: a fate becomes segments, by the rules of `paddock.domain.course`; it throws no dice. */

import type { Fate, Stretch } from "./fate.js";
import type { Mood } from "./mood.js";
import { arrival, moved, type Segment } from "./segments.js";

/** A comeback that begins at `t` ms, whatever the racer is doing then. */
export interface Turning {
  readonly t: number;
  readonly stretches: readonly Stretch[];
}

/** Where the line is (mm), how long a slot of the clock is, and when the race is ended (ms). */
export interface Course {
  readonly line: number;
  readonly slotMs: number;
  readonly limitMs: number;
}

/** A racer's segments; the last one stands still, `finished` past the line or `out` at the time limit. */
export function travel(fate: Fate, course: Course, turning?: Turning): Segment[] {
  const way: Segment[] = [];
  let t = 0;
  let mm = 0;
  let waiting = [...fate.triggers];
  let doing: readonly Stretch[] = [];
  let until = 0;
  let comeback = turning;
  let immune = false;
  for (;;) {
    if (comeback !== undefined && t === comeback.t && t < course.limitMs) {
      doing = comeback.stretches;
      until = t + (doing[0] as Stretch).ms;
      comeback = undefined;
      immune = true;
    } else if (t === course.limitMs) {
      way.push({ t, mm, speed: 0, mood: "out" });
      return way;
    } else if (doing.length > 0 && t === until) {
      doing = doing.slice(1);
      if (doing[0] !== undefined) until = t + doing[0].ms;
      else if (immune) {
        immune = false;
        waiting = waiting.filter((trigger) => trigger.mm > mm);
      }
    }
    const stretch = doing[0];
    const slot = Math.floor(t / course.slotMs);
    const speed = stretch?.speed ?? fate.speed(slot);
    const mood: Mood = stretch?.mood ?? "run";
    const end = Math.min(stretch === undefined ? (slot + 1) * course.slotMs : until, comeback?.t ?? course.limitMs);
    const goal = immune ? course.line : (waiting[0]?.mm ?? course.line);
    if (speed < 0) {
      // A racer that would back out of the gate stands still at the last millisecond before that.
      const ms = Math.min(end - t, Math.floor((mm * 1000 + 999) / -speed));
      if (ms > 0) way.push({ t, mm, speed, mood });
      t += ms;
      mm += moved(speed, ms);
      if (t < end) way.push({ t, mm, speed: 0, mood });
      t = end;
      continue;
    }
    way.push({ t, mm, speed, mood });
    if (mm + moved(speed, end - t) < goal) {
      mm += moved(speed, end - t);
      t = end;
      continue;
    }
    const ms = arrival(speed, goal - mm);
    t += ms;
    mm += moved(speed, ms);
    if (mm >= course.line) {
      way.push({ t, mm, speed: 0, mood: "finished" });
      return way;
    }
    doing = waiting[0]?.stretches ?? [];
    until = t + (doing[0] as Stretch).ms;
    waiting = waiting.filter((trigger) => trigger.mm > mm);
  }
}
