// Plays one scene with the unmodified socket.io-client and prints what happened as one JSON line.
// usage: node client.mjs <web/package.json> <url> <scene>
import { createRequire } from "node:module";

const [packageJson, url, scene] = process.argv.slice(2);
const { io } = createRequire(packageJson)("socket.io-client");

// Below the limit of the test, so that what is said of it names the scene.
const LIMIT_MS = 25000;

const event = (emitter, name) => new Promise((resolve) => emitter.once(name, (...args) => resolve(args)));
const connected = (socket) => (socket.connected ? Promise.resolve() : event(socket, "connect"));
const connect = (options = {}, namespace = "") => io(url + namespace, { reconnectionDelay: 20, timeout: LIMIT_MS, ...options });

// The disconnect event may be emitted before close() returns.
function lose(socket) {
  const lost = event(socket, "disconnect");
  socket.io.engine.close();
  return lost;
}

async function talk(socket) {
  await connected(socket);
  const back = event(socket, "message-back");
  socket.emit("message", 1, "둘", { three: [true, null] }, Buffer.from([1, 2, 3]));
  const ack = await socket.timeout(LIMIT_MS).emitWithAck("message-with-ack", { a: 1 });
  const blob = await socket.timeout(LIMIT_MS).emitWithAck("message-with-ack", Buffer.from([9]));
  return { transport: socket.io.engine.transport.name, back: await back, ack, blob };
}

// All that the client says of a connection that the server ends.
async function closedBy(socket, ...how) {
  const reasons = [];
  socket.on("disconnect", (reason) => reasons.push(reason));
  await connected(socket);
  const over = event(socket.io, "close");
  socket.emit("send-me-away", true, ...how);
  await over;
  await new Promise((resolve) => setImmediate(resolve));
  return { reasons, active: socket.active };
}

const scenes = {
  async polling() {
    return talk(connect({ transports: ["polling"] }));
  },
  async websocket() {
    return talk(connect({ transports: ["websocket"] }));
  },
  async upgrade() {
    const socket = connect();
    const first = new Promise((resolve) => socket.io.once("open", () => resolve(socket.io.engine.transport.name)));
    const upgraded = new Promise((resolve) =>
      socket.io.once("open", () => socket.io.engine.once("upgrade", () => resolve(true))),
    );
    const began = await first;
    // Emitted while the transport changes: order must hold.
    await connected(socket);
    const order = [];
    socket.on("message-back", (n) => order.push(n));
    for (let n = 0; n < 50; n++) {
      socket.emit("message", n);
      if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await upgraded;
    await socket.timeout(LIMIT_MS).emitWithAck("message-with-ack", "all sent");
    const numbers = [...order];
    return { ...(await talk(socket)), began, order: numbers };
  },
  async auth() {
    const socket = connect({ auth: { token: "t" } });
    return { auth: await event(socket, "auth") };
  },
  async asked() {
    const socket = connect();
    socket.on("ask", (question, answer) => answer({ question, blob: Buffer.from([7]) }));
    socket.emit("ask-me", "how many?");
    return { heard: await event(socket, "answered") };
  },
  async namespaces() {
    const main = connect();
    const custom = connect({}, "/custom");
    const shared = main.io === custom.io;
    await Promise.all([connected(main), connected(custom)]);
    const ids = main.id !== custom.id;
    custom.disconnect();
    const still = await main.timeout(LIMIT_MS).emitWithAck("message-with-ack", "still here");
    return { shared, ids, still };
  },
  async unknown() {
    const [error] = await event(connect({}, "/nowhere"), "connect_error");
    return { message: error.message };
  },
  async refused() {
    const socket = connect({ auth: { refuse: true } }, "/guarded");
    const [error] = await event(socket, "connect_error");
    return { message: error.message, data: error.data, active: socket.active };
  },
  async sentAway() {
    const socket = connect();
    await connected(socket);
    socket.emit("send-me-away", false);
    const [reason] = await event(socket, "disconnect");
    return { reason, active: socket.active };
  },
  async closed() {
    return closedBy(connect());
  },
  async closedUpgrading() {
    return closedBy(connect(), "in the middle of the upgrade");
  },
  async closedPolling() {
    return closedBy(connect({ transports: ["polling"] }));
  },
  async closedWebsocket() {
    return closedBy(connect({ transports: ["websocket"] }));
  },
  async moved() {
    const socket = connect({ transports: ["websocket"] });
    await connected(socket);
    const first = socket.id;
    const lost = event(socket, "disconnect");
    socket.emit("move-me");
    const [reason] = await lost;
    await connected(socket);
    return { reason, again: socket.id !== first };
  },
  async reconnect() {
    const socket = connect();
    await connected(socket);
    const first = socket.id;
    const [reason] = await lose(socket);
    await connected(socket);
    return { reason, again: socket.id !== first, recovered: Boolean(socket.recovered) };
  },
  async recover() {
    const socket = connect({}, "/lasting");
    await connected(socket);
    const seen = [];
    socket.on("entry", (n) => seen.push(n));
    const news = () => event(socket, "entry");
    socket.emit("write", 3);
    while (seen.length < 3) await news();
    await lose(socket);
    await connected(socket);
    const recovered = socket.recovered;
    socket.emit("write", 1);
    while (seen.at(-1) !== 6) await news();
    return { recovered, seen };
  },
  async recoverNothing() {
    const socket = connect({}, "/lasting");
    await connected(socket);
    const first = socket.recovered;
    await lose(socket);
    await connected(socket);
    return { first, recovered: socket.recovered };
  },
  async heartbeat() {
    const socket = connect();
    await connected(socket);
    let pings = 0;
    let lost = false;
    socket.io.on("ping", () => pings++);
    socket.on("disconnect", () => (lost = true));
    while (pings < 3) await new Promise((resolve) => socket.io.once("ping", resolve));
    return { lost };
  },
  async storm() {
    // All at once, half of them straight over WebSocket; refused ones come back by the client's own backoff.
    let errors = 0;
    const sockets = Array.from({ length: 100 }, (_, n) => {
      const transports = n % 2 ? ["websocket"] : ["polling", "websocket"];
      const socket = connect({ forceNew: true, transports, reconnectionDelay: 100, reconnectionDelayMax: 1000 });
      socket.on("connect_error", () => errors++);
      return socket;
    });
    await Promise.all(sockets.map(connected));
    return { connected: sockets.filter((socket) => socket.connected).length, refusedSome: errors > 0 };
  },
};

const timer = setTimeout(() => {
  console.log(JSON.stringify({ timeout: scene }));
  process.exit(1);
}, LIMIT_MS);
const happened = await scenes[scene]();
clearTimeout(timer);
console.log(JSON.stringify(happened));
process.exit(0);
