/**
 * How `make dev` serves the client: Vite listens at the one address and passes on what the server answers, so that the
 * page works as in production. Why Vite is in front: docs/decisions/0033-one-address-for-development.md.
 * Set by `scripts/dev.py`: HOST, PORT and PADDOCK_DEV_SERVER, where the server listens.
 */
import { hostname } from "node:os";
import { createLogger, defineConfig, mergeConfig } from "vite";
import { reachable } from "./dev/reachable.js";
import { isOfVite, sourcePages } from "./dev/source-pages.js";
import base from "./vite.config.js";

const server = new URL(process.env["PADDOCK_DEV_SERVER"] ?? "http://127.0.0.1:8081");

/** Requests wait for a server that restarts; of connections that its end cuts, the page itself tells. */
const logger = createLogger("info");
const { error } = logger;
logger.error = (message, options) => {
  if (!/(http|ws) proxy (socket )?error/.test(message)) error(message, options);
};

const proxied = {
  target: server.origin,
  // The address of the player: the server trusts this proxy (`trusted_proxies`). `Host` stays as the browser sent it.
  xfwd: true,
  // No path in return: the request is passed on. A server that stays away is a 502, and the page tries again.
  bypass: async () => {
    await reachable(server);
    return undefined;
  },
};

export default mergeConfig(
  base,
  defineConfig({
    cacheDir: "../.build/vite",
    clearScreen: false,
    customLogger: logger,
    plugins: [sourcePages(server)],
    html: { cspNonce: "dev" },
    // Found before the first page asks: what is found later reloads the page.
    optimizeDeps: { entries: ["src/main.ts"] },
    server: {
      host: process.env["HOST"] ?? "127.0.0.1",
      port: Number(process.env["PORT"] ?? 8080),
      strictPort: true,
      // Other origins are the server's to judge.
      cors: false,
      allowedHosts: [hostname(), `${hostname().split(".")[0]}.local`, ...(process.env["PADDOCK_ALLOWED_HOSTS"] ?? "").split(",").filter(Boolean)],
      proxy: {
        "/socket.io": { ...proxied, ws: true },
        [`^(?!${isOfVite.source.slice(1)})`]: proxied,
      },
    },
  }),
);
