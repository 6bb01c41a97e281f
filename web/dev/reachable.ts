/** Waits for the server behind the development server while it restarts. */
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** How long a request waits, in ms: less than socket.io-client waits for its connection (20 s). */
const WAITS_MS = 15_000;
const PAUSE_MS = 25;

/** Return whether something listens there, as soon as it does or when the wait is over. */
export async function reachable(server: URL): Promise<boolean> {
  const end = performance.now() + WAITS_MS;
  while (!(await accepts(server))) {
    if (performance.now() > end) return false;
    await pause(PAUSE_MS);
  }
  return true;
}

function accepts(server: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(server.port), server.hostname);
    const done = (accepted: boolean) => () => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once("connect", done(true)).once("error", done(false));
  });
}
