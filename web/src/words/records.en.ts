/** English for what is recorded: complete by the type that Korean sets. */

import type { Board, Period } from "../api.gen.js";
import type { Trouble } from "../model/records.js";
import type { Bounded } from "./moments.js";
import { ordinal, row } from "./numbers.js";
import type { RecordWords } from "./records.ko.js";

const later = "Try again in a moment.";

/** What happened, whether anything was lost, what to do now. */
const troubles: Readonly<Record<Trouble, string>> = {
  unavailable: "Records cannot be read just now. Play goes on, and nothing is lost. " + later,
  unreachable: "The server could not be reached. The records are safe: check your connection and try again.",
  late: "The server takes too long. The records are safe. " + later,
  timeout: "The server did not answer in time. The records are safe. " + later,
  unreadable: "What came could not be read. Reload to get the latest page.",
  internal: "Something went wrong on the server. The records are safe. " + later,
  too_many: "That was too often. Nothing is lost: wait a moment and try again.",
  bad_cursor: "The list has changed meanwhile. Load it from the start.",
  bad_name: "This nickname cannot be used. Use 1 to 20 visible characters. Your nickname is unchanged.",
  no_code: "There is no such code, or its time is over. Nothing changed. Get a new one on the other device.",
  no_profile: "There is no record of such a person. The address is wrong, or they deleted it.",
  no_room: "This room’s record cannot be shown. The code is wrong, or the room has a password.",
  no_race: "There is no such race. Check the address once more.",
  no_token: "This browser was not recognised. Reload the page and try again.",
  not_found: "There is no such record. Check the address once more.",
  malformed: "The request was not right, so nothing was done. Reload the page and try again.",
  method_not_allowed: "The server does not know this request. Reload to get the latest page.",
  unsupported_type: "The server does not know this request. Reload to get the latest page.",
  too_large: "That is too large to send. Nothing changed.",
  refused: "The server did not take the request. Reload the page and try again.",
};

const boards: Readonly<Record<Board, string>> = { paid: "Coffees paid", wins: "Wins", win_rate: "Win rate", races: "Races" };
const periods: Readonly<Record<Period, string>> = { day: "Today", week: "This week", month: "This month", all: "All time" };

const spans: Readonly<Record<Period, string>> = { ...periods, day: "Day", week: "Week", month: "Month" };
const before: Readonly<Record<Bounded, string>> = { day: "The day before", week: "The week before", month: "The month before" };
const after: Readonly<Record<Bounded, string>> = { day: "The day after", week: "The week after", month: "The month after" };

const times = (count: number): string => (count === 1 ? "once" : count === 2 ? "twice" : `${count} times`);

export const recordsEn: RecordWords = {
  troubles,
  loading: "Loading the records…",
  more: "Show more",
  moreCame: (count) => `${count} more loaded.`,
  zone: (zone) => `Dates and times are those of ${zone}.`,

  history: {
    title: "Past races",
    lead: (room) => `Who paid in room ${room}, all of it.`,
    empty: "No race has ended here yet",
    emptyBody: "Once one has, it stays here with whoever bought the coffee. Only its own people see the record of a room with a password.",
    enter: "Go to the room",
    board: "Board of this room",
    undecided: (names) => `${row(names, 2, ", ", (count) => `and ${count} more`)} went to a run-off`,
    runoffs: (count) => (count === 1 ? "1 run-off" : `${count} run-offs`),
    firstHeat: "First heat",
    runoff: (number) => `Run-off ${number}`,
    show: (time) => `Details of the race at ${time}`,
    watch: (time) => `Watch the race at ${time}`,
    notRun: "did not run",
  },

  profile: {
    mine: "My record",
    title: "Record",
    since: (day) => `since ${day}`,
    favourite: (racer) => `Picks the ${racer.toLowerCase()} most`,
    noFavourite: "No favourite racer yet",
    races: "Races",
    wins: "Wins",
    paid: "Coffees paid",
    winRate: "Win rate",
    payRate: "Pay rate",
    rateHelp: (share, races) => `${share} of ${races}`,
    winStreak: (count) => `${count} wins in a row now`,
    bestWinStreak: (count) => `Best run: ${count} wins`,
    paidStreak: (count) => `Paid ${times(count)} in a row now`,
    worstPaidStreak: (count) => `Worst run: paid ${times(count)}`,
    last: "Last races",
    inRoom: (room) => `Room ${room}`,
    noneTitle: "No record yet",
    noneBody: "Finish a first race on this device and your record begins here. If you raced on another device, a code brings it over.",
    noneAction: "Go and race",
    share: "Share my record",
    shareText: (name, paid) => `${name} at the races: bought the coffee ${times(paid)}!`,
    erased: "Your record is deleted. The next race begins a new one.",
  },

  keeping: {
    title: "Keep my record",
    rename: "Nickname",
    renameHint: "The name on boards and in your record. Your name in a room is changed in the room.",
    renamed: "Nickname changed.",
    move: "Move to another device",
    moveHint: "The other device then counts as you, too. No sign-up.",
    offer: "Make a code",
    offered: "Enter this code under “My record” on the other device. It works once.",
    left: (minutes, seconds) => (minutes > 0 ? `${minutes} min ${seconds} s left` : `${seconds} s left`),
    over: "The code’s time is over. Make a new one.",
    again: "Make a new code",
    copyCode: "Copy the code",
    codeCopied: "Code copied.",
    take: "Bring my record here by code",
    takeHint: "Enter a code made on your other device, and this device counts as that person. What it has raced is added.",
    takeLabel: "Code from the other device",
    takeMissing: "Enter the code.",
    taken: (name) => `This device now counts as ${name}.`,
    takeAction: "Bring it here",
    export: "Download my data",
    exportHint: "Everything that is kept of you, as a JSON file.",
    exported: "The file is downloaded.",
    erase: "Delete my data",
    eraseAsk: "Delete it all?",
    eraseBody: "Your record, your places on the boards and your devices are deleted, and cannot be brought back. Races that are over stay, without your name.",
    eraseSure: "Delete everything",
  },

  boards: {
    title: "Leaderboards",
    ofRoom: (room) => `Board of room ${room}`,
    board: "Ranked by",
    period: "Time",
    scope: "Where",
    everywhere: "All rooms",
    onlyRoom: (room) => `Room ${room}`,
    boards,
    periods,
    spans,
    steps: "Other times",
    before,
    after,
    rank: (rank, shared) => (shared ? `joint ${ordinal(rank)}` : ordinal(rank)),
    value: { paid: (n) => n, wins: (n) => n, races: (n) => n },
    facts: (races, wins, paid) => `${races} races · ${wins} won · ${paid} paid`,
    rateHelp: (least) => `Only people with ${least} races or more are listed. Few races may be luck, so a rate counts only as far as it is certain.`,
    own: "My place",
    ownNone: "You are not on this board yet.",
    ownPast: "You are not on this board.",
    ownFew: (least) => `You are not on this board yet: it takes ${least} races.`,
    you: "you",
    empty: "Nobody yet",
    emptyBody: "No race has ended in this time. The first line could be yours.",
    emptyPast: "Nobody is on this board",
    emptyFew: (least) => `Nobody has run ${least} races in this time yet.`,
    emptyAction: "Go and race",
    list: "Places",
    people: (count) => (count === "1" ? "1 person" : `${count} people`),
  },

  stats: {
    title: "Statistics",
    lead: "Every race that was run here, in numbers.",
    races: "Races",
    players: "People",
    rooms: "Rooms",
    since: (day) => `since ${day}`,
    days: "Races a day",
    daysTold: (races, days, best, most) => `${races} in the last ${days} days. Most on ${best}: ${most}.`,
    daysNone: (days) => `No races in the last ${days} days.`,
    day: "Day",
    racesCount: (count) => (count === "1" ? "1 race" : `${count} races`),
    kinds: "How the racers fare",
    kindsTold: "The higher the share, the further along. Looks never influence who wins: that is all luck.",
    measure: "Show",
    measures: { picked: "Popular", wins: "Wins", lasts: "Last places" },
    measured: {
      picked: "Picked by somebody, of the times it stood at the gate.",
      wins: "Came first, of the races it ran.",
      lasts: "Came last, of the races it ran.",
    },
    kind: "Racer",
    linedUp: "At the gate",
    picked: "Ran",
    won: "Won",
    lasts: "Last",
    table: "As a table",
    empty: "Nothing to count yet",
    emptyBody: "The first race that ends begins the pictures.",
  },
};
