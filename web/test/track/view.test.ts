// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Mood } from "../../src/race/mood.js";
import { MOODS } from "../../src/art/posture.js";
import { TrackView } from "../../src/track/view.js";
import type { RaceInput } from "../../src/track/types.js";
import { recorder, type Recorder } from "../art/recorder.js";
import { WORDS, raceAt, way } from "./race.js";

let sheets: Recorder[] = [];
let frames: FrameRequestCallback[] = [];

beforeEach(() => {
  [sheets, frames] = [[], []];
  const contexts = new WeakMap<HTMLCanvasElement, Recorder>();
  vi.stubGlobal("requestAnimationFrame", (callback: FrameRequestCallback) => frames.push(callback));
  vi.stubGlobal("cancelAnimationFrame", () => (frames = []));
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockImplementation(function (this: HTMLCanvasElement) {
    const known = contexts.get(this) ?? recorder();
    if (!contexts.has(this)) sheets.push(known);
    contexts.set(this, known);
    return known.ctx;
  } as never);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function canvas(width: number, height: number): HTMLCanvasElement {
  const made = document.createElement("canvas");
  Object.defineProperty(made, "clientWidth", { value: width, configurable: true });
  Object.defineProperty(made, "clientHeight", { value: height, configurable: true });
  return made;
}

/** Everything ever written on any sheet. */
function written(): Set<string> {
  const found = sheets.flatMap(({ calls }) => calls.map((call) => /^fillText\((.*),-?[\d.]+,-?[\d.]+\)$/.exec(call)?.[1]));
  return new Set(found.filter((text) => text !== undefined));
}

/** Lane 1 is in `mood` from second 2 on. */
function inMood(mood: Mood, now: number): RaceInput {
  const speed = mood === "turn" ? -20_000 : 20_000;
  return raceAt(now, { segments: [way([0, 0, 25_000, "run"]), way([0, 0, 25_000, "run"], [2000, 50_000, speed, mood]), []] });
}

describe("a race on a canvas", () => {
  it.each(["day", "night"] as const)("is painted with numbers only, in every mood, by %s", (theme) => {
    const view = new TrackView(canvas(360, 460), { theme, calm: false, words: WORDS });
    for (const mood of MOODS) for (const now of [-2500, 200, 2100, 2600, 3600]) view.show(inMood(mood, now));
    for (const now of [19_500, 20_500, 22_000]) view.show(raceAt(now));
    expect(sheets.flatMap(({ broken }) => broken)).toEqual([]);
    expect(sheets.every(({ depth }) => depth() === 0)).toBe(true);
  });

  it("writes only the words it was given, names and numbers", () => {
    const view = new TrackView(canvas(860, 620), { theme: "day", calm: false, words: WORDS });
    for (let now = -3900; now < 23_000; now += 450) view.show(raceAt(now));
    const given = /^(\d+|#\d|\d+m|finish|go|slip|Mina|Joon, Bo)$/;
    expect([...written()].filter((text) => !given.test(text))).toEqual([]);
    for (const text of ["3", "2", "1", "go", "#1", "#2", "slip", "finish", "Mina", "Joon, Bo", "450m"]) expect(written()).toContain(text);
  });

  it("draws at most two device pixels per CSS pixel and follows a new size", () => {
    vi.stubGlobal("devicePixelRatio", 3);
    const screen = canvas(360, 400);
    const view = new TrackView(screen, { theme: "day", calm: false, words: WORDS });
    view.show(raceAt(1000));
    expect([screen.width, screen.height]).toEqual([720, 800]);
    Object.defineProperty(screen, "clientWidth", { value: 500 });
    view.show(raceAt(1016));
    expect([screen.width, screen.height]).toEqual([1000, 800]);
  });

  it("sets the word of the start smaller on a phone instead of cutting it, and anew for a new size", () => {
    const screen = canvas(360, 460);
    const view = new TrackView(screen, { theme: "day", calm: false, words: { ...WORDS, go: "a word of thirty letters, or so" } });
    const sizes = (): string[] =>
      sheets.flatMap(({ calls }) => {
        const at = calls.findIndex((call) => call.startsWith("fillText(a word of thirty letters, or so,"));
        return at === -1 ? [] : calls.slice(0, at).filter((call) => call.startsWith("font=")).slice(-1).map((call) => /(\d+)px/.exec(call)?.[1] ?? "");
      });
    view.show(raceAt(100));
    Object.defineProperty(screen, "clientWidth", { value: 860 });
    view.show(raceAt(116));
    expect(sizes()).toEqual([String(Math.floor((108 * 152) / 310)), "150"]);
  });

  it("draws sprites once: a second lap through the same moments makes none", () => {
    const view = new TrackView(canvas(360, 460), { theme: "day", calm: false, words: WORDS });
    const lap = (): void => {
      for (let now = 0; now < 23_000; now += 50) view.show(raceAt(now));
    };
    lap();
    lap();
    const known = sheets.length;
    lap();
    expect(sheets.length).toBe(known);
  });

  it("follows frame by frame until it is stopped", () => {
    const view = new TrackView(canvas(360, 460), { theme: "day", calm: true, words: WORDS });
    const seen: number[] = [];
    let now = 1000;
    view.follow(() => raceAt(now), ({ time }) => seen.push(time));
    for (now of [1000, 1016, 1032]) frames.splice(0).forEach((frame) => frame(0));
    expect(seen).toEqual([1000, 1016, 1032]);
    view.stop();
    expect(frames).toEqual([]);
  });

  it("paints nothing on a canvas without a size, and does not fail", () => {
    const view = new TrackView(canvas(0, 0), { theme: "day", calm: false, words: WORDS });
    expect(view.show(raceAt(1000)).runners.length).toBe(3);
  });
});
