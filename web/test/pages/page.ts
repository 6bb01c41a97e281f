/** Finding one's way in an element on a page. */

import type { LitElement } from "lit";

/** Puts an element on the page and waits until it is drawn. */
export async function shown<T extends LitElement>(element: T): Promise<T> {
  document.body.append(element);
  await element.updateComplete;
  return element;
}

export function all<T extends HTMLElement = HTMLElement>(element: LitElement, testid: string): readonly T[] {
  return [...(element.shadowRoot?.querySelectorAll<T>(`[data-testid="${testid}"]`) ?? [])];
}

export function find<T extends HTMLElement = HTMLElement>(element: LitElement, testid: string): T {
  const found = all<T>(element, testid)[0];
  if (found === undefined) throw new Error(`there is no ${testid} on the page`);
  return found;
}

/** What is read there, with single blanks. */
export function text(element: HTMLElement | LitElement): string {
  const whole = element.shadowRoot?.textContent ?? element.textContent ?? "";
  return whole.replace(/\s+/g, " ").trim();
}

/** Types into a field. */
export function type(field: HTMLInputElement, value: string): void {
  field.value = value;
  field.setSelectionRange(value.length, value.length);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Sends the form a field stands in. */
export function send(element: LitElement): void {
  element.shadowRoot?.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
}
