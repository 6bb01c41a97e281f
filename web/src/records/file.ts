/** Hands a text to the browser as a file to keep. */

/** Browsers read the file after the press, at their own pace: the address of it must stand that long, in ms. */
const KEPT_MS = 60_000;

export function saveFile(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}
