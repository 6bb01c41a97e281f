/**
 * A page for those who draw: every kind in every pose and mood. Not linked from the product and never built into it.
 *
 * Parameters: `theme=day|night`, `show=kinds|sizes|moods|race|parts|<kind>`, `calm`; for the race `at` (ms, stands still),
 * `salt`, `lanes`, `mine`.
 */

import { MOODS, type Pose } from "./art/posture.js";
import { drawPortrait, drawRacer, type RacerLook } from "./art/racer.js";
import { KINDS, isKind, type Kind } from "./art/stable.js";

import { html, render } from "lit";
import { wordMark } from "./art/logo.js";
import "./art/podium-element.js";
import "./art/racer-element.js";
import "./art/wheel-element.js";
import { DEMO_WORDS, demo } from "./gallery-race.js";
import { TrackView } from "./track/view.js";

const wish = new URLSearchParams(location.search);
const calm = wish.has("calm");
document.documentElement.dataset["theme"] = wish.get("theme") === "night" ? "night" : "day";

function section(title: string): HTMLElement {
  const root = document.createElement("section");
  const head = document.createElement("h2");
  head.textContent = title;
  const grid = document.createElement("div");
  grid.className = "grid";
  root.append(head, grid);
  document.body.append(root);
  return grid;
}

function sheet(width: number, height: number, caption: string, into: HTMLElement): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  const ratio = 2;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const figure = document.createElement("figure");
  const text = document.createElement("figcaption");
  text.textContent = caption;
  figure.append(canvas, text);
  into.append(figure);
  const ctx = canvas.getContext("2d") as CanvasRenderingContext2D;
  ctx.scale(ratio, ratio);
  return ctx;
}

function picture(kind: Kind, look: RacerLook, size: number, caption: string, into: HTMLElement): void {
  const ctx = sheet(size * 1.5, size * 1.35, caption, into);
  ctx.fillStyle = "#3d7846";
  ctx.fillRect(0, 0, size * 1.5, size * 1.35);
  ctx.translate(size * 0.75, size * 1.28);
  drawRacer(ctx, kind, { ...look, scale: size / 100, calm });
}

function everyPose(kind: Kind, size: number): void {
  const grid = section(kind);
  for (const pose of ["idle", "win", "lose", "serve"] as Pose[]) picture(kind, { pose, time: 0.2, number: 3 }, size, pose, grid);
  for (let i = 0; i < 6; i++) picture(kind, { pose: "run", phase: i / 6, number: 3 }, size, `run ${i}/6`, grid);
  for (const mood of MOODS.slice(1)) picture(kind, { pose: "run", mood, phase: 0.15, time: 0.4, number: 3 }, size, mood, grid);
}

function race(): void {
  document.body.style.padding = "0";
  const canvas = document.createElement("canvas");
  canvas.style.cssText = `display:block;width:100vw;height:${wish.get("h") ?? "62"}vh`;
  document.body.append(canvas);
  const lineup = (wish.get("kinds") ?? "tiger,rabbit,turtle,snail,duck,horse").split(",").slice(0, Number(wish.get("lanes") ?? 6));
  const { input, race } = demo(lineup, Number(wish.get("salt") ?? 1));
  const mine = wish.get("mine") === "none" ? null : Number(wish.get("mine") ?? 1);
  const theme = wish.get("theme") === "night" ? "night" : "day";
  const view = new TrackView(canvas, { theme, calm, words: DEMO_WORDS });
  const at = wish.get("at");
  if (at !== null) {
    view.show(input(Number(at), mine));
    return;
  }
  const opened = performance.now();
  const whole = race.end + 8000;
  // How long each frame's script took, for whoever measures: `window.__paint`.
  const costs: number[] = [];
  let began = 0;
  Object.assign(window, { __paint: costs });
  view.follow(
    () => {
      const now = input(((performance.now() - opened) % whole) - 4000, mine);
      began = performance.now();
      return now;
    },
    () => costs.push(performance.now() - began),
  );
}

function parts(): void {
  const places = [
    { kind: "horse", number: 6, rank: 1, pays: false },
    { kind: "duck", number: 5, rank: 2, pays: false },
    { kind: "fox", number: 1, rank: 3, pays: false },
    { kind: "bear", number: 3, rank: 4, pays: false },
    { kind: wish.get("payer") ?? "snail", number: 4, rank: 5, pays: true },
  ];
  const slices = [
    { label: "1st", weight: 2 },
    { label: "2nd", weight: 0 },
    { label: "3rd", weight: 1 },
    { label: "4th", weight: 3 },
    { label: "last", weight: 5 },
  ];
  const page = html`
    <div style="max-width:260px">${wordMark("Paddock")}</div>
    <paddock-podium .places=${places} label="podium"></paddock-podium>
    <paddock-wheel .slices=${slices} .target=${4} .spin=${5_500} .elapsed=${Number(wish.get("elapsed") ?? 0)}></paddock-wheel>
    <div>${KINDS.map((kind, i) => html`<paddock-racer kind=${kind} number=${i + 1} pose=${i % 5 === 0 ? "win" : "idle"}></paddock-racer>`)}</div>
    <div>${KINDS.map((kind) => html`<paddock-racer kind=${kind} portrait></paddock-racer>`)}</div>
  `;
  const root = document.createElement("main");
  document.body.append(root);
  render(page, root);
}

function menu(): void {
  const root = document.createElement("nav");
  root.className = "grid";
  for (const what of ["kinds", "sizes", "moods", "parts", "race", ...KINDS]) {
    const link = document.createElement("a");
    link.href = `?show=${what}&theme=${wish.get("theme") ?? "day"}`;
    link.textContent = what;
    root.append(link);
  }
  document.body.append(root);
}

const show = wish.get("show") ?? "kinds";
if (show !== "race") menu();
if (show === "race") {
  race();
} else if (show === "parts") {
  parts();
} else if (isKind(show)) {
  everyPose(show, Number(wish.get("size") ?? 90));
} else if (show === "sizes") {
  for (const size of [32, 48, 72]) {
    const grid = section(`${size} px`);
    KINDS.forEach((kind, i) => picture(kind, { pose: "run", phase: 0.2, number: i + 1 }, size, kind, grid));
  }
  const grid = section("portraits");
  for (const radius of [10, 14, 22]) {
    for (const kind of KINDS) {
      const ctx = sheet(radius * 2, radius * 2, "", grid);
      ctx.translate(radius, radius);
      drawPortrait(ctx, kind, radius, { pose: "idle", time: 0.2 });
    }
  }
} else if (show === "moods") {
  for (const kind of KINDS) everyPose(kind, 60);
} else {
  const size = Number(wish.get("size") ?? 150);
  const grid = section("kinds");
  for (const kind of KINDS) picture(kind, { pose: (wish.get("pose") ?? "idle") as Pose, phase: 0.2, time: 0.2, number: 3 }, size, kind, grid);
}
