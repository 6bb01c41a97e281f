/**
 * The canonical encoding: the same bytes as `paddock.domain.encoding`; it never decodes.
 * Bencode without dictionaries: `i42e`, `5:tiger` (length in UTF-8 bytes), `l...e`. A record is the list of its fields.
 */

export type Value = number | string | Uint8Array | readonly Value[];

const utf8 = new TextEncoder();

/** The canonical bytes of nested integers, texts, byte strings and lists; throws `RangeError` for a number that is no integer. */
export function encode(value: Value): Uint8Array {
  const parts: Uint8Array[] = [];
  collect(value, parts);
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function collect(value: Value, parts: Uint8Array[]): void {
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new RangeError(`no canonical encoding for ${value}`);
    parts.push(utf8.encode(`i${value}e`));
  } else if (typeof value === "string" || value instanceof Uint8Array) {
    const bytes = typeof value === "string" ? utf8.encode(value) : value;
    parts.push(utf8.encode(`${bytes.length}:`), bytes);
  } else {
    parts.push(utf8.encode("l"));
    for (const item of value) collect(item, parts);
    parts.push(utf8.encode("e"));
  }
}
