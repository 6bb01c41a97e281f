/**
 * Secrets and ids from the browser's own random source, which also works on pages served over plain http. They are
 * never put into an address or a log.
 */

/** 32 random bytes as unpadded base64url, 43 characters: a seat token or a device token. */
export function newToken(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

/** 16 random bytes as unpadded base64url, 22 characters: the id of one command or of one tab. */
export function newId(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(16)));
}

/** A delay in ms between half and one and a half times `ms`, so that many clients do not come back at once. */
export function jittered(ms: number): number {
  return Math.round(ms * (0.5 + Math.random()));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
