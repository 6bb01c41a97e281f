/** A context that draws nothing and remembers everything: what was called, with which numbers, in which order. */

import type { Context } from "../../src/art/pen.js";

export interface Recorder {
  readonly ctx: Context;
  readonly calls: string[];
  /** Numbers that were not numbers. */
  readonly broken: string[];
  /** Saves minus restores. */
  depth(): number;
}

export function recorder(): Recorder {
  const calls: string[] = [];
  const broken: string[] = [];
  let depth = 0;
  const note = (name: string, values: readonly unknown[]): void => {
    calls.push(`${name}(${values.map((value) => (typeof value === "number" ? value.toFixed(3) : String(value))).join(",")})`);
    for (const value of values) if (typeof value === "number" && !Number.isFinite(value)) broken.push(`${name}: ${value}`);
  };
  const handler: ProxyHandler<Record<string, unknown>> = {
    get(_target, name) {
      return (...values: unknown[]): unknown => {
        if (name === "save") depth++;
        if (name === "restore") depth--;
        note(String(name), values);
        return name === "measureText" ? { width: 10 * String(values[0]).length } : undefined;
      };
    },
    set(_target, name, value) {
      note(`${String(name)}=`, [value]);
      return true;
    },
  };
  return { ctx: new Proxy({}, handler) as unknown as Context, calls, broken, depth: () => depth };
}
