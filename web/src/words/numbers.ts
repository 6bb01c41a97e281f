/** Times, ranks and counts as both languages write them; figures only, sentences live in the dictionaries. */

/** A finishing time in milliseconds as seconds with three digits: `31.792 s`. */
export function seconds(ms: number): string {
  return `${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, "0")} s`;
}

/** A running clock in milliseconds as minutes and seconds: `00:17`. */
export function clock(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / 1000));
  return `${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
}

/** Whole seconds left until a moment, never below zero; the last second counts as one until it is over. */
export function secondsLeft(until: number, now: number): number {
  return Math.max(0, Math.ceil((until - now) / 1000));
}

/** 1st, 2nd, 3rd, 4th, 11th, 21st. */
export function ordinal(rank: number): string {
  const tens = rank % 100;
  if (tens >= 11 && tens <= 13) return `${rank}th`;
  const suffix = ["th", "st", "nd", "rd"][rank % 10] ?? "th";
  return `${rank}${suffix}`;
}

/** Names in a row, joined as the language does; beyond `most` the rest is counted by `others`. */
export function row(names: readonly string[], most: number, joiner: string, others: (count: number) => string): string {
  if (names.length <= most) return names.join(joiner);
  return `${names.slice(0, most).join(joiner)} ${others(names.length - most)}`;
}
