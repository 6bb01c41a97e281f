/** The public record of a finished race, read strictly: it may come from anywhere. */

import type { Card, Rule } from "../wire.gen.js";
import { type Book, readBook } from "./book.js";
import { Malformed, integer, list, only, record, text } from "./reading.js";

/** One finished race as everybody may see it; `names` are for display only, `rule` is the one of the round. */
export interface RaceRecord {
  readonly schema: 1;
  readonly room: string;
  readonly rule: Rule;
  readonly card: Card;
  readonly book: Book;
  readonly seed: string;
  readonly commitment: string;
  readonly starts_at: number;
  readonly finish: readonly (number | null)[];
  readonly order: readonly (readonly number[])[];
  readonly payers: readonly string[];
  readonly names: Readonly<Record<string, string>>;
}

const HEX = /^[0-9a-f]{64}$/;
const WORD = /^[\s\S]{1,64}$/;
const NAME = /^[\s\S]{0,400}$/;
const MOST = 1000;

/** The record in a value from JSON; throws `Malformed` saying what is wrong. */
export function readRecord(value: unknown): RaceRecord {
  const raw = record(value, "record");
  only(raw, ["schema", "room", "rule", "card", "book", "seed", "commitment", "starts_at", "finish", "order", "payers", "names"], "record");
  if (raw["schema"] !== 1) throw new Malformed("record: this page reads schema 1");
  return {
    schema: 1,
    room: text(raw["room"], WORD, "room"),
    rule: rule(raw["rule"]),
    card: readCard(raw["card"]),
    book: readBook(raw["book"]),
    seed: text(raw["seed"], HEX, "seed"),
    commitment: text(raw["commitment"], HEX, "commitment"),
    starts_at: integer(raw["starts_at"], 0, Number.MAX_SAFE_INTEGER, "starts_at"),
    finish: list(raw["finish"], 0, MOST, "finish").map((ms) => (ms === null ? null : number(ms, "finish"))),
    order: list(raw["order"], 0, MOST, "order").map((group) => list(group, 0, MOST, "order").map((lane) => number(lane, "order"))),
    payers: list(raw["payers"], 0, MOST, "payers").map((player) => text(player, WORD, "payers")),
    names: Object.fromEntries(Object.entries(record(raw["names"], "names")).map(([player, name]) => [player, text(name, NAME, "names")])),
  };
}

function readCard(value: unknown): Card {
  const raw = record(value, "card");
  only(raw, ["race", "track", "lineup", "picks", "draw", "runoff"], "card");
  const draw = record(raw["draw"], "draw");
  only(draw, ["rule", "votes", "distinct", "rank"], "draw");
  return {
    race: text(raw["race"], WORD, "race"),
    track: number(raw["track"], "track"),
    lineup: list(raw["lineup"], 0, MOST, "lineup").map((kind) => text(kind, WORD, "lineup")),
    picks: list(raw["picks"], 0, MOST, "picks").map((pick): [string, number] => {
      const [player, racer] = list(pick, 2, 2, "picks");
      return [text(player, WORD, "picks"), number(racer, "picks")];
    }),
    draw: {
      rule: rule(draw["rule"]),
      votes: list(draw["votes"], 0, MOST, "votes").map((count) => number(count, "votes")),
      distinct: number(draw["distinct"], "distinct"),
      rank: number(draw["rank"], "rank"),
    },
    runoff: number(raw["runoff"], "runoff"),
  };
}

function number(value: unknown, what: string): number {
  return integer(value, -1_000_000_000, 1_000_000_000, what);
}

function rule(value: unknown): Rule {
  if (value !== "last" && value !== "first" && value !== "vote") throw new Malformed("rule: not a rule");
  return value;
}
