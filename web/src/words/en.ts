/** English: complete by the type that Korean sets. */

import type { ClosedReason, Listing, Rule } from "../wire.gen.js";
import type { Words } from "./ko.js";
import { ordinal, row } from "./numbers.js";
import { placesEn } from "./places.en.js";
import { racersEn } from "./racers.js";
import { refusals } from "./refusals.en.js";
import { roundEn } from "./round.en.js";

const rules: Readonly<Record<Rule, string>> = { last: "Last one pays", first: "First one pays", vote: "Vote on it" };
const listings: Readonly<Record<Listing, string>> = { public: "Anyone", unlisted: "By link only" };
const phases: Readonly<Record<string, string>> = {
  gathering: "picking",
  drawing: "drawing",
  countdown: "about to start",
  runoff: "run-off next",
  racing: "racing",
  podium: "results",
};
const closedReasons: Readonly<Record<ClosedReason, string>> = {
  expired: "Nobody used it for a while, so the room was closed.",
  empty: "Nobody was left, so the room was closed.",
};

export const en: Words = {
  code: "en",
  brand: {
    name: "PADDOCK",
    tagline: "A half-minute race decides who buys the coffee",
    how: ["Secretly pick a racer", "Watch the race together", "One of you buys the coffee"],
    title: (place) => (place === "" ? "Paddock · whose coffee is it?" : `${place} · Paddock`),
  },
  common: {
    close: "Close",
    cancel: "Cancel",
    save: "Save",
    retry: "Try again",
    home: "Home",
    copied: "Link copied.",
    copyFailed: "Could not copy. Press and hold the address to copy it.",
    working: "One moment…",
    you: "you",
    people: (count) => (count === 1 ? "1 person" : `${count} people`),
    skip: "Skip to content",
    join: (names) => row(names, 3, ", ", (count) => `and ${count} more`),
    offline: "The server could not be reached, so nothing changed. Press again once you are connected.",
    saved: "Changed.",
    notLoaded: "This could not be loaded. Nothing is lost: reload the page, or press again.",
    messages: "Messages",
  },
  tools: {
    language: "Language",
    korean: "한국어",
    english: "English",
    toNight: "Switch to night",
    toDay: "Switch to day",
  },
  rules,
  rank: ordinal,
  listings,
  phases,
  racer: (kind) => racersEn[kind]?.name ?? kind,
  temper: (kind) => racersEn[kind]?.temper ?? "",
  roomTitle: (title, host) => (title !== "" ? title : host !== "" ? `${host}’s room` : "Room without a name"),
  ...placesEn,
  ...roundEn,
  refusals,
  link: {
    lost: "Connection lost. Reconnecting…",
    degraded: "This server only; results are being kept",
    overlayTitle: "Reconnecting",
    overlayBody: "Your seat and your pick are safe on the server.",
    nextTry: (left) => (left > 0 ? `Next try in ${left} s` : "Trying now…"),
    now: "Try now",
  },
  terminal: {
    moved: { title: "Open in another tab", body: "Your seat is fine: another tab or device is using it now.", action: "Use it here" },
    kicked: { title: "You were sent out for this round", body: "The host sent you out. You can come back when the next round opens.", action: "Try to come back" },
    blocked: { title: "You cannot enter this room", body: "The host has shut you out. Past results are kept, and other rooms are open to you.", action: "Home" },
    away: { title: "You were away for long", body: "Your seat was held for a while and then given up. Past results are kept.", action: "Sit down again" },
    closed: {
      title: "This room is closed",
      body: (reason) => `${reason === null ? "" : `${closedReasons[reason]} `}Past results are kept.`,
      founder: "You made this room, so you can open it again under the same code.",
      action: "Open it again",
    },
    gone: { title: "There is no such room", body: "The code is wrong or the room is gone. Check the code once more.", action: "Home" },
    unsupported: {
      title: "This browser cannot show the race",
      body: "Drawing the race needs a newer browser: a current Chrome, Safari, Firefox or Samsung Internet.",
      action: "Reload anyway",
    },
  },
  particle: () => "",
  attach: (word) => word,
};
