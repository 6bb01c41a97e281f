// The peer on Node.js over several processes: socket.io with @socket.io/redis-adapter, both as their documentation shows
// them, defaults except for the heartbeat. Argument: the address of Redis. Lines on standard input: see control.py.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { createAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const publisher = createClient({ url: process.argv[2] });
const subscriber = publisher.duplicate();
await Promise.all([publisher.connect(), subscriber.connect()]);

const http = createServer();
const io = new Server(http, {
  adapter: createAdapter(publisher, subscriber),
  pingInterval: 300_000,
  pingTimeout: 200_000,
});

io.on("connection", (socket) => {
  socket.on("enter", (room, acknowledge) => {
    socket.join(room);
    acknowledge("in");
  });
  socket.on("say", (room, text, acknowledge) => {
    io.to(room).emit("news", text);
    acknowledge("said");
  });
});

createInterface({ input: process.stdin })
  .on("line", (line) => {
    if (line === "count") console.log(io.of("/").sockets.size);
  })
  .on("close", () => process.exit());

http.listen(0, "127.0.0.1", () => console.log(http.address().port));
