/** Days and times of what is recorded, in the time zone of the records and the form of a language; no sentences. */

import type { Period } from "../api.gen.js";

const DAY_MS = 86_400_000;

/** The zone of whoever reads, for when nobody has said which one the records are in. */
export function readersZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The day a moment lies in, as an ISO date. */
export function dayOf(ms: number, zone: string): string {
  // The Swedish form of a date is the ISO one.
  return new Intl.DateTimeFormat("sv", { timeZone: zone, dateStyle: "short" }).format(ms);
}

/** The time of day: 14:32. */
export function timeOf(ms: number, code: string, zone: string): string {
  return new Intl.DateTimeFormat(code, { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(ms);
}

/** A day by its distance from today where that is shorter: today, yesterday, Wed, 25 November. */
export function dayName(day: string, today: string, code: string): string {
  const distance = Math.round((Date.parse(day) - Date.parse(today)) / DAY_MS);
  if (distance === 0 || distance === -1) {
    const near = new Intl.RelativeTimeFormat(code, { numeric: "auto" }).format(distance, "day");
    return near.charAt(0).toLocaleUpperCase(code) + near.slice(1);
  }
  const year = day.slice(0, 4) === today.slice(0, 4) ? {} : ({ year: "numeric" } as const);
  return ofDay(day, code, { ...year, month: "long", day: "numeric", weekday: "short" });
}

/** A day with its year: 25 November 2026. */
export function wholeDay(day: string, code: string): string {
  return ofDay(day, code, { dateStyle: "long" });
}

/** A time with an end. */
export type Bounded = Exclude<Period, "all">;

/** The day, week or month that a day lies in; weeks begin on Monday: 25 November 2026, 23–29 November 2026, November 2026. */
export function periodName(period: Bounded, day: string, code: string): string {
  if (period === "day") return wholeDay(day, code);
  if (period === "month") return ofDay(day, code, { year: "numeric", month: "long" });
  const at = Date.parse(day);
  const monday = at - ((new Date(at).getUTCDay() + 6) % 7) * DAY_MS;
  return new Intl.DateTimeFormat(code, { dateStyle: "long", timeZone: "UTC" }).formatRange(monday, monday + 6 * DAY_MS);
}

/** A day for the axis of a chart: 11/25, 25/11. */
export function shortDay(day: string, code: string): string {
  return ofDay(day, code, { month: "numeric", day: "numeric" });
}

function ofDay(day: string, code: string, form: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(code, { ...form, timeZone: "UTC" }).format(Date.parse(day));
}

/** A count with its groups of three: 12,345. */
export function grouped(count: number, code: string): string {
  return new Intl.NumberFormat(code).format(count);
}

/** A share from 0 to 1 as a whole percentage; what is neither nothing nor all is never shown as that. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  if (share > 0 && rounded === 0) return "<1%";
  if (share < 1 && rounded === 100) return "99%";
  return `${rounded}%`;
}
