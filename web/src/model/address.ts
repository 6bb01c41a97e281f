/** What the address bar says: paths to pages and back, and room codes as people type them. Pure text, no browser. */
import { CODE_ALPHABET } from "../wire.gen.js";

/** A page by its address. */
export type Address =
  | { readonly to: "home" }
  | { readonly to: "room"; readonly room: string }
  | { readonly to: "replay"; readonly race: string }
  | { readonly to: "nowhere" };

const CODE = new RegExp(`^[${CODE_ALPHABET}]{5}$`);
const RACE = /^[a-z0-9]{16}$/;

/** The code in what somebody typed or pasted, an invitation's link included; null when there is none. */
export function codeIn(text: string): string | null {
  const pasted = /\/r\/([^/?#]+)/i.exec(text)?.[1] ?? text;
  const code = pasted.replace(/[\s-]/g, "").toUpperCase();
  return CODE.test(code) ? code : null;
}

export function readPath(path: string): Address {
  const [place, name = "", ...rest] = path.replace(/^\/+|\/+$/g, "").split("/");
  if (place === "" && name === "") return { to: "home" };
  if (rest.length > 0) return { to: "nowhere" };
  if (place === "r") {
    const room = codeIn(name);
    if (room !== null) return { to: "room", room };
  }
  if (place === "race" && RACE.test(name)) return { to: "replay", race: name };
  return { to: "nowhere" };
}

export function pathOf(address: Exclude<Address, { to: "nowhere" }>): string {
  switch (address.to) {
    case "home":
      return "/";
    case "room":
      return `/r/${address.room}`;
    case "replay":
      return `/race/${address.race}`;
  }
}
