/**
 * Answers for pages: with what the server says of the address (status, headers, redirects), and with the page as its
 * sources are. Only where the server's answer is the built page it is exchanged; every other answer stays as it is.
 */
import { readFile } from "node:fs/promises";
import { readdirSync } from "node:fs";
import { request, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { fileURLToPath } from "node:url";
import type { Plugin, ViteDevServer } from "vite";
import { reachable } from "./reachable.js";

const WEB = fileURLToPath(new URL("..", import.meta.url));
const SOURCE = `${WEB}index.html`;
const BUILT = fileURLToPath(new URL("../../src/paddock/web/index.html", import.meta.url));

const files = [...readdirSync(`${WEB}public`), "gallery.html", "states.html"].map((name) => name.replaceAll(".", "\\."));
/** Paths that Vite answers: modules, its own client, what is in `public`, and the pages for drawing. All others are the server's. */
export const isOfVite = new RegExp(`^/(@|src/|node_modules/|\\.\\./|__open-in-editor|(${files.join("|")})$)`);

/** Of a conditional or partial answer there would be no page to exchange; a compressed one could not be compared. */
const NOT_ASKED = ["accept-encoding", "if-modified-since", "if-none-match", "if-range", "range"];
/** Headers that tell of the built page's bytes, or of the connection. */
const NOT_KEPT = ["accept-ranges", "connection", "content-length", "etag", "keep-alive", "last-modified", "transfer-encoding"];

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** The plugin; `server` is where the Python server listens. */
export function sourcePages(server: URL): Plugin {
  return {
    name: "paddock-source-pages",
    configureServer(vite) {
      // A change from before the watcher is ready would never be seen.
      const watching = new Promise((resolve) => vite.watcher.once("ready", resolve));
      vite.printUrls = () => void watching.then(() => console.log("web client: listening"));
      // `scripts/dev.py` writes a line when the server has started anew, and nothing more when it is gone.
      process.stdin.on("data", () => vite.ws.send({ type: "full-reload" })).on("end", () => process.exit());
      vite.middlewares.use((asked, response, next) => {
        const url = asked.url ?? "/";
        if (asked.method !== "GET" || !asked.headers.accept?.includes("text/html") || isOfVite.test(url)) return next();
        void page(vite, server, asked, url)
          .then(({ status, headers, body }) => response.writeHead(status, headers).end(body))
          .catch(() =>
            response
              .writeHead(503, { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" })
              .end("The server does not run: the terminal of `make dev` says why. Mend it and load this page again.\n"),
          );
      });
    },
  };
}

async function page(vite: ViteDevServer, server: URL, asked: IncomingMessage, url: string): Promise<Answer> {
  await reachable(server);
  const answer = await ask(server, asked, url);
  const built = await readFile(BUILT, "utf8").catch(() => null);
  if (answer.body !== built) return answer;
  const body = await vite.transformIndexHtml(url, await readFile(SOURCE, "utf8"));
  const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !NOT_KEPT.includes(name)));
  headers["content-security-policy"] = relaxed(String(headers["content-security-policy"]));
  return { status: answer.status, headers, body };
}

/** Let Vite's client show its errors (styles with our nonce) and wait for a Vite that restarts (a worker made of a blob). */
function relaxed(policy: string): string {
  return `${policy.replace("style-src 'self'", "style-src 'self' 'nonce-dev'")}; worker-src 'self' blob:`;
}

function ask(server: URL, asked: IncomingMessage, url: string): Promise<Answer> {
  const headers = Object.fromEntries(Object.entries(asked.headers).filter(([name]) => !NOT_ASKED.includes(name)));
  headers["x-forwarded-for"] = [headers["x-forwarded-for"], asked.socket.remoteAddress].filter(Boolean).join(", ");
  return new Promise((resolve, reject) => {
    const sent = request({ host: server.hostname, port: server.port, path: url, headers }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 502, headers: response.headers, body: Buffer.concat(pieces).toString("utf8") }),
      );
    });
    sent.on("error", reject).end();
  });
}
