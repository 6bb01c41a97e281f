// The peer on Node.js: socket.io as its documentation shows it, defaults except for the heartbeat.
// Lines on standard input: see control.py.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { pingInterval: 300_000, pingTimeout: 200_000 });

io.on("connection", (socket) => {
  socket.join("hall");
  socket.on("echo", (text, acknowledge) => acknowledge(text));
});

function broadcast(at, end) {
  if (at === end) return;
  io.to("hall").emit("news", String(at).padStart(200, "."));
  setImmediate(broadcast, at + 1, end);
}

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const [order, first, count] = line.split(" ");
    if (order === "broadcast") broadcast(Number(first), Number(first) + Number(count));
    if (order === "count") console.log(io.of("/").sockets.size);
    if (order === "collect") console.log((gc(), gc(), 0));
  })
  .on("close", () => process.exit());

http.listen(0, "127.0.0.1", () => console.log(http.address().port));
