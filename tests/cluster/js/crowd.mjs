// A crowd with the unmodified socket.io-client at its defaults (polling first) sits down in rooms of ten, and comes back
// whenever its servers die. Lines on standard input steer it, lines of JSON on standard output tell how everybody is.
// usage: node crowd.mjs <web/package.json> <url> <people>
import { randomBytes, randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [packageJson, url, people] = process.argv.slice(2);
const { io } = createRequire(packageJson)("socket.io-client");

const TABLE = 10;
const token = () => randomBytes(32).toString("base64url");
const tell = (told) => process.stdout.write(`${JSON.stringify(told)}\n`);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const until = async (holds) => {
  while (!holds()) await pause(20);
};

class Person {
  constructor(number) {
    this.name = `p${number}`;
    this.token = token();
    this.first = true;
    this.recoveries = 0;
    this.afresh = 0;
    this.stuck = 0;
    this.heard = [];
    const auth = (give) => give({ room: this.room, token: this.token });
    this.socket = io(url, { forceNew: true, auth });
    this.socket.on("connect", () => {
      if (this.first) this.first = false;
      else if (this.socket.recovered) this.recoveries += 1;
      else if (this.room) this.afresh += 1; // who has heard nothing yet has nothing to recover
    });
    // An upgrade that failed once is not tried again on the same connection: a new one does, and what was missed is recovered.
    this.socket.io.on("open", () => {
      const { engine } = this.socket.io;
      engine.on("upgradeError", () =>
        setTimeout(() => {
          if (engine.readyState !== "open") return;
          this.stuck += 1;
          engine.close();
        }),
      );
    });
    this.socket.on("entry", (entry) => {
      for (const event of entry.events) if (event.type === "said") this.heard.push(event.message.text);
    });
  }

  get there() {
    return this.socket.connected;
  }

  get onWebSocket() {
    return this.there && this.socket.io.engine.transport.name === "websocket";
  }

  get isSettled() {
    // Who had to start afresh would have to sit down again, and hears nothing: that is a failure, and waiting shows no more.
    if (this.afresh) return true;
    return this.onWebSocket && this.heard.length >= news.length;
  }

  get state() {
    const { engine } = this.socket.io;
    const transport = `${engine?.transport?.name} ${engine?.readyState}`;
    return `${this.name} of ${this.room} connected=${this.there} by ${transport}, recovered ${this.recoveries}, afresh ${this.afresh}, stuck ${this.stuck}, heard ${this.heard}`;
  }

  async ask(event, fields) {
    // A server may be killed under any of these; the id makes asking again harmless.
    const id = randomUUID();
    for (;;) {
      try {
        const reply = await this.socket.timeout(3000).emitWithAck(event, { id, ...fields });
        if (reply.ok) return reply;
        if (!reply.retry) throw new Error(`${event}: ${JSON.stringify(reply)}`);
      } catch (error) {
        if (!/timed out|disconnected/.test(error.message)) throw error;
      }
      await pause(100);
    }
  }

  async enter(event, fields) {
    const seat = { token: this.token, device: token(), name: this.name };
    const { view } = await this.ask(event, { ...seat, ...fields });
    this.room = view.room.room;
  }
}

const crowd = Array.from({ length: Number(people) }, (_, number) => new Person(number));
const hosts = crowd.filter((_, number) => number % TABLE === 0);
const news = [];

// Whoever reads a failure wants to know who is waited for.
setInterval(() => {
  const missing = crowd.filter((one) => !one.isSettled);
  for (const one of missing.slice(0, 5)) process.stderr.write(`${missing.length} missing: ${one.state}\n`);
}, 10_000).unref();

async function settled() {
  await until(() => crowd.every((one) => one.isSettled));
  tell({
    connected: crowd.filter((one) => one.there).length,
    upgraded: crowd.filter((one) => one.onWebSocket).length,
    recovered: crowd.filter((one) => one.recoveries > 0).length,
    afresh: crowd.reduce((sum, one) => sum + one.afresh, 0),
    stuck: crowd.reduce((sum, one) => sum + one.stuck, 0),
    heard: crowd.every((one) => one.heard.join() === news.join()),
  });
}

await until(() => crowd.every((one) => one.there));
await Promise.all(hosts.map((host) => host.enter("create_room", {})));
await Promise.all(
  crowd.map((one, number) => (number % TABLE ? one.enter("join_room", { room: hosts[Math.floor(number / TABLE)].room }) : null)),
);
await settled();

for await (const line of createInterface({ input: process.stdin })) {
  if (line === "end") break;
  // Said while some are away: they must hear it once, in order, like everybody else.
  await Promise.all(hosts.map((host) => host.ask("say", { text: line })));
  news.push(line);
  await settled();
}
process.exit(0);
