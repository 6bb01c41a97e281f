/** The browser's address bar and history, as little of them as the session needs. */

export interface Place {
  path(): string;
  /** Go to a path so that the back button leads here again. */
  push(path: string): void;
  /** Told when the back or forward button was used. */
  onMove(listener: () => void): void;
}

export function browserPlace(): Place {
  return {
    path: () => window.location.pathname,
    push: (path) => {
      if (path !== window.location.pathname) window.history.pushState(null, "", path);
    },
    onMove: (listener) => window.addEventListener("popstate", listener),
  };
}
