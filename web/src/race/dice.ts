/**
 * The dice: HMAC-SHA256 in counter mode over a race's seed, word for word those of `paddock.domain.dice`.
 * Nothing here asks the browser for randomness, and nothing needs `crypto.subtle`, which plain-http pages on a LAN do not have.
 */

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes } from "@noble/hashes/utils.js";

import { encode } from "./encoding.js";

export const DOMAIN = "paddock/dice/1";
export const SEED_BYTES = 32;
const WORDS = 2 ** 32;

/** The SHA-256 of a seed in hexadecimal, as shown to everybody before the first pick. */
export function commitment(seed: Uint8Array): string {
  return bytesToHex(sha256(seed));
}

/** All streams of one throw: a seed, a race and the canonical encoding of what the throw depends on. */
export class Dice {
  readonly #seed: Uint8Array;
  readonly #race: string;
  readonly #inputs: Uint8Array;

  constructor(seed: Uint8Array, race: string, inputs: Uint8Array) {
    if (seed.length !== SEED_BYTES) throw new RangeError(`a seed has ${SEED_BYTES} bytes, not ${seed.length}`);
    this.#seed = seed;
    this.#race = race;
    this.#inputs = sha256(inputs);
  }

  /** The stream of one purpose, for example `pace:3`, at its beginning. */
  stream(label: string): Stream {
    return new Stream(this.#seed, encode([DOMAIN, label, this.#race, this.#inputs]));
  }
}

/** An endless row of unbiased integers; equal streams give equal rows. */
export class Stream {
  readonly #key: Uint8Array;
  readonly #message: Uint8Array;
  #counter = 0;
  #left: number[] = [];

  constructor(key: Uint8Array, message: Uint8Array) {
    this.#key = key;
    this.#message = message;
  }

  /** An integer from 0 to `bound - 1`, each equally likely; `bound` is from 1 to 2^32. */
  below(bound: number): number {
    const limit = WORDS - (WORDS % bound);
    for (;;) {
      const word = this.#left.pop();
      if (word === undefined) this.#refill();
      else if (word < limit) return word % bound;
    }
  }

  /** An integer from `low` to `high`, both included, each equally likely. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** What `count` calls of `between` would give. */
  many(count: number, low: number, high: number): number[] {
    return Array.from({ length: count }, () => this.between(low, high));
  }

  /** The items in random order, each order equally likely (Fisher-Yates, from the end). */
  shuffled<T>(items: readonly T[]): T[] {
    const order = [...items];
    for (let last = order.length - 1; last > 0; last -= 1) {
      const other = this.below(last + 1);
      [order[last], order[other]] = [order[other] as T, order[last] as T];
    }
    return order;
  }

  #refill(): void {
    const counter = new Uint8Array(8);
    new DataView(counter.buffer).setBigUint64(0, BigInt(this.#counter));
    const block = hmac(sha256, this.#key, concatBytes(this.#message, counter));
    const view = new DataView(block.buffer, block.byteOffset, block.length);
    this.#counter += 1;
    for (let at = 28; at >= 0; at -= 4) this.#left.push(view.getUint32(at));
  }
}
