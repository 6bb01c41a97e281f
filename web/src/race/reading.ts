/** Reads values out of JSON that somebody else wrote, strictly: no coercion, no unknown fields, everything bounded. */

/** What was read is not what it should be; the message says what is wrong. */
export class Malformed extends Error {
  override readonly name = "Malformed";
}

/** An object with text keys. */
export function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Malformed(`${what}: not an object`);
  return value as Readonly<Record<string, unknown>>;
}

/** Throws unless the object has exactly these fields. */
export function only(raw: Readonly<Record<string, unknown>>, fields: readonly string[], what: string): void {
  for (const field of fields) if (!Object.hasOwn(raw, field)) throw new Malformed(`${what}: ${field} is missing`);
  for (const field of Object.keys(raw)) if (!fields.includes(field)) throw new Malformed(`${what}: ${field} is unknown`);
}

/** An array of `least` to `most` items. */
export function list(value: unknown, least: number, most: number, what: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length < least || value.length > most) throw new Malformed(`${what}: not a list of ${least} to ${most}`);
  return value as readonly unknown[];
}

/** An integer from `least` to `most`. */
export function integer(value: unknown, least: number, most: number, what: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least || value > most) throw new Malformed(`${what}: not an integer from ${least} to ${most}`);
  return value;
}

/** A text of the pattern. */
export function text(value: unknown, pattern: RegExp, what: string): string {
  if (typeof value !== "string" || !pattern.test(value)) throw new Malformed(`${what}: not a text of the right form`);
  return value;
}
