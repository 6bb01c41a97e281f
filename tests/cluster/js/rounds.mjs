// Rooms of two people with the unmodified socket.io-client at its defaults, who race again and again until "stop" comes in.
// Says "racing" when every room has had a race; prints what everybody saw as the last line.
// usage: node rounds.mjs <web/package.json> <rooms> <url> [<url>...]      people are spread over the addresses
import { randomBytes, randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [packageJson, rooms, ...urls] = process.argv.slice(2);
const { io } = createRequire(packageJson)("socket.io-client");

const PATIENCE = 30_000;
const token = () => randomBytes(32).toString("base64url");
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let stopping = false;

class Person {
  constructor(name, url) {
    this.name = name;
    this.token = token();
    this.versions = [];
    this.started = [];
    this.finished = [];
    this.lost = 0;
    this.recovered = 0;
    this.fresh = 0;
    this.asked = 0;
    this.room = null;
    // What an application shows to get its state back; everything else is the client's own affair.
    this.socket = io(url, { forceNew: true, auth: (show) => show(this.room === null ? {} : { room: this.room, token: this.token }) });
    this.socket.on("entry", (entry) => this.hear(entry));
    this.socket.on("closing", () => (this.asked += 1));
    this.socket.on("disconnect", () => (this.lost += 1));
    this.socket.on("connect", () => {
      if (this.room === null) return;
      if (this.socket.recovered) this.recovered += 1;
      else {
        this.fresh += 1;
        this.comeBack();
      }
    });
    for (const name of ["moved", "expelled"]) this.socket.on(name, () => (this.sent = name));
    this.socket.on("connect_error", (error) => (this.trouble = error.message));
  }

  // What the log still has comes as entries; a fresh view instead shows nothing of what was missed.
  async comeBack() {
    const reply = await this.ask("resume_room", { room: this.room, token: this.token, version: this.versions.at(-1) });
    for (const entry of reply.entries ?? []) if (entry.version > this.versions.at(-1)) this.hear(entry);
    if (!reply.ok || reply.entries === null) this.trouble = `resumed with ${JSON.stringify(reply).slice(0, 200)}`;
  }

  get settled() {
    return this.socket.connected && this.started.length === this.finished.length;
  }

  hear({ version, events }) {
    this.versions.push(version);
    for (const event of events) {
      // A dead heat is followed by a run-off, which has no countdown.
      if (event.type === "countdown_started" || event.type === "runoff_opened") this.card = event.card.race;
      if (event.type === "race_started") this.started.push(this.card);
      if (event.type === "race_finished") this.finished.push(event.result.card.race);
    }
  }

  // A refusal, or an answer lost with the connection, is none of a crowd's business: it goes on.
  async ask(event, fields = {}) {
    try {
      return await this.socket.timeout(5_000).emitWithAck(event, { id: randomUUID(), ...fields });
    } catch {
      return { ok: false };
    }
  }

  async enter(event, fields) {
    const end = Date.now() + PATIENCE;
    const ask = () => this.ask(event, { token: this.token, device: token(), name: this.name, ...fields });
    let reply = await ask();
    // A server on a busy machine may want to be asked again.
    while (!reply.ok && reply.retry && Date.now() < end) {
      await pause(100);
      reply = await ask();
    }
    if (!reply.ok) throw new Error(`${event}: ${JSON.stringify(reply)}`);
    this.room = reply.view.room.room;
  }

  get why() {
    const { sent, trouble, socket } = this;
    return { sent, trouble, connected: socket.connected, active: socket.active, versions: this.versions.slice(-5) };
  }

  get told() {
    const { versions, started, finished, lost, recovered, fresh, asked, room } = this;
    return { versions, started, finished, lost, recovered, fresh, asked, room };
  }
}

async function play(host, guest) {
  while (!stopping) {
    await Promise.all([host.ask("pick_racer", { racer: 0 }), guest.ask("pick_racer", { racer: 3 })]);
    await host.ask("start_race");
    await pause(200 + Math.random() * 400);
  }
}

const until = async (true_, what) => {
  const end = Date.now() + PATIENCE;
  while (!true_()) {
    if (Date.now() > end) return console.log(`waited in vain for ${typeof what === "string" ? what : what()}`);
    await pause(50);
  }
};

const pairs = [];
for (let number = 0; number < Number(rooms); number += 1) {
  const host = new Person("Mina", urls[number % urls.length]);
  const guest = new Person("Jun", urls[(number + 1) % urls.length]);
  await host.enter("create_room", {});
  await guest.enter("join_room", { room: host.room });
  pairs.push([host, guest]);
}
const everybody = pairs.flat();
const playing = pairs.map(([host, guest]) => play(host, guest));
await until(() => everybody.every((one) => one.started.length > 0), "the first races");
console.log("racing");
for await (const line of createInterface({ input: process.stdin })) if (line === "stop") break;
stopping = true;
await Promise.all(playing);
const complaint = () => JSON.stringify(everybody.filter((one) => !one.settled).map((one) => ({ ...one.told, ...one.why })));
await until(() => everybody.every((one) => one.settled), () => `the last races: ${complaint()}`);
console.log(JSON.stringify(everybody.map((one) => one.told)));
for (const one of everybody) one.socket.disconnect();
