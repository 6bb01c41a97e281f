// Two people with the unmodified socket.io-client at its defaults play one race; prints what they saw as one JSON line.
// usage: node player.mjs <web/package.json> <url> [the only transport]
import { randomBytes, randomUUID } from "node:crypto";
import { createRequire } from "node:module";

const [packageJson, url, transport] = process.argv.slice(2);
const { io } = createRequire(packageJson)("socket.io-client");

const token = () => randomBytes(32).toString("base64url");

class Player {
  constructor() {
    this.socket = io(url, { forceNew: true, ...(transport && { transports: [transport] }) });
    this.token = token();
    this.pieces = 0;
    this.finished = new Promise((resolve) => {
      this.socket.on("entry", (entry) => {
        const event = entry.events.find(({ type }) => type === "race_finished");
        if (event !== undefined) resolve(event.result);
      });
    });
    this.socket.on("segments", (message) => {
      this.pieces += message.pieces.length / 5;
    });
  }

  async ask(event, fields = {}) {
    const reply = await this.socket.emitWithAck(event, { id: randomUUID(), ...fields });
    if (!reply.ok) throw new Error(`${event}: ${JSON.stringify(reply)}`);
    return reply;
  }

  enter(event, fields) {
    return this.ask(event, { token: this.token, device: token(), ...fields });
  }

  async saw() {
    const { card, order, payers } = await this.finished;
    return { race: card.race, order, payers, pieces: this.pieces, transport: this.socket.io.engine.transport.name };
  }
}

const [host, guest] = [new Player(), new Player()];
const { view } = await host.enter("create_room", { name: "Mina" });
await guest.enter("join_room", { room: view.room.room, name: "Jun" });
await host.ask("pick_racer", { racer: 0 });
await guest.ask("pick_racer", { racer: 3 });
await host.ask("start_race");
console.log(JSON.stringify([await host.saw(), await guest.saw()]));
host.socket.disconnect();
guest.socket.disconnect();
