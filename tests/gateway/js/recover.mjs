// The unmodified Socket.IO client joins a room, loses its connection, comes back, and tells what it heard.
// Lines on standard input steer it, lines of JSON on standard output tell what happened.
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(new URL("../../../web/package.json", import.meta.url));
const { io } = require("socket.io-client");

const [url, room, transports, how] = process.argv.slice(2);
const token = () => randomBytes(32).toString("base64url");
const seat = token();
const tell = (told) => process.stdout.write(`${JSON.stringify(told)}\n`);
const lines = [];

const socket = io(url, {
  auth: { room, token: seat },
  reconnection: false,
  ...(transports === "upgrade" ? {} : { transports: [transports] }),
});
socket.on("entry", (entry) => {
  for (const event of entry.events) {
    if (event.type !== "said") continue;
    lines.push(event.message.text);
    if (lines.length === 1 && how === "dropped") tell({ heard: event.message.text });
    if (event.message.text === "new") tell({ lines });
  }
});
socket.once("connect", async () => {
  const reply = await socket.emitWithAck("join_room", { id: "join-room-1", room, token: seat, device: token(), name: "Jun" });
  tell({ joined: reply.ok });
});

for await (const line of createInterface({ input: process.stdin })) {
  if (line === "drop") {
    socket.io.engine.close();
    tell({ dropped: true });
  } else if (line === "back") {
    socket.once("connect", () => tell({ recovered: socket.recovered }));
    socket.connect();
  } else if (line === "end") {
    setTimeout(() => process.exit(0), 5000).unref();
  }
}
socket.close();
