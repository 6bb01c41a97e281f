// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PaddockPodium } from "../../src/art/podium-element.js";
import { PaddockRacer } from "../../src/art/racer-element.js";
import { ticker } from "../../src/art/ticker.js";
import { PaddockWheel } from "../../src/art/wheel-element.js";
import { recorder } from "./recorder.js";

let wantsCalm = false;
let frames: FrameRequestCallback[] = [];
let drawn: string[] = [];

beforeEach(() => {
  [wantsCalm, frames, drawn] = [false, [], []];
  vi.stubGlobal("requestAnimationFrame", (callback: FrameRequestCallback) => frames.push(callback));
  vi.stubGlobal("IntersectionObserver", undefined);
  vi.stubGlobal("matchMedia", () => ({ matches: wantsCalm }));
  vi.spyOn(HTMLCanvasElement.prototype, "clientWidth", "get").mockReturnValue(240);
  vi.spyOn(HTMLCanvasElement.prototype, "clientHeight", "get").mockReturnValue(240);
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockImplementation((() => {
    const { ctx, calls } = recorder();
    drawn = calls;
    return ctx;
  }) as never);
});

afterEach(() => {
  document.body.replaceChildren();
  frame(0);
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Lets the page paint one frame at a time in ms. */
function frame(now: number): void {
  const due = frames;
  frames = [];
  for (const callback of due) callback(now);
}

async function placed<T extends PaddockRacer | PaddockPodium | PaddockWheel>(element: T): Promise<T> {
  document.body.append(element);
  await element.updateComplete;
  return element;
}

describe("<paddock-racer>", () => {
  it("draws the number it is given and shares one clock with the others", async () => {
    const racer = new PaddockRacer();
    Object.assign(racer, { kind: "fox", number: 5 });
    await placed(racer);
    await placed(new PaddockRacer());
    expect(ticker.size).toBe(2);
    frame(1000);
    expect(frames.length).toBe(1);
    racer.pose = "win";
    await racer.updateComplete;
    expect(drawn.some((call) => call.startsWith("fillText(5"))).toBe(true);
  });

  it("leaves the clock when it leaves the page", async () => {
    const racer = await placed(new PaddockRacer());
    racer.remove();
    expect(ticker.size).toBe(0);
    frame(1000);
    expect(frames.length).toBe(0);
  });

  it("stands still for those who want it calm, in long lists and as a portrait", async () => {
    wantsCalm = true;
    await placed(new PaddockRacer());
    wantsCalm = false;
    await placed(Object.assign(new PaddockRacer(), { still: true }));
    await placed(Object.assign(new PaddockRacer(), { portrait: true }));
    expect(ticker.size).toBe(0);
    expect(drawn.length).toBeGreaterThan(100);
  });

  it("is decoration without a label and an image with one", async () => {
    const racer = await placed(new PaddockRacer());
    expect(racer.renderRoot.querySelector("canvas")?.getAttribute("aria-hidden")).toBe("true");
    racer.label = "Tiger, number 5";
    await racer.updateComplete;
    const canvas = racer.renderRoot.querySelector("canvas");
    expect([canvas?.getAttribute("role"), canvas?.getAttribute("aria-label"), canvas?.hasAttribute("aria-hidden")]).toEqual(["img", "Tiger, number 5", false]);
  });
});

describe("<paddock-podium>", () => {
  it("shows everybody once, the payer too", async () => {
    const kinds = ["horse", "duck", "fox", "snail"];
    const places = kinds.map((kind, i) => ({ kind, number: i + 1, rank: i + 1, pays: i === 3 }));
    await placed(Object.assign(new PaddockPodium(), { places }));
    // Four numbers on cloths and three on the steps.
    expect(drawn.filter((call) => call.startsWith("fillText")).length).toBe(7);
  });
});

describe("<paddock-wheel>", () => {
  const slices = [{ label: "1st", weight: 1 }, { label: "last", weight: 3 }];

  it("says once that it rests, after the time it turns", async () => {
    const now = vi.spyOn(performance, "now").mockReturnValue(10_000);
    let rests = 0;
    const wheel = Object.assign(new PaddockWheel(), { slices, target: 1, spin: 5_500 });
    wheel.addEventListener("wheel-rest", () => rests++);
    await placed(wheel);
    now.mockReturnValue(15_400);
    frame(15_400);
    expect(rests).toBe(0);
    now.mockReturnValue(15_600);
    frame(15_600);
    frame(15_700);
    expect(rests).toBe(1);
  });

  it("shows the result at once when calm", async () => {
    wantsCalm = true;
    let rests = 0;
    const wheel = Object.assign(new PaddockWheel(), { slices, target: 0, spin: 5_500 });
    wheel.addEventListener("wheel-rest", () => rests++);
    await placed(wheel);
    expect(rests).toBe(1);
    expect(ticker.size).toBe(0);
  });

  it("stands still while there is no result", async () => {
    await placed(Object.assign(new PaddockWheel(), { slices }));
    expect(ticker.size).toBe(0);
  });
});
