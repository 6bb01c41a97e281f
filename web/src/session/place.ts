/** The browser's address bar and history, as little of them as the session needs. */

export interface Place {
  /** The path with its query. */
  path(): string;
  /** Go to a path so that the back button leads here again. */
  push(path: string): void;
  /** Go to a path instead of this one. */
  replace(path: string): void;
  /** Told when the back or forward button was used. */
  onMove(listener: () => void): void;
}

export function browserPlace(): Place {
  const path = (): string => window.location.pathname + window.location.search;
  return {
    path,
    push: (to) => {
      if (to !== path()) window.history.pushState(null, "", to);
    },
    replace: (to) => window.history.replaceState(null, "", to),
    onMove: (listener) => window.addEventListener("popstate", listener),
  };
}
